"""Following a case by number and code: plain words for whoever holds both, nothing for others."""

from __future__ import annotations

import io
import logging
import time as clock
from datetime import timedelta
from statistics import median
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.api.calling import API, Machine, ok, problem
from tests.cases.world import MONDAY, SYSTEM, hand_in
from tests.cast import facts
from yimen.cases.actions import perform
from yimen.cases.dossier import Dossier
from yimen.lib import time
from yimen.lib.crypto import unseal

pytestmark = pytest.mark.django_db


def code_of(d: Dossier) -> str:
    return unseal(d.case.enquiry_code, about=f"case:{d.case.number}")


@pytest.fixture
def case() -> Dossier:
    d = hand_in("civil-affairs-001")
    return perform(d.case.number, "accept", by=SYSTEM)


ANYBODY = Machine("")


def test_by_either_number_and_by_either_method(case: Dossier) -> None:
    code = code_of(case)
    answers = []
    for number in (case.case.number, case.case.enquiry_no):
        answers.append(ok(ANYBODY.get("track", number=number, code=code)))
        answers.append(ok(ANYBODY.post("track", {"number": number, "code": code})))
    assert all(answer == answers[0] for answer in answers)
    told = answers[0]
    assert told["state"] == "handling"
    assert [step["text"] for step in told["history"]]
    assert told["next"]["text"] and told["next"]["by"]


def test_no_personal_data(case: Dossier) -> None:
    text = ANYBODY.get("track", number=case.case.number, code=code_of(case)).content.decode()
    row = facts("resident")
    for private in (row["name"], row["id_number"], row["phone"], "clerk", "officer", code_of(case)):
        assert private not in text


def test_a_wrong_number_and_a_wrong_code_say_the_same(case: Dossier) -> None:
    wrong = "000000" if code_of(case) != "000000" else "000001"
    tries = [
        {"number": case.case.number, "code": wrong},
        {"number": case.case.enquiry_no, "code": wrong},
        {"number": "31019900101202603020000999", "code": code_of(case)},
        {"number": "99999999", "code": code_of(case)},
        {"number": "", "code": ""},
        {"number": "x" * 300, "code": "y" * 300},
    ]
    bodies = set()
    for one in tries:
        cache.clear()
        got, posted = ANYBODY.get("track", **one), ANYBODY.post("track", one)
        problem(got, 404)
        bodies |= {got.content, posted.content}
        assert got.headers["Content-Type"] == posted.headers["Content-Type"]
    assert len(bodies) == 1


def test_in_similar_time(case: Dossier) -> None:
    """Both wrong answers open something sealed; neither is a short way out."""

    def took(number: str) -> float:
        cache.clear()
        begun = clock.perf_counter()
        ANYBODY.get("track", number=number, code="12-wrong")
        return clock.perf_counter() - begun

    numbers = (case.case.number, "31019900101202603020000999")
    rounds = [[took(number) for number in numbers] for _ in range(15)]
    known, unknown = (median(times) for times in zip(*rounds, strict=True))
    assert 1 / 3 < known / unknown < 3


def test_ten_failures_a_minute_and_no_more(case: Dossier) -> None:
    for n in range(10):
        call = ANYBODY.get if n % 2 else lambda path, **body: ANYBODY.post(path, body)
        problem(call("track", number="99999999", code="000000"), 404)
    right = {"number": case.case.number, "code": code_of(case)}
    for answer in (ANYBODY.get("track", **right), ANYBODY.post("track", right)):
        problem(answer, 429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
    with time.at(MONDAY + timedelta(seconds=61)):
        ok(ANYBODY.get("track", **right))


def test_the_minute_slides_with_the_clock(case: Dossier) -> None:
    """Ten failures around the full minute are ten failures within a minute."""
    for second in (50, 55, 58, 59, 59.5, 60.5, 61, 62, 63, 64):
        with time.at(MONDAY + timedelta(seconds=second)):
            problem(ANYBODY.get("track", number="99999999", code="0"), 404)
    with time.at(MONDAY + timedelta(seconds=65)):
        problem(ANYBODY.get("track", number="99999999", code="0"), 429)


def test_success_uses_nothing_up_and_addresses_are_apart(case: Dossier) -> None:
    right = {"number": case.case.number, "code": code_of(case)}
    for _ in range(12):
        ok(ANYBODY.get("track", **right))
    for _ in range(10):
        ANYBODY.get("track", number="99999999", code="0")
    problem(ANYBODY.get("track", **right), 429)
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").get(f"{API}track", right)
    assert elsewhere.status_code == 200


def test_the_page_and_the_api_count_together(case: Dossier) -> None:
    for _ in range(10):
        Client().post("/track/", {"number": "99999999", "code": "000000"})
    problem(ANYBODY.get("track", number="99999999", code="0"), 429)


def test_neither_number_nor_code_is_logged(case: Dossier, caplog: pytest.LogCaptureFixture) -> None:
    console = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    before = console.setStream(written := io.StringIO())
    with caplog.at_level(logging.DEBUG):
        for _ in range(12):
            ANYBODY.get("track", number=case.case.number, code="654321")
        logging.getLogger("django.server").info(
            '"GET /api/v1/track?number=%s&code=654321 HTTP/1.1" 404 20', case.case.number
        )
    console.setStream(before)
    assert "scrubbed" in written.getvalue()
    assert "654321" not in written.getvalue()
    assert case.case.number not in written.getvalue()
    asked = [r.getMessage() for r in caplog.records if r.name != "django.server"]
    assert not any("654321" in text or case.case.number in text for text in asked)


def test_each_wrong_code_is_logged_without_what_was_typed(
    case: Dossier, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        ANYBODY.get("track", number=case.case.number, code="654321")
    (said,) = [r.getMessage() for r in caplog.records if r.name == "yimen.throttle"]
    assert said.startswith("track failed, from ")
    assert "654321" not in said and case.case.number not in said and "127.0.0.1" not in said


def test_a_try_too_many_is_logged(case: Dossier, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(11):
            ANYBODY.get("track", number="99999999", code="0")
    assert any(r.name == "yimen.throttle" for r in caplog.records)


def test_whoever_is_signed_in_needs_the_code_all_the_same(case: Dossier, machine: Any) -> None:
    problem(machine("clerk").get("track", number=case.case.number, code="0"), 404)
