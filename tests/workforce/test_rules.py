"""Spans over midnight, rules of rest, and a draft that never breaks them."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yimen.lib.time import ZONE
from yimen.workforce.rules import (
    Rest,
    Slot,
    Span,
    Worked,
    broken,
    draft,
    fits,
    overlap,
    span,
    week_of,
    worked,
)

DAY = date(2026, 11, 23)  # a Monday
MORNING = time(8, 30), time(16, 30)


def on(offset: int, begins: time = MORNING[0], ends: time = MORNING[1]) -> Span:
    return span(DAY + timedelta(days=offset), begins, ends)


def test_a_shift_over_midnight_belongs_to_the_day_it_begins() -> None:
    night = on(0, time(22), time(6))
    assert night.minutes == 480 and night.day == DAY
    assert night.ends == datetime(2026, 11, 24, 6, tzinfo=ZONE)
    assert on(0, time(0), time(0)).minutes == 24 * 60


def test_shifts_of_working_days_and_of_days_off() -> None:
    assert [fits("working", True), fits("working", False)] == [True, False]
    assert [fits("off", True), fits("off", False)] == [False, True]
    assert fits("any", True) and fits("any", False)


class TestRest:
    rest = Rest(between_hours=11, days_in_row=6, week_hours=44)

    def test_nobody_is_at_two_places(self) -> None:
        assert broken(self.rest, worked([on(0)]), on(0, time(16), time(18))) == "busy"
        assert broken(self.rest, worked([], [on(0)]), on(0, time(16), time(18))) == "busy"
        assert broken(self.rest, worked([on(0)]), on(0, time(16, 30), time(18))) == ""

    def test_eleven_hours_after_a_night(self) -> None:
        after_night = worked([on(0, time(22), time(6))])
        assert broken(self.rest, after_night, on(1)) == "between"
        assert broken(self.rest, after_night, on(1, time(17), time(20))) == ""
        assert broken(self.rest, worked([on(1)]), on(0, time(22), time(6))) == "between"

    def test_one_day_off_in_seven(self) -> None:
        six = worked([on(n, time(9), time(12)) for n in range(6)])
        assert broken(self.rest, six, on(6, time(9), time(12))) == "row"
        assert broken(self.rest, six, on(7, time(9), time(12))) == ""
        both = worked([on(n, time(9), time(12)) for n in (0, 1, 2, 4, 5, 6)])
        assert broken(self.rest, both, on(3, time(9), time(12))) == "row"

    def test_hours_of_a_week(self) -> None:
        five = worked([on(n) for n in range(5)])
        assert broken(self.rest, five, on(5, time(8, 30), time(11, 30))) == ""
        assert broken(self.rest, five, on(5, time(8, 30), time(13))) == "week"


HOURS = st.sampled_from([(time(8, 30), time(16, 30)), (time(8, 30), time(11, 30)),
                         (time(16), time(0)), (time(22), time(6))])  # fmt: skip
SLOTS = st.lists(st.tuples(st.integers(0, 20), HOURS, st.integers(0, 2)), max_size=80)


@given(SLOTS, st.integers(1, 6), st.integers(8, 13), st.integers(3, 6), st.integers(20, 48))
def test_a_draft_breaks_no_rule_and_forgets_no_slot(
    wanted: list[tuple[int, tuple[time, time], int]], people: int, between: int, row: int, week: int
) -> None:
    rest = Rest(between, row, week)
    slots = [Slot(post, on(day, *hours)) for day, hours, post in wanted]
    loads = {n: Worked() for n in range(people)}
    given_, left = draft(slots, range(people), loads, rest)
    assert Counter(map(str, slots)) == Counter(map(str, [*left, *(s for s, _who in given_)]))
    for who in range(people):
        spans = sorted((s.span for s, w in given_ if w == who), key=lambda s: s.begins)
        for one, other in zip(spans, spans[1:], strict=False):
            assert not overlap(one, other)
            if one.day != other.day:
                assert other.begins - one.ends >= timedelta(hours=between)
        days = {s.day for s in spans}
        for day in days:
            assert not all(day + timedelta(days=n) in days for n in range(row + 1))
        hours = Counter[date]()
        for one in spans:
            hours[week_of(one.day)] += one.minutes
        assert all(minutes <= week * 60 for minutes in hours.values())


@given(st.integers(2, 6), st.integers(1, 4))
def test_work_is_shared_out_evenly(people: int, weeks: int) -> None:
    slots = [Slot("post", on(7 * w + d)) for w in range(weeks) for d in range(5)]
    loads = {n: Worked() for n in range(people)}
    _given, left = draft(slots, range(people), loads, Rest())
    assert not left
    minutes = [loads[n].minutes for n in range(people)]
    assert max(minutes) - min(minutes) <= 480


def test_only_who_may_is_chosen_and_nobody_twice_at_once() -> None:
    slots = [Slot("a", on(0)), Slot("a", on(0)), Slot("b", on(0))]
    loads = {n: Worked() for n in "xyz"}
    given_, left = draft(slots, "xyz", loads, Rest(), lambda who, s: who == "x" or s.key == "b")
    assert sorted((s.key, who) for s, who in given_) == [("a", "x"), ("b", "y")]
    assert [s.key for s in left] == ["a"]
