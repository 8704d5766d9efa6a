"""Judgements of workforce: spans of time, rest, and a draft that shares duties out fairly.

Pure functions of values; the calendar comes as a function of a day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from yimen.lib.time import ZONE

P = TypeVar("P", bound=Hashable)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment to a moment."""

    begins: datetime
    ends: datetime

    @property
    def minutes(self) -> int:
        return int((self.ends - self.begins).total_seconds() // 60)

    @property
    def day(self) -> date:
        """The day on which it begins, by the local clock."""
        return self.begins.astimezone(ZONE).date()


def span(day: date, begins: time, ends: time) -> Span:
    """The hours of a shift that begins on `day`; over midnight where it ends no later than it
    begins."""
    last = day + DAY if ends <= begins else day
    return Span(datetime.combine(day, begins, ZONE), datetime.combine(last, ends, ZONE))


def whole_days(first: date, last: date) -> Span:
    """From the first midnight to the one after the last day."""
    midnight = time(0)
    return Span(
        datetime.combine(first, midnight, ZONE), datetime.combine(last + DAY, midnight, ZONE)
    )


def fits(on: str, working: bool) -> bool:
    """Is a shift for these days worked on a day that is, or is not, a working day?"""
    return on == "any" or (on == "working") is working


@dataclass(frozen=True, slots=True)
class Rest:
    """What must lie between: hours between two duties, days of work in a row, hours a week."""

    between_hours: int = 11
    days_in_row: int = 6
    week_hours: int = 44


def week_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


@dataclass(slots=True)
class Worked:
    """What somebody already has to do: kept as it grows while a draft is made."""

    spans: dict[date, list[Span]] = field(default_factory=lambda: defaultdict(list))
    weeks: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    blocked: list[Span] = field(default_factory=list)  # leave: no work, and no rest rule either
    minutes: int = 0

    def add(self, one: Span) -> None:
        self.spans[one.day].append(one)
        self.weeks[week_of(one.day)] += one.minutes
        self.days[one.day] += 1
        self.minutes += one.minutes


def worked(spans: Iterable[Span], blocked: Iterable[Span] = ()) -> Worked:
    """The load of these spans."""
    made = Worked(blocked=list(blocked))
    for one in spans:
        made.add(one)
    return made


def overlap(one: Span, other: Span) -> bool:
    return one.begins < other.ends and other.begins < one.ends


def broken(rest: Rest, load: Worked, new: Span) -> str:
    """Which rule another duty would break: "busy", "between", "row", "week"; "" for none. Two
    duties of one day may follow each other (a morning here, an afternoon there)."""
    near = [s for n in (-1, 0, 1) for s in load.spans.get(new.day + n * DAY, ())]
    if any(overlap(new, s) for s in (*near, *load.blocked)):
        return "busy"
    pause = timedelta(hours=rest.between_hours)
    for other in near:
        gap = max(new.begins - other.ends, other.begins - new.ends)
        if gap < pause and other.day != new.day:
            return "between"
    if _in_a_row(load, new.day) > rest.days_in_row:
        return "row"
    hours = (load.weeks.get(week_of(new.day), 0) + new.minutes) / 60
    return "week" if hours > rest.week_hours else ""


def _in_a_row(load: Worked, day: date) -> int:
    """Days of work in a row with `day` among them."""
    count = 1
    for step in (-1, 1):
        other = day + step * DAY
        while load.days.get(other):
            count += 1
            other += step * DAY
    return count


@dataclass(frozen=True, slots=True)
class Slot:
    """One place to fill: a post in a shift on a day."""

    key: Hashable
    span: Span


def draft(
    slots: Sequence[Slot],
    people: Sequence[P],
    loads: dict[P, Worked],
    rest: Rest,
    may: Callable[[P, Slot], bool] = lambda _who, _slot: True,
) -> tuple[list[tuple[Slot, P]], list[Slot]]:
    """Share slots out: each goes to whoever may, is free, breaks no rule of rest and has worked
    least so far. Returns what was given and what nobody could take. The longest shifts of a day
    come first, so that short ones do not use up the people who could do both."""
    given: list[tuple[Slot, P]] = []
    open_: list[Slot] = []
    for slot in sorted(slots, key=lambda s: (s.span.day, -s.span.minutes, s.span.begins)):
        ranked = sorted(range(len(people)), key=lambda n: (loads[people[n]].minutes, n))
        taker = next(
            (
                people[n]
                for n in ranked
                if not broken(rest, loads[people[n]], slot.span) and may(people[n], slot)
            ),
            None,
        )
        if taker is None:
            open_.append(slot)
            continue
        loads[taker].add(slot.span)
        given.append((slot, taker))
    return given, open_


def days_between(first: date, last: date) -> list[date]:
    return [first + n * DAY for n in range((last - first).days + 1)]


def last_day(first: date, months: int | None) -> date | None:
    """The last day of so many months from the first; None for good. A month without that day ends
    on its last one."""
    if months is None:
        return None
    year, month = divmod(first.month - 1 + months, 12)
    year, month = first.year + year, month + 1
    after = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + (first.day - 1) * DAY, after) - DAY
