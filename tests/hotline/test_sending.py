"""Whom one may send, in every order of events (pure)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.clock.queries import shelf
from yimen.hotline import sending
from yimen.hotline.needs import CLASSES
from yimen.hotline.sending import Past
from yimen.lib.time import ZONE

STATES = ("sent", "signed", "done", "returned", "lapsed", "withdrawn")
TASKS = ("offered", "signed", "finished", "returned", "consented", "cancelled")
LIMITS = {"emergency": (10, "minutes"), "urgent": (15, "minutes"), "help": (4, "working_hours"),
          "consultation": (4, "working_hours"), "complaint": (4, "working_hours"),
          "petition": (8, "working_hours")}  # fmt: skip
pasts = st.lists(
    st.builds(
        Past, state=st.sampled_from(STATES), leads=st.booleans(), automatic=st.booleans(),
        final=st.booleans(),
    ),
    max_size=8,
)  # fmt: skip
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 30)).map(
    lambda m: m.replace(tzinfo=ZONE)
)


@pytest.fixture
def calendar(db):
    return shelf().calendar("310199001")


@pytest.mark.django_db
@given(at=moments)
def test_a_limit_lies_ahead_and_minutes_are_minutes(at: datetime) -> None:
    books = shelf().calendar("310199001")
    for sort in CLASSES:
        due = sending.sign_by(sort, at, books, LIMITS)
        assert due > at
        if LIMITS[sort][1] == "minutes":
            assert due - at == timedelta(minutes=LIMITS[sort][0])
        else:
            assert due - at >= timedelta(hours=4) and books.provisional.is_working(due.date())


@given(past=pasts, settles=st.booleans(), fee=st.sampled_from(["free", "low", "paid"]),
       agreed=st.booleans(), leads=st.booleans())  # fmt: skip
def test_who_may_be_sent(past, settles, fee, agreed, leads) -> None:
    said = sending.refusal(past, leads=leads, settles=settles, fee=fee, agreed=agreed)
    if fee != "free" and not agreed:
        assert said, "nobody comes for money before the caller's yes"
    if not leads:
        assert said in ("", "price"), "assistants wait for nobody and settle nothing"
    if not said and leads:
        assert not any(p.leads and p.state in sending.OPEN and not p.automatic for p in past)
        assert settles or not sending.in_dispute(past)


@given(past=pasts)
def test_a_dispute_needs_two_returns_of_whoever_led_and_ends_with_a_decision(past) -> None:
    returns = sum(p.leads and p.state == "returned" for p in past)
    if returns < sending.DISPUTE:
        assert not sending.in_dispute(past)
    assert not sending.in_dispute([*past, Past("sent", final=True)])
    assert sending.in_dispute(past) == sending.in_dispute(list(reversed(past)))


@given(state=st.sampled_from(STATES), task=st.sampled_from(TASKS), here=st.booleans())
def test_a_dispatch_follows_its_task_and_what_is_over_stays_over(state, task, here) -> None:
    now = sending.follows(state, task, here=here)
    if state not in sending.OPEN:
        assert now == state
    assert sending.follows(now, task, here=here) == now, "said twice is said once"
    if task == "returned" and state in sending.OPEN:
        assert now == "returned"
    assert not (state == "signed" and now == "sent")


def test_limits_are_whole() -> None:
    sending.check_limits(LIMITS, CLASSES)
    for wrong in ({}, LIMITS | {"help": (4, "days")}, LIMITS | {"urgent": (0, "minutes")}):
        with pytest.raises(ValueError, match="sign_limits"):
            sending.check_limits(wrong, CLASSES)
