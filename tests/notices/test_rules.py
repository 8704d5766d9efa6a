"""When and how people are told."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yimen.lib.time import ZONE, local
from yimen.notices import rules

MOMENTS = st.datetimes(
    datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.sampled_from([ZONE, UTC])
)


@given(MOMENTS)
def test_nobody_is_woken_for_what_can_wait(moment: datetime) -> None:
    at = rules.send_at(moment, urgent=False)
    assert time(8, 0) <= local(at).time() < time(21, 0)
    assert timedelta() <= at - moment <= timedelta(hours=11)


@given(MOMENTS)
def test_what_is_urgent_goes_at_once(moment: datetime) -> None:
    assert rules.send_at(moment, urgent=True) == moment


def test_the_night_ends_at_eight() -> None:
    late = datetime(2026, 11, 23, 21, 0, tzinfo=ZONE)
    assert rules.send_at(late, urgent=False) == datetime(2026, 11, 24, 8, 0, tzinfo=ZONE)
    early = datetime(2026, 11, 24, 7, 59, tzinfo=ZONE)
    assert rules.send_at(early, urgent=False) == datetime(2026, 11, 24, 8, 0, tzinfo=ZONE)
    day = datetime(2026, 11, 24, 20, 59, tzinfo=ZONE)
    assert rules.send_at(day, urgent=False) == day


def test_everybody_can_be_reached_somehow() -> None:
    channel = rules.channel_for
    assert channel(staff=True, phone=True, account=True) == "inbox"
    assert channel(staff=False, phone=True, account=True) == "sms"
    assert channel(staff=False, phone=False, account=True) == "inbox"
    assert channel(staff=False, phone=False, account=False) == "paper"
