"""Judgements about slots: when a resource is open, who sits where, what is late.

Pure functions of values. Moments are aware; a day is the day on a Chinese wall clock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from yimen.lib.time import ZONE

WORK, OFF = "work", "off"


@dataclass(frozen=True, slots=True)
class Hours:
    """One line of a pattern: on working days or on days off, perhaps only on some weekdays
    (1 is Monday), from when to when, how many places a slot has, in force from when to when."""

    on: str
    opens: time
    closes: time
    places: int
    weekdays: frozenset[int] = frozenset()
    first: date | None = None
    last: date | None = None

    def applies(self, day: date, works: bool) -> bool:
        if self.on != (WORK if works else OFF):
            return False
        if self.weekdays and day.isoweekday() not in self.weekdays:
            return False
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Slot:
    """A stretch of time that can be booked: how many places it has, how many are free."""

    starts: datetime
    ends: datetime
    places: int
    free: int


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time that is closed, or taken (then `seat` says which place)."""

    starts: datetime
    ends: datetime
    seat: int = 0

    def meets(self, starts: datetime, ends: datetime) -> bool:
        return self.starts < ends and starts < self.ends


def pattern(hours: Iterable[Hours], day: date, works: bool, length: timedelta) -> list[Slot]:
    """The slots of a day, all free, in order. A rest shorter than a slot is not offered; lines
    that give the same slot add up their places."""
    found: dict[datetime, int] = {}
    for line in hours:
        if not line.applies(day, works):
            continue
        start = datetime.combine(day, line.opens, ZONE)
        last = datetime.combine(day, line.closes, ZONE)
        while start + length <= last:
            found[start] = found.get(start, 0) + line.places
            start += length
    return [Slot(start, start + length, n, n) for start, n in sorted(found.items())]


def offered(slots: Iterable[Slot], closed: Sequence[Span], taken: Sequence[Span]) -> list[Slot]:
    """The slots outside of what is closed, with what is left of each."""
    return [
        Slot(s.starts, s.ends, s.places, s.places - len(_seats(taken, s.starts, s.ends, s.places)))
        for s in slots
        if not any(c.meets(s.starts, s.ends) for c in closed)
    ]


def _seats(taken: Iterable[Span], starts: datetime, ends: datetime, places: int) -> set[int]:
    return {t.seat for t in taken if t.meets(starts, ends) and t.seat <= places}


def seat(taken: Iterable[Span], slot: Slot) -> int | None:
    """The lowest place that is free all through the slot; None when it is full."""
    used = _seats(taken, slot.starts, slot.ends, slot.places)
    return next((n for n in range(1, slot.places + 1) if n not in used), None)


def stands(hours: Iterable[Hours], closed: Iterable[Span], booked: Span, works: bool) -> bool:
    """Is the resource open all through what was booked? Another length of slots or fewer places
    take nobody's booking away; a holiday, other hours or a closure do."""
    day = booked.starts.astimezone(ZONE).date()
    begins, ends = (moment.astimezone(ZONE).time() for moment in (booked.starts, booked.ends))
    is_open = any(h.applies(day, works) and h.opens <= begins and ends <= h.closes for h in hours)
    return is_open and not any(c.meets(booked.starts, booked.ends) for c in closed)


EARLY, IN_TIME, LATE, OTHER_DAY = "early", "in_time", "late", "other_day"


def arrival(starts: datetime, at: datetime, early: timedelta, grace: timedelta) -> str:
    """Who comes in time has the appointment's place in the queue; who is late waits like anybody
    else; who is much too early is asked to come back, so that nobody jumps a queue by hours."""
    if starts.astimezone(ZONE).date() != at.astimezone(ZONE).date():
        return OTHER_DAY
    if at < starts - early:
        return EARLY
    return IN_TIME if at <= starts + grace else LATE


def paused_until(
    missed: Sequence[date], on: date, *, most: int, within: timedelta, pause: timedelta
) -> date | None:
    """The first day on which one may book by oneself again after not coming `most` times within
    that time; None when one may today. At the desk and by telephone one always may."""
    lately = sorted(day for day in missed if on - within <= day <= on)
    if most < 1 or len(lately) < most:
        return None
    again = lately[-1] + pause
    return again if again > on else None
