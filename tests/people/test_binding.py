"""A resident's own account, joined to the own record with the paper from the counter."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.cast import STREET, account, actor, facts, party
from yimen.ledger.models import Entry
from yimen.lib.actor import Actor, system
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import now
from yimen.people import actions, sealed
from yimen.people.models import Account, Binding

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


@pytest.fixture(autouse=True)
def _no_tries_so_far() -> None:
    cache.clear()


def newcomer(name: str = "newcomer") -> Actor:
    from yimen.bodies.queries import actor_for

    return actor_for(actions.create_account(name, kind="resident", by=system(), at=now()))


def code_for(key: str = "twin") -> str:
    return actions.hand_out_binding(party(key), by=actor("clerk"), at=now())


def number(key: str = "twin") -> str:
    return str(facts(key)["id_number"])


def acts(key: str = "twin") -> list[str]:
    stream = f"party:{party(key).pk}"
    return list(Entry.objects.filter(stream=stream).order_by("seq").values_list("act", flat=True))


def bind(code: str, typed: str, by: Actor, at: Any = None) -> Any:
    return actions.bind(code, typed, by=by, at=at or now())


def test_code_and_number_join_the_account_once() -> None:
    code, by = code_for(), newcomer()
    spaced = f" {code[:4]} {code[4:8]}-{code[8:]}"
    bind(spaced, number().lower(), by)
    kept = Account.objects.get(pk=by.account)
    assert kept.party == party("twin") and kept.street == STREET
    assert acts()[-2:] == ["binding_handed_out", "account_bound"]
    with pytest.raises(Invalid):
        bind(code, number(), newcomer("second"))


def test_whatever_is_wrong_gets_the_same_answer() -> None:
    code, by, late = code_for(), newcomer(), now() + timedelta(days=7, minutes=1)
    tries = [
        lambda: bind("000000000000", number(), by),
        lambda: bind(code, number("resident"), by),
        lambda: bind("000000000000", "110105194912310029", by),
        lambda: bind(code, "310199200002290000", by),
        lambda: bind(code, number(), by, late),
    ]
    said = set()
    for wrong in tries:
        with pytest.raises(Invalid) as error:
            wrong()
        said.add((error.value.code, str(error.value.detail), str(error.value.errors)))
    assert len(said) == 1


def test_a_found_paper_is_worth_nothing_after_five_wrong_numbers() -> None:
    code, by = code_for(), newcomer()
    for _n in range(5):
        with pytest.raises(Invalid):
            bind(code, number("resident"), by)
    with pytest.raises(Invalid):
        bind(code, number(), by)
    assert acts().count("binding_failed") == 5


def test_a_new_paper_ends_the_old_one() -> None:
    old, new, by = code_for(), code_for(), newcomer()
    with pytest.raises(Invalid):
        bind(old, number(), by)
    bind(new, number(), by)


def test_whoever_lost_the_password_opens_another_account() -> None:
    bind(code_for("resident"), number("resident"), newcomer())
    assert account("resident").party is None
    assert acts("resident")[-2:] == ["account_let_go", "account_bound"]


def test_staff_who_live_here_keep_their_desk() -> None:
    bind(code_for("clerk2"), number("clerk2"), newcomer())
    assert account("clerk2").party == party("clerk2")


def test_a_code_for_a_merged_record_joins_the_kept_one() -> None:
    code = code_for("twin_again")
    keep, drop, at = party("twin"), party("twin_again"), now()
    actions.merge(keep, drop, reason="同一人", number_decided=True, by=actor("clerk"), at=at)
    by = newcomer()
    bind(code, number("twin"), by)
    assert Account.objects.get(pk=by.account).party_id == keep.pk


def test_the_code_is_kept_as_a_keyed_digest_only() -> None:
    code = code_for()
    kept = Binding.objects.get(ended_at=None)
    assert bytes(kept.digest) == sealed.index_of_code(code)
    data = [e.data for e in Entry.objects.filter(stream=f"party:{kept.party_id}")]
    assert code not in "".join(data) and number() not in "".join(data)


def test_only_a_desk_that_sees_the_document_hands_out_a_paper() -> None:
    who, at = party("twin"), now()
    for name in ("resident", "auditor", "clerk3"):
        with pytest.raises(Unseen):
            actions.hand_out_binding(who, by=actor(name), at=at)
    for name in ("director", "machine"):
        with pytest.raises(Forbidden):
            actions.hand_out_binding(who, by=actor(name), at=at)


def test_who_is_joined_already_or_no_resident_is_told_so() -> None:
    with pytest.raises(Refused):
        bind(code_for(), number(), actor("resident2"))
    staff = actions.create_account("temp", kind="staff", street=STREET, by=system(), at=now())
    from yimen.bodies.queries import actor_for

    with pytest.raises(Forbidden):
        bind(code_for(), number(), actor_for(staff))


# -- pages ---------------------------------------------------------------------------------


def signed_up(name: str = "plum.tree", **more: Any) -> Client:
    client = Client(**more)
    words = {"username": name, "password1": "wutong-2026-li", "password2": "wutong-2026-li"}
    answer = client.post("/accounts/signup/", words)
    assert answer.status_code == 302 and answer["Location"] == "/me/bind/"
    return client


def paper(key: str = "twin") -> str:
    clerk = Client()
    clerk.force_login(account("clerk"))
    path = reverse("people:hand_out_binding", args=[party(key).pk])
    answer = clerk.post(path)
    text = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert facts(key)["name"] not in text and number(key) not in text
    found = re.search(r"[0-9]{4} [0-9]{4} [0-9]{4}", text)
    assert found
    return found.group()


@pytest.fixture
def _open(settings: Any) -> None:
    settings.YIMEN_SIGNUP = True


@pytest.mark.usefixtures("_open")
def test_from_nothing_to_my_cases() -> None:
    browser = signed_up("Plum.Tree")
    assert account("plum.tree").kind == "resident"
    assert Entry.objects.filter(act="signed_up", stream=f"account:{account('plum.tree').pk}")
    assert "/me/bind/" in browser.get("/my/cases/").content.decode()
    assert "/me/bind/" in browser.get("/me/").content.decode()
    answer = browser.post("/me/bind/", {"code": paper(), "number": number()})
    assert answer.status_code == 302 and answer["Location"] == "/my/cases/"
    assert facts("twin")["name"] in browser.get("/me/").content.decode()
    assert browser.get("/me/bind/").status_code == 302


@pytest.mark.usefixtures("_open")
def test_what_was_typed_stays_and_guessing_is_slowed_and_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    code, browser = paper(), signed_up()
    with caplog.at_level(logging.WARNING):
        for _n in range(5):
            answer = browser.post("/me/bind/", {"code": "123412341234", "number": number()})
            assert answer.status_code == 422
            assert "123412341234" in answer.content.decode()
        assert browser.post("/me/bind/", {"code": code, "number": number()}).status_code == 429
        browser.defaults["REMOTE_ADDR"] = "192.0.2.77"  # the account waits, wherever it sits
        assert browser.post("/me/bind/", {"code": code, "number": number()}).status_code == 429
    said = [r.getMessage() for r in caplog.records if r.name == "yimen.throttle"]
    assert len(said) == 7
    assert not any(number() in text or "123412341234" in text for text in said)


@pytest.mark.usefixtures("_open")
@pytest.mark.parametrize("name", ["13800138000", "a310199198605204281", "x", "王小明", "clerk"])
def test_a_user_name_is_no_number_and_not_taken(name: str, client: Client) -> None:
    words = {"username": name, "password1": "wutong-2026-li", "password2": "wutong-2026-li"}
    answer = client.post("/accounts/signup/", words)
    assert answer.status_code == 200 and "govuk-error-summary" in answer.content.decode()
    assert not client.session.get("_auth_user_id")
