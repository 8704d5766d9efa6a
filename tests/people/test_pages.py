from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import STREET, account, facts, party
from yimen.bodies.queries import seats_held
from yimen.people.models import Disclosure, Mandate, Party
from yimen.people.queries import by_document

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
REAL = "11010519491231002X"


def signed_in(name: str) -> Client:
    client = Client()
    client.force_login(account(name))
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"people:{name}", args=args)


DESK = ["/desk/people/", "/desk/people/new/"]


@pytest.mark.parametrize("name", ["clerk", "officer", "head", "assistant", "admin", "groups"])
def test_desks_find_people(name: str) -> None:
    for path in DESK:
        assert signed_in(name).get(path).status_code == 200


@pytest.mark.parametrize("name", ["auditor", "supervisor", "editor", "courier", "resident"])
def test_others_are_not_told_that_the_page_exists(name: str) -> None:
    one = party("twin").pk
    for path in (*DESK, url("party", one), url("edit", one), url("correct", one)):
        assert signed_in(name).get(path).status_code == 404
    assert signed_in(name).post(url("reveal", one, "phone"), {"reason": "看看"}).status_code == 404


def test_without_an_account_one_is_asked_to_sign_in(client: Client) -> None:
    for path in (*DESK, "/me/", url("party", party("twin").pk)):
        assert client.get(path).status_code == 302


def test_another_streets_record_is_not_there() -> None:
    assert signed_in("clerk3").get(url("party", party("twin").pk)).status_code == 404


def test_a_search_by_number_goes_straight_to_the_record_and_leaves_no_number_behind() -> None:
    answer = signed_in("clerk").post("/desk/people/", {"q": facts("resident")["id_number"]})
    assert answer.status_code == 302 and answer["Location"] == url("party", party("resident").pk)


def test_a_search_by_name_lists_masks() -> None:
    text = signed_in("clerk").post("/desk/people/", {"q": "周建国"}).content.decode()
    assert text.count("周建国") >= 2 and "310199********3112" in text
    assert facts("twin")["id_number"] not in text


def test_registering_tells_what_is_wrong_and_keeps_what_was_typed() -> None:
    client = signed_in("clerk")
    form = {"sort": "person", "name": "甲乙丙", "id_type": "resident_id", "phone": "12"}
    page = client.post("/desk/people/new/", {**form, "id_number": "110105194912310021"})
    text = page.content.decode()
    assert page.status_code == 422
    assert "校验位" in text and "甲乙丙" in text and "110105194912310021" in text
    done = client.post("/desk/people/new/", {**form, "id_number": REAL, "phone": ""}, follow=True)
    assert "110105********002X" in done.content.decode()


def test_another_name_on_a_known_number_offers_the_choice() -> None:
    client = signed_in("clerk")
    form = {
        "sort": "person", "name": "林小棠", "id_type": "resident_id",
        "id_number": facts("resident")["id_number"], "phone": "",
    }  # fmt: skip
    page = client.post("/desk/people/new/", form)
    assert page.status_code == 422 and "林晓棠" in page.content.decode()
    assert 'value="correct"' in page.content.decode()
    client.post("/desk/people/new/", {**form, "on_name_differs": "correct"})
    assert party("resident").name == "林小棠"


def test_a_number_is_shown_once_with_its_reason_on_record() -> None:
    client, who = signed_in("clerk"), party("resident")
    page = client.get(url("party", who.pk)).content.decode()
    assert facts("resident")["id_number"] not in page
    refused = client.post(url("reveal", who.pk, "id_number"), {"reason": ""})
    assert refused.status_code == 422 and not Disclosure.objects.exists()
    shown = client.post(url("reveal", who.pk, "id_number"), {"reason": "核对原件"})
    assert facts("resident")["id_number"] in shown.content.decode()
    assert facts("resident")["id_number"] not in client.get(url("party", who.pk)).content.decode()
    own = signed_in("resident").get("/me/").content.decode()
    seat = seats_held({Disclosure.objects.get().appointment})
    assert f"{next(iter(seat.values()))} {party('clerk').name} 查看了" in own and "核对原件" in own


def test_a_post_without_the_power_is_forbidden_and_shows_nothing() -> None:
    page = signed_in("assistant").post(
        url("reveal", party("resident").pk, "phone"), {"reason": "想看"}
    )
    assert page.status_code == 403
    assert facts("resident")["phone"] not in page.content.decode()


def test_contact_details_are_changed_and_a_late_save_is_refused() -> None:
    client, who = signed_in("clerk"), party("resident")
    form = {"version": 1, "phone": "19900004321", "road": "新路", "number": "1", "sex": "2"}
    assert client.post(url("edit", who.pk), form).status_code == 302
    assert party("resident").phone_mask == "199****4321"
    late = client.post(url("edit", who.pk), {**form, "phone": "19900001111"})
    assert late.status_code == 412 and "19900001111" in late.content.decode()
    assert party("resident").phone_mask == "199****4321"


def test_an_empty_telephone_box_keeps_the_telephone() -> None:
    who = party("resident")
    signed_in("clerk").post(url("edit", who.pk), {"version": 1, "phone": "", "sex": "2"})
    assert party("resident").phone_mask == who.phone_mask
    signed_in("clerk").post(
        url("edit", who.pk), {"version": 2, "phone": "", "remove_phone": "on", "sex": "2"}
    )
    assert party("resident").phone_mask == ""


def test_corrections_of_name_and_number() -> None:
    client, who = signed_in("clerk"), party("mother")
    client.post(
        url("correct", who.pk),
        {"which": "name", "n-version": 1, "n-name": "赵秀贞", "n-reason": "录错"},
    )
    taken = client.post(
        url("correct", who.pk),
        {"which": "number", "d-version": 2, "d-id_type": "resident_id",
         "d-id_number": facts("twin")["id_number"]},
    )  # fmt: skip
    assert taken.status_code == 422 and "另一份资料" in taken.content.decode()
    assert party("mother").name == "赵秀贞"


def test_two_records_are_compared_merged_and_parted_again() -> None:
    client, keep, drop = signed_in("clerk"), party("twin"), party("twin_again")
    assert url("merge", keep.pk, drop.pk) in client.get(url("party", keep.pk)).content.decode()
    page = client.get(url("merge", keep.pk, drop.pk)).content.decode()
    assert "不同" in page and "相同" in page
    form = {"reason": "手机号相同，本人到场"}
    assert client.post(url("merge", keep.pk, drop.pk), form).status_code == 422
    client.post(url("merge", keep.pk, drop.pk), {**form, "confirmed": "on"})
    assert Party.objects.get(pk=drop.pk).merged_into_id == keep.pk
    assert client.get(url("party", drop.pk)).context["party"].pk == keep.pk
    done = keep.merges_kept.get()
    client.post(url("unmerge", done.pk))
    assert Party.objects.get(pk=drop.pk).merged_into_id is None


def test_a_mandate_is_registered_and_ended_by_the_resident() -> None:
    client, principal = signed_in("clerk"), party("resident2")
    form = {
        "agent_name": "林晓棠", "id_type": "resident_id", "capacity": "agent", "scope": "",
        "id_number": facts("resident")["id_number"], "valid_from": "2026-01-01",
        "valid_until": "2099-12-31",
    }  # fmt: skip
    wrong = client.post(url("give_mandate", principal.pk), {**form, "valid_until": ""})
    assert wrong.status_code == 422
    client.post(url("give_mandate", principal.pk), form)
    held = Mandate.objects.get(principal=principal, agent=party("resident"))
    assert held.scope == ["all"]
    stranger = signed_in("auditor").post(url("me_end_mandate", held.pk))
    assert stranger.status_code == 404
    signed_in("resident2").post(url("me_end_mandate", held.pk))
    held.refresh_from_db()
    assert held.revoked_at


def test_a_residents_own_page_shows_only_the_own_data() -> None:
    client = signed_in("resident")
    text = client.get("/me/").content.decode()
    assert "林晓棠" in text and "310199********4281" in text and "欧阳明月" not in text
    shown = client.post(url("me_reveal", "id_number")).content.decode()
    assert facts("resident")["id_number"] in shown
    client.post("/me/edit/", {"version": 1, "phone": "19900002468", "birth_date": "1999-01-01"})
    mine = party("resident")
    assert mine.phone_mask == "199****2468" and str(mine.birth_date) == "1986-05-20"


def test_an_account_without_a_record_is_told_what_to_do() -> None:
    assert "窗口" in signed_in("courier").get("/me/").content.decode()


def test_pages_speak_english() -> None:
    client = signed_in("clerk")
    client.cookies["django_language"] = "en"
    text = client.get(url("party", party("resident").pk)).content.decode()
    for word in ("Date of birth", "Mandates", "Who has seen numbers in full"):
        assert word in text


class TestApi:
    def test_a_machine_does_what_the_desk_does(self) -> None:
        client = signed_in("clerk")
        made = client.post(
            "/api/v1/people",
            {"name": "甲乙丙", "id_type": "resident_id", "id_number": REAL},
            content_type="application/json",
        )
        assert made.status_code == 201 and made.json()["id_mask"] == "110105********002X"
        id = made.json()["id"]
        shown = client.post(
            f"/api/v1/people/{id}/disclosures",
            {"field": "id_number", "reason": "核对"},
            content_type="application/json",
        )
        assert shown.json() == {"value": REAL}
        seen = client.get(f"/api/v1/people/{id}/disclosures").json()["items"]
        assert [row["account"] for row in seen] == ["clerk"]
        stale = client.patch(
            f"/api/v1/people/{id}", {"version": 9, "phone": ""}, content_type="application/json"
        )
        assert stale.status_code == 412

    def test_wrong_fields_are_named(self) -> None:
        answer = signed_in("clerk").post(
            "/api/v1/people",
            {"name": "", "id_type": "resident_id", "id_number": "1"},
            content_type="application/json",
        )
        assert answer.status_code == 422
        assert {e["field"] for e in answer.json()["errors"]} >= {"name", "id_number"}

    @pytest.mark.parametrize(("name", "status"), [("auditor", 403), ("resident", 403), ("", 401)])
    def test_who_may_not(self, name: str, status: int) -> None:
        client = signed_in(name) if name else Client()
        answer = client.post("/api/v1/people/search", {"q": "林"}, content_type="application/json")
        assert answer.status_code == status

    def test_a_merge_by_machine(self) -> None:
        client, keep, drop = signed_in("clerk"), party("twin"), party("twin_again")
        done = client.post(
            f"/api/v1/people/{keep.pk}/merges",
            {"drop": str(drop.pk), "reason": "同一个人"},
            content_type="application/json",
        )
        assert done.status_code == 201
        assert client.get(f"/api/v1/people/{drop.pk}").json()["id"] == str(keep.pk)
        undone = client.post(f"/api/v1/people/merges/{done.json()['id']}/undo")
        assert undone.status_code == 200


def test_the_street_is_that_of_the_desk() -> None:
    client = signed_in("clerk3")
    client.post(
        "/desk/people/new/",
        {"sort": "person", "name": "甲乙丙", "id_type": "resident_id", "id_number": REAL},
    )
    assert by_document(STREET, "resident_id", REAL) is None
    assert by_document("310199002", "resident_id", REAL) is not None
