"""What the daily work costs in statements, BEGIN and COMMIT among them: exact upper bounds.

(Inside a test the transaction's two ends are a savepoint and its release, which count the same.)
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.calling import ok, submission
from tests.cast import STREET
from yimen.bodies.models import Body
from yimen.lib import time
from yimen.lib.documents import resident_check

pytestmark = pytest.mark.django_db


@contextmanager
def at_most(limit: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as seen:
        yield
    texts = [q["sql"][:110] for q in seen.captured_queries]
    assert len(texts) <= limit, "\n".join(texts)


def somebody(serial: int) -> dict[str, str]:
    body = f"31010119700101{serial:03}"
    number = body + resident_check(body)
    return {"name": "陈新来", "id_type": "resident_id", "id_number": number, "phone": "13800001111"}


@pytest.fixture
def clerk(machine: Any) -> Any:
    """A counter's program that has been at work: what is kept in memory is there."""
    made = machine("clerk")
    ok(made.post("cases", submission(), Idempotency_Key="warm"), 201)
    return made


def test_taking_in_somebody_new(clerk: Any) -> None:
    body = submission(applicant=somebody(7))
    with at_most(8):
        ok(clerk.post("cases", body, Idempotency_Key="k"), 201)


def test_taking_in_somebody_known(clerk: Any) -> None:
    body = submission()
    with at_most(7):
        ok(clerk.post("cases", body, Idempotency_Key="k"), 201)


def test_taking_in_something_incomplete(clerk: Any) -> None:
    """Two messages, a term of the resident's own, promised papers: still one sheet."""
    body = submission(applicant=somebody(8), materials=[])
    with at_most(8):
        assert ok(clerk.post("cases", body, Idempotency_Key="k"), 201)["state"] == "supplementing"


def test_acts_of_a_whole_life(clerk: Any, machine: Any) -> None:
    case = ok(clerk.post("cases", submission(matter="civil-affairs-018")), 201)
    number, done = case["number"], []
    with time.at(time.now()):
        while case["state"] in ("received", "handling", "decided"):
            act, by, more = _next(case)
            program = machine(by)
            ok(program.get(f"cases/{number}"))
            with at_most(8):
                case = ok(program.act(number, act, **more))
            done.append(act)
    assert {"accept", "finish", "decide"} <= set(done), done


def _next(case: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
    task = next(t for t in case["tasks"] if t["state"] in ("offered", "signed"))
    who = _holder(task["body"])
    if task["sort"] == "accept":
        return "accept", who, {}
    if task["sort"] == "decide":
        return "decide", who, {"outcome": "granted"}
    if task["sort"] == "deliver":
        return "deliver", "clerk", {"way": "counter"}
    more: dict[str, Any] = {"task": task["id"], "verdict": "agree"}
    more |= {"visitors": ["officer", "officer2"]} if task["sort"] == "visit" else {}
    more |= {"consent": True, "answer": "match"} if task["sort"] == "check" else {}
    return "finish", who, more


def _holder(code: str) -> str:
    from yimen.bodies.queries import holders_of
    from yimen.lib.actor import Can
    from yimen.people.models import Account

    body = Body.objects.get(code=code, street=STREET)
    held = holders_of(body.pk, (Can.DECIDE, Can.HEAD)) or holders_of(
        body.pk, (Can.INTAKE, Can.HANDLE)
    )
    return str(Account.objects.get(pk=held[0]).username)


def test_looking(clerk: Any) -> None:
    case = ok(clerk.post("cases", submission()), 201)
    with at_most(2):  # who asks; the case
        ok(clerk.get(f"cases/{case['number']}"))
    from tests.api.calling import Machine

    with at_most(3):  # tries of this address; the case and its acts; the marks
        ok(Machine("").get("track", number=case["number"], code=case["enquiry_code"]))


def test_a_list_of_cases(clerk: Any, machine: Any) -> None:
    for serial in range(3):
        ok(clerk.post("cases", submission(applicant=somebody(20 + serial))), 201)
    for who in ("clerk", "officer", "director", "resident"):
        program = machine(who)
        ok(program.get("cases", limit=2))  # its first use of the hour is noted
        with at_most(2):  # who asks; the page
            first = ok(program.get("cases", limit=2))
        if first["next"]:
            with at_most(2):
                ok(program.get("cases", limit=2, cursor=first["next"]))
