"""Slots, places, and who is late: properties of the pure rules."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yimen.bookings import rules
from yimen.bookings.rules import Hours, Span
from yimen.clock.shipped import shipped_calendar
from yimen.lib.time import ZONE

DAY = date(2026, 11, 23)
HALF = timedelta(minutes=30)
clocks = st.times(time(6), time(22)).map(lambda t: t.replace(second=0, microsecond=0))
lines = st.builds(
    Hours, st.sampled_from(["work", "off"]), clocks, clocks, st.integers(1, 9),
    st.frozensets(st.integers(1, 7), max_size=3),
)  # fmt: skip


def moment(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZONE)


@given(st.lists(lines, max_size=4), st.integers(5, 120), st.booleans())
def test_every_slot_lies_within_a_line_that_applies(given_lines, minutes, works) -> None:
    length = timedelta(minutes=minutes)
    for slot in rules.pattern(given_lines, DAY, works, length):
        assert slot.ends - slot.starts == length
        inside = [
            h for h in given_lines
            if h.applies(DAY, works) and h.opens <= slot.starts.time() and slot.ends.time() <= h.closes
        ]  # fmt: skip
        assert inside and slot.places <= sum(h.places for h in inside)
        assert rules.stands(given_lines, [], Span(slot.starts, slot.ends), works)
        assert not rules.stands(given_lines, [Span(slot.starts, slot.ends)], Span(slot.starts, slot.ends), works)  # fmt: skip


@given(st.integers(1, 5), st.lists(st.integers(0, 11), max_size=40))
def test_places_are_given_until_they_are_gone_and_never_twice(places, wishes) -> None:
    slots = rules.pattern([Hours("work", time(9), time(15), places)], DAY, True, HALF)
    taken: list[Span] = []
    for wish in wishes:
        slot = slots[wish]
        seat = rules.seat(taken, slot)
        here = [t for t in taken if t.starts == slot.starts]
        assert (seat is None) == (len(here) == places)
        if seat is not None:
            taken.append(Span(slot.starts, slot.ends, seat))
    for slot in rules.offered(slots, [], taken):
        mine = [t.seat for t in taken if t.starts == slot.starts]
        assert len(set(mine)) == len(mine) and slot.free == places - len(mine) >= 0


def test_a_make_up_saturday_works_and_a_holiday_does_not() -> None:
    calendar = shipped_calendar()
    pattern = [Hours("work", time(9), time(10), 2), Hours("off", time(9), time(10), 1)]
    saturday, new_year = date(2026, 2, 14), date(2026, 1, 1)
    assert calendar.is_working(saturday) and not calendar.is_working(new_year)
    assert rules.pattern(pattern, saturday, True, HALF)[0].places == 2
    assert rules.pattern(pattern, new_year, False, HALF)[0].places == 1
    mondays = [Hours("work", time(9), time(10), 1, frozenset({1}))]
    assert not rules.pattern(mondays, saturday, True, HALF)  # a doctor's Monday is no Saturday


def test_another_length_of_slots_takes_nobodys_booking_away() -> None:
    booked = Span(moment("09:30"), moment("10:00"), 1)
    pattern = [Hours("work", time(9), time(11), 1)]
    assert rules.stands(pattern, [], booked, True)
    assert not rules.stands(pattern, [], booked, False)
    slots = rules.pattern(pattern, DAY, True, timedelta(minutes=45))
    free = {f"{s.starts:%H:%M}": s.free for s in rules.offered(slots, [], [booked])}
    assert free == {"09:00": 0, "09:45": 0}  # both overlap it


def test_in_time_late_early() -> None:
    early, grace, ten = timedelta(minutes=30), timedelta(minutes=15), moment("10:00")
    came = {at: rules.arrival(ten, moment(at), early, grace) for at in ("09:29", "09:30", "10:15", "10:16")}  # fmt: skip
    assert came == {"09:29": "early", "09:30": "in_time", "10:15": "in_time", "10:16": "late"}
    assert rules.arrival(ten, ten + timedelta(days=1), early, grace) == "other_day"


def test_who_did_not_come_thrice_books_at_the_desk_for_a_while() -> None:
    how = {"most": 3, "within": timedelta(days=90), "pause": timedelta(days=30)}
    missed = [DAY - timedelta(days=n) for n in (80, 20, 5)]
    assert rules.paused_until(missed, DAY, **how) == DAY + timedelta(days=25)
    assert rules.paused_until(missed[1:], DAY, **how) is None
    assert rules.paused_until(missed, DAY + timedelta(days=25), **how) is None
    assert rules.paused_until(missed * 9, DAY, **how | {"most": 0}) is None
