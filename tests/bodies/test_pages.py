from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import STREET, account, actor, body
from yimen.bodies import queries
from yimen.bodies.models import Appointment, Cover, MatrixRule, Seat
from yimen.lib.actor import Can
from yimen.lib.time import today
from yimen.people.models import Account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(account(name))
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"bodies:{name}", args=args)


READ = ["/desk/bodies/", "/desk/matrix/", "/desk/leave/"]
ADMIN = ["/desk/accounts/", "/desk/accounts/new/", "/desk/bodies/new/", "/desk/matrix/new/"]


@pytest.mark.parametrize("name", ["clerk", "officer", "director", "auditor", "committee"])
def test_staff_read_but_only_administrators_arrange(name: str) -> None:
    client = signed_in(name)
    assert [client.get(path).status_code for path in READ] == [200, 200, 200]
    assert {client.get(path).status_code for path in ADMIN} == {403}
    assert client.post(url("lock", account("clerk2").pk)).status_code == 403


def test_administrators_arrange() -> None:
    client = signed_in("admin")
    assert {client.get(path).status_code for path in READ + ADMIN} == {200}


@pytest.mark.parametrize("name", ["resident", "courier", "machine"])
def test_who_does_not_work_here_is_told_nothing(name: str) -> None:
    client = signed_in(name)
    assert {client.get(path).status_code for path in READ + ADMIN} == {404}


def test_the_tree_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    client = signed_in("clerk")
    client.get("/desk/bodies/")  # what processes keep in memory is read by the first that asks
    with django_assert_max_num_queries(12):
        client.get("/desk/bodies/")
    with django_assert_max_num_queries(14):
        client.get("/desk/matrix/")


def test_a_body_shows_who_leads_guides_pays_and_could_act_on_any_day() -> None:
    client = signed_in("clerk")
    page = client.get(url("body", body("bo-civil-affairs").pk)).content.decode()
    for word in ("梧桐里街道办事处", "示例区民政局", "方维德", "陆明远"):
        assert word in page
    before = client.get(url("body", body("bo-civil-affairs").pk), {"on": "2023-01-01"})
    assert "方维德" not in before.content.decode()
    assert client.get(url("body", body("bo-tax", "310199002").pk)).status_code == 404


def test_the_matrix_says_why() -> None:
    page = signed_in("clerk").get(
        "/desk/matrix/", {"field": "civil-affairs", "place": STREET + "003"}
    )
    text = page.content.decode()
    assert "依据“民政”领域的规则（钟楼居委会）" in text
    avoided = signed_in("clerk").get(
        "/desk/matrix/",
        {"field": "civil-affairs", "excluded": body("bo-civil-affairs").pk},
    )
    assert "回避" in avoided.content.decode()


def test_a_rule_is_set_and_ended() -> None:
    client = signed_in("admin")
    form = {
        "field": "housing", "role": "cooperates", "body": body("bo-tax").pk,
        "valid_from": today().isoformat(), "matter_code": "", "place": "",
    }  # fmt: skip
    assert client.post("/desk/matrix/new/", form).status_code == 302
    rule = MatrixRule.objects.get(field="housing", body=body("bo-tax"))
    again = client.post("/desk/matrix/new/", form)
    assert again.status_code == 409 and "已有安排" in again.content.decode()
    client.post(url("end_rule", rule.pk), {"last_day": today().isoformat()})
    rule.refresh_from_db()
    assert rule.valid_to == today()


def test_leave_is_arranged_by_the_holder_and_ended() -> None:
    client = signed_in("officer")
    held = Appointment.objects.get(account=account("officer"))
    form = {
        "appointment": held.pk, "deputy": account("officer2").pk,
        "valid_from": today().isoformat(), "reason": "年休假",
        "valid_until": (today() + timedelta(days=3)).isoformat(),
    }  # fmt: skip
    assert client.post("/desk/leave/", {**form, "reason": ""}).status_code == 422
    assert client.post("/desk/leave/", form).status_code == 302
    assert actor("officer2").can(Can.DECIDE, body=body("bo-civil-affairs").pk)
    cover = Cover.objects.get()
    stranger = signed_in("clerk").post(url("end_cover", cover.pk))
    assert stranger.status_code == 404
    assert client.post(url("end_cover", cover.pk)).status_code == 302
    assert not actor("officer2").can(Can.DECIDE, body=body("bo-civil-affairs").pk)


def test_nobody_is_offered_the_seats_of_others() -> None:
    text = signed_in("officer").get("/desk/leave/").content.decode()
    assert "陆明远 · 民政后台" in text and "方维德 · 民政后台" not in text
    forged = signed_in("officer").post(
        "/desk/leave/",
        {"appointment": Appointment.objects.get(account=account("head")).pk,
         "deputy": account("officer").pk, "valid_from": today().isoformat(),
         "valid_until": today().isoformat(), "reason": "x"},
    )  # fmt: skip
    assert forged.status_code == 422 and not Cover.objects.exists()


class TestAccounts:
    def test_created_appointed_ended(self) -> None:
        client = signed_in("admin")
        form = {"username": "newclerk", "kind": "staff", "password": "four plain words",
                "language": "zh-hans"}  # fmt: skip
        weak = client.post("/desk/accounts/new/", {**form, "password": "123"})
        assert weak.status_code == 422 and not Account.objects.filter(username="newclerk").exists()
        client.post("/desk/accounts/new/", form)
        made = account("newclerk")
        seat = Seat.objects.get(body=body("bo-tax"), key="officer")
        client.post(url("appoint", made.pk), {"seat": seat.pk, "valid_from": today().isoformat()})
        assert actor("newclerk").can(Can.HANDLE, body=body("bo-tax").pk)
        held = Appointment.objects.get(account=made)
        client.post(url("end_appointment", held.pk), {"last_day": today().isoformat()})
        assert not actor("newclerk", today() + timedelta(days=1)).powers

    def test_whose_it_is_by_name_and_nobody_is_guessed_at(self) -> None:
        client = signed_in("admin")
        form = {"username": "another", "kind": "resident", "language": "zh-hans"}
        for typed, said in (("周建国", "同名"), ("没有此人", "没有查到这个人")):
            answer = client.post("/desk/accounts/new/", {**form, "party": typed})
            assert answer.status_code == 422 and said in answer.content.decode()
        client.post("/desk/accounts/new/", {**form, "party": "林晓棠"})
        made = account("another")
        assert made.party is not None and made.party.name == "林晓棠"

    def test_locked_and_let_in_again(self) -> None:
        client = signed_in("admin")
        client.post(url("lock", account("clerk").pk))
        assert not account("clerk").is_active
        client.post(url("lock", account("clerk").pk))
        assert account("clerk").is_active
        assert client.post(url("lock", account("admin").pk)).status_code == 409

    def test_a_lost_second_factor_is_taken_away(self) -> None:
        from allauth.mfa.models import Authenticator

        Authenticator.objects.create(user=account("clerk"), type="totp", data={"secret": "x"})
        client = signed_in("admin")
        client.post(url("second_factor", account("clerk").pk))
        assert not Authenticator.objects.filter(user=account("clerk")).exists()

    def test_a_token_is_shown_once(self) -> None:
        client = signed_in("admin")
        machine = account("machine")
        page = client.post(url("issue_token", machine.pk)).content.decode()
        token = page.split("ym_")[1].split("<")[0]
        again = client.get(url("account", machine.pk)).content.decode()
        assert token not in again
        answer = Client().get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer ym_{token}")
        assert answer.json()["username"] == "machine"
        client.post(url("revoke_token", machine.tokens.get().pk))
        gone = Client().get("/api/v1/me", HTTP_AUTHORIZATION=f"Bearer ym_{token}")
        assert gone.status_code == 401

    def test_another_streets_accounts_are_not_there(self) -> None:
        assert signed_in("admin").get(url("account", account("clerk3").pk)).status_code == 404


class TestApi:
    def test_bodies_and_their_holders(self) -> None:
        client = signed_in("auditor")
        codes = {b["code"] for b in client.get("/api/v1/bodies").json()["items"]}
        assert {"bo-civil-affairs", "dept-civil-affairs", "street-office"} <= codes
        page = client.get("/api/v1/bodies/bo-civil-affairs").json()
        assert page["guided_by"] == "dept-civil-affairs"
        assert {h["account"] for h in page["holders"]} == {"head", "officer"}
        assert client.get("/api/v1/bodies/nothing").status_code == 404

    def test_routing_with_its_reasons(self) -> None:
        answer = signed_in("clerk").get(
            "/api/v1/matrix/route", {"field": "civil-affairs", "place": STREET + "003"}
        )
        told = answer.json()
        assert told["lead"] == "bo-civil-affairs" and told["cooperates"] == ["rc-003"]
        assert len(told["because"]) == 4

    def test_acts_ask_the_same_permissions(self) -> None:
        rule = {"field": "housing", "role": "main", "body": "bo-tax", "matter_code": "x",
                "valid_from": today().isoformat()}  # fmt: skip
        kind = "application/json"
        refused = signed_in("clerk").post("/api/v1/matrix", rule, content_type=kind)
        assert refused.status_code == 403
        done = signed_in("admin").post("/api/v1/matrix", rule, content_type=kind)
        assert done.status_code == 201
        found = queries.route(STREET, field="housing", matter_code="x")
        assert found.main == body("bo-tax").pk
        held = Appointment.objects.get(account=account("officer"))
        cover = {"appointment": str(held.pk), "deputy": "officer2", "reason": "学习",
                 "valid_from": today().isoformat(), "valid_until": today().isoformat()}  # fmt: skip
        assert signed_in("clerk").post(
            "/api/v1/covers", cover, content_type=kind
        ).status_code == 404  # fmt: skip
        assert signed_in("head").post(
            "/api/v1/covers", cover, content_type=kind
        ).status_code == 201  # fmt: skip
        new = {"body": "bo-tax", "seat": "officer", "account": "clerk",
               "valid_from": today().isoformat()}  # fmt: skip
        assert signed_in("admin").post(
            "/api/v1/appointments", new, content_type=kind
        ).status_code == 201  # fmt: skip

    def test_who_am_i(self) -> None:
        told = signed_in("officer").get("/api/v1/me").json()
        assert told["username"] == "officer"
        assert ["decide", "bo-civil-affairs", "", False] in told["powers"]
