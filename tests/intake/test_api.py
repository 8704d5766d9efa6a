"""`POST /api/v1/cases` as written in the interfaces: what is asked, what is answered, and retries."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from tests.cases.world import matter
from tests.cast import CENTRE, account, actor, facts
from tests.intake.conftest import CARD
from yimen.cases.models import Case
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.matters import search
from yimen.people.actions import issue_token

URL = "/api/v1/cases"


def body(**changes: Any) -> dict[str, Any]:
    person = facts("resident2")
    base = {
        "matter": CARD, "centre": CENTRE, "channel": "counter",
        "applicant": {k: person[k] for k in ("name", "id_type", "id_number", "phone")},
        "agent": None, "materials": [{"code": "resident-id", "given": "original"}],
        "facts": {"bank": "a", "old_card": False},
    }  # fmt: skip
    return base | changes


def post(token: str, content: Any, **headers: str) -> Any:
    return Client().post(
        URL, json.dumps(content), content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **headers},
    )  # fmt: skip


def token(username: str) -> str:
    return issue_token(account(username), by=system(), at=now())


class TestOne:
    pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "matters")]

    def test_the_answer_has_everything_that_is_promised(self) -> None:
        answer = post(token("clerk"), body())
        case = answer.json()
        assert answer.status_code == 201
        for key in (
            "number", "enquiry_no", "enquiry_code", "state", "ending", "received_at", "accept_by",
            "accepted_at", "statutory_due_on", "promised_due_on", "due_basis", "due_provisional",
            "materials", "tasks", "version",
        ):  # fmt: skip
            assert key in case, key
        assert (case["state"], case["ending"], case["statutory_due_on"]) == ("received", None, None)
        assert len(case["enquiry_no"]) == 8 and len(case["enquiry_code"]) == 6
        assert case["received_at"].endswith("+08:00") and case["tasks"]

    def test_missing_papers_are_no_refusal(self) -> None:
        answer = post(token("clerk"), body(materials=[]))
        assert answer.status_code == 201 and answer.json()["state"] == "supplementing"
        assert answer.json()["tasks"]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"matter": "no-such-matter"}, "matter"),
            ({"centre": "99999999999"}, "centre"),
            ({"channel": "pigeon"}, "channel"),
            ({"facts": {"bank": "zzz"}}, "facts.bank"),
            ({"facts": {"colour": "red"}}, "facts.colour"),
            ({"materials": [{"code": "moon-rock", "given": "original"}]}, "materials.moon-rock"),
            (
                {"applicant": {"name": "甲", "id_type": "resident_id", "id_number": "123"}},
                "applicant.id_number",
            ),
            (
                {"agent": {"name": "乙", "id_type": "resident_id", "id_number": "1"}},
                "agent.id_number",
            ),
        ],
    )
    def test_a_wrong_field_is_named_by_its_path(self, changes: Any, field: str) -> None:
        answer = post(token("clerk"), body(**changes))
        assert answer.status_code == 422
        assert answer["Content-Type"].startswith("application/problem+json")
        errors = answer.json()["errors"]
        assert field in [e["field"] for e in errors], errors
        assert all(e["message"] for e in errors)
        assert not Case.objects.exists()

    def test_an_agent_with_a_mandate_in_words_or_in_full(self) -> None:
        agent = {k: facts("resident")[k] for k in ("name", "id_type", "id_number")}
        without = post(token("clerk"), body(agent=agent))
        assert without.status_code == 422
        assert without.json()["errors"][0]["field"] == "agent.mandate"
        for mandate in ("委托书一份", {"capacity": "agent", "valid_until": "2099-01-01"}):
            made = post(token("clerk"), body(agent={**agent, "mandate": mandate}))
            assert made.status_code == 201, made.json()

    def test_residents_only_for_themselves_and_online(self) -> None:
        key = token("resident2")
        assert post(key, body(channel="online")).status_code == 201
        assert post(key, body()).status_code == 403
        other = {k: facts("resident")[k] for k in ("name", "id_type", "id_number")}
        refused = post(key, body(channel="online", applicant=other))
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "applicant.id_number"
        assert Case.objects.count() == 1

    def test_who_is_not_signed_in_or_has_no_counter(self) -> None:
        assert (
            Client().post(URL, json.dumps(body()), content_type="application/json").status_code
            == 401
        )
        assert post(token("officer"), body()).status_code == 403

    def test_a_key_belongs_to_its_body_and_its_account(self) -> None:
        key = {"Idempotency-Key": "visit-1"}
        clerk = token("clerk")
        first, again = post(clerk, body(), **key), post(clerk, body(), **key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert first.json()["number"] == again.json()["number"]
        assert first.json()["enquiry_code"] == again.json()["enquiry_code"]
        assert post(clerk, body(facts={}), **key).status_code == 422
        other = post(token("clerk2"), body(centre="31019900102"), **key)
        assert other.status_code == 201 and Case.objects.count() == 2

    def test_a_refused_request_leaves_its_key_free(self) -> None:
        key = {"Idempotency-Key": "visit-2"}
        clerk = token("clerk")
        assert post(clerk, body(matter="no-such-matter"), **key).status_code == 422
        assert post(clerk, body(), **key).status_code == 201


@pytest.fixture
def committed(cast_once: None, transactional_db: None) -> Iterator[None]:
    """The community and one matter, seen by every connection."""
    from tests.cast import load_cast

    load_cast()
    search._kept.clear()
    matter(CARD)
    yield


def _at_once(n: int, what: Any) -> list[Any]:
    barrier = threading.Barrier(n)

    def run(index: int) -> Any:
        barrier.wait()
        try:
            return what(index)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(run, range(n)))


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
@pytest.mark.usefixtures("committed")
def test_eight_retries_at_once_make_one_case() -> None:
    clerk = token("clerk")
    answers = _at_once(8, lambda _n: post(clerk, body(), **{"Idempotency-Key": "storm"}))
    assert {a.status_code for a in answers} == {201}
    assert len({a.json()["number"] for a in answers}) == 1
    assert Case.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
@pytest.mark.usefixtures("committed")
def test_two_clerks_at_once_get_each_their_numbers() -> None:
    keys = [token("clerk"), token("clerk")]
    numbers = _at_once(6, lambda n: post(keys[n % 2], body()).json()["number"])
    assert sorted(n[19:24] for n in numbers) == [f"{n:05d}" for n in range(1, 7)]


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
@pytest.mark.usefixtures("committed")
def test_a_draft_sent_twice_at_once_is_sent_once() -> None:
    from tests.intake.test_submit import draft
    from yimen.intake.actions import send

    made = draft(facts={"bank": "a", "old_card": False})
    by = actor("resident2")
    numbers = _at_once(4, lambda _n: send(made, by=by, at=now()))
    assert len({tuple(n) for n in numbers}) == 1 and Case.objects.count() == 1
