"""Pages: what each shows and to whom; requests on the web, at the machine, at the counter; the way."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import CENTRE, account, actor, party
from tests.homeservice.conftest import CARD, MONDAY, TUESDAY, asked, clock, did, planned
from yimen.homeservice import actions, queries
from yimen.homeservice.models import Stop, Visit
from yimen.lib.ids import new_id
from yimen.lib.time import at
from yimen.people.models import Disclosure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]


def signed_in(who: str) -> Client:
    client = Client()
    client.force_login(account(who))
    return client


def test_the_public_page_says_who_may_and_what_can_be_done_at_home() -> None:
    page = Client().get(reverse("homeservice:about")).content.decode()
    assert "70" in page and "居民基本医疗保险" not in page
    rows = queries.at_home("310199001")
    assert len(rows) == 39 and rows[0].name in page


def test_a_resident_asks_for_the_mother_and_for_a_neighbour() -> None:
    client, mother = signed_in("resident"), party("mother")
    sent = client.post(
        reverse("homeservice:ask"),
        {"whom": str(mother.pk), "matters": [CARD], "half": "am", "centre": CENTRE},
    )
    made = Visit.objects.get()
    assert sent.status_code == 302 and made.person == mother and made.wish_half == "am"
    assert made.number in client.get(reverse("homeservice:mine")).content.decode()
    assert signed_in("resident2").get(reverse("homeservice:one", args=[made.pk])).status_code == 404
    again = client.post(
        reverse("homeservice:ask"),
        {"whom": "other", "name": "钱阿婆", "phone": "", "centre": CENTRE},
    )
    page = again.content.decode()
    assert again.status_code == 422 and "请填写电话" in page and "钱阿婆" in page
    stopped = client.post(reverse("homeservice:one", args=[made.pk]))
    made.refresh_from_db()
    assert stopped.status_code == 302 and made.state == "cancelled"


def test_the_machine_takes_a_name_and_a_telephone() -> None:
    address = reverse("homeservice:kiosk", args=[CENTRE])
    assert address in Client().get(reverse("counters:kiosk", args=[CENTRE])).content.decode()
    wrong = Client().post(address, {"name": "钱阿婆", "phone": "13900000777"})
    assert wrong.status_code == 422 and "出生日期" in wrong.content.decode()
    done = Client().post(address, {"name": "钱阿婆", "phone": "13900000777", "birth": "19400101"})
    made = Visit.objects.get()
    page = done.content.decode()
    assert made.number in page and "钱阿婆" not in page and made.channel == "kiosk"


def test_intake_offers_it_to_who_may_have_it_and_to_nobody_else() -> None:
    from yimen.intake.actions import open_draft
    from yimen.places.models import ServicePoint

    client, seen = signed_in("clerk"), {}
    for who in ("mother", "resident"):
        answers = {"applicant": str(party(who).pk), "matters": [], "channel": "counter"}
        draft = open_draft(
            door="counter", street="310199001", centre=ServicePoint.objects.get(pk=CENTRE),
            answers=answers, by=actor("clerk"), at=MONDAY,
        )  # fmt: skip
        seen[who] = client.get(reverse("intake:sitting", args=[draft.pk])).content.decode()
    link = reverse("homeservice:new")
    assert f"{link}?person={party('mother').pk}" in seen["mother"] and link not in seen["resident"]
    taken = client.post(f"{link}?person={party('mother').pk}", {"matters": [CARD]})
    assert taken.status_code == 302 and Visit.objects.get().asked_by == account("clerk")
    assert client.get(reverse("homeservice:visits")).status_code == 404
    young = client.post(f"{link}?person={party('resident').pk}", {"matters": [CARD]})
    assert young.status_code == 409 and "行动不便" in young.content.decode()


def test_the_assistant_plans_a_day_and_sees_what_does_not_fit() -> None:
    client, made = signed_in("assistant"), asked()
    fields = {
        "day": "2026-11-24",
        "half": "am",
        "going": str(account("clerk").pk),
        "visits": [str(made.pk)],
    }
    bare = client.post(reverse("homeservice:route_new"), {**fields, "visits": []})
    assert bare.status_code == 422 and "请至少勾选一家" in bare.content.decode()
    done = client.post(reverse("homeservice:route_new"), fields)
    assert done.status_code == 302
    shown = client.get(done.headers["Location"]).content.decode()
    assert made.number in shown and "沈若溪" in shown
    second = asked("pang")
    clash = client.post(reverse("homeservice:route_new"), {**fields, "visits": [str(second.pk)]})
    assert clash.status_code == 422 and "已经有一条路线" in clash.content.decode()
    page = client.get(reverse("homeservice:visit", args=[made.pk])).content.decode()
    assert "19900000031" not in page and "排进路线" in page
    paper = client.get(reverse("homeservice:mandate", args=[made.pk]))
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


def test_the_way_shows_the_day_and_nothing_before_or_after() -> None:
    stop, client = planned(asked()).stops.get(), signed_in("clerk")
    way = reverse("homeservice:way")
    assert "赵秀珍" not in client.get(way).content.decode()
    with at(clock(9)):
        client = signed_in("clerk")
        page = client.get(way)
        text = page.content.decode()
        assert "赵秀珍" in text and "12弄3号401室" in text and page["X-Way-Stops"] == "1"
        assert "19900000031" not in text and "199****0031" in text
        assert "赵秀珍" not in signed_in("assistant").get(way).content.decode()
        mandate = reverse("homeservice:mandate", args=[stop.visit_id])
        assert client.get(mandate).status_code == 200
        for act in ("arrive", "meet", "finish"):
            sent = client.post(reverse("homeservice:stop", args=[stop.pk]), {"act": act})
            assert sent.status_code == 302
    with at(clock(10)):
        after = client.get(way)
        assert "赵秀珍" not in after.content.decode() and after["X-Way-Stops"] == "0"
        assert client.get(mandate).status_code == 404
        assert client.post(reverse("homeservice:phone", args=[stop.pk])).status_code in (404, 302)
        assert not Disclosure.objects.exists()


def test_the_assistant_notes_for_whoever_is_on_the_way() -> None:
    stop = planned(asked()).stops.get()
    address = reverse("homeservice:route", args=[stop.route_id])
    with at(clock(11)):
        client = signed_in("assistant")
        assert "补记" in client.get(address).content.decode()
        client.post(address, {"do": f"late:{stop.pk}", "act": "arrive", "time": "9:40"})
        stop.refresh_from_db()
        assert stop.arrived_at == clock(9, 40)
        wrong = client.post(
            address, {"do": f"late:{stop.pk}", "act": "meet", "time": "x"}, follow=True
        )
        assert "几点几分" in wrong.content.decode()
        early = client.post(
            address, {"do": f"late:{stop.pk}", "act": "meet", "time": "9:00"}, follow=True
        )
        assert "早于" in early.content.decode()


def send(client: Client, *acts: dict) -> list[dict]:
    answer = client.post(
        reverse("homeservice:acts"), json.dumps({"acts": acts}), content_type="application/json"
    )
    assert answer.status_code == 200
    return answer.json()["acts"]


def test_what_waited_an_hour_is_taken_once_in_order_each_answered_for_itself() -> None:
    stop, client = planned(asked()).stops.get(), signed_in("clerk")

    def one(act: str, minute: int) -> dict:
        when = clock(9, minute).isoformat()
        return {"key": str(new_id()), "stop": str(stop.pk), "act": act, "at": when, "papers": {}}

    queue = [one("arrive", 0), one("meet", 2), one("take", 3), one("finish", 40)]
    with at(clock(10)):
        client = signed_in("clerk")
        first, second = send(client, *queue), send(client, *queue)
    assert [a["done"] for a in first] == [True, True, False, True]
    assert "委托书" in first[2]["why"]
    assert [a["done"] for a in second] == [True, True, False, True]
    stop.refresh_from_db()
    assert (stop.arrived_at, stop.ended_at) == (clock(9), clock(9, 40))
    with at(clock(10)):
        strange = send(client, {"key": "x"}, {**one("arrive", 50), "stop": str(new_id())})
    assert [a["done"] for a in strange] == [False, False]
    assert (
        client.post(
            reverse("homeservice:acts"), "nonsense", content_type="application/json"
        ).status_code
        == 422
    )


def test_back_at_the_centre_the_papers_are_entered_with_everything_filled_in() -> None:
    from yimen.homeservice.actions.way import materials

    made, client = asked(), signed_in("clerk")
    stop = planned(made).stops.get()
    for act, minute in (("arrive", 0), ("meet", 1), ("sign", 2)):
        did(stop, act, clock(9, minute))
    did(stop, "take", clock(9, 5), **{next(iter(materials([CARD]))): "original"})
    did(stop, "finish", clock(9, 9))
    address = reverse("homeservice:hand_in", args=[made.pk])
    with at(clock(14)):
        client = signed_in("clerk")
        page = client.get(address).content.decode()
        assert "赵秀珍" in page and "401室" not in page and "0031" not in page
        assert signed_in("clerk2").get(address).status_code == 404
        led = client.post(address, {"do": "intake"})
        assert led.status_code == 302
        sitting = client.get(led.headers["Location"]).content.decode()
        assert "赵秀珍" in sitting and "沈若溪" in sitting
    assert Stop.objects.get(pk=stop.pk).state == "done"
    assert (
        actions.begin_intake(made.pk, by=actor("clerk", TUESDAY), at=clock(14)).answers["channel"]
        == "home"
    )
