"""When something is due, and how near that is. Pure functions of values and dates.

How days are counted
- The day of the event is not counted (Civil Code 201): day 1 is the first day after it. A term
  in days ends with its last day, at 23:59:59 or at the closing hour given.
- A term in calendar days whose last day is a day off ends on the next working day (203).
- A pause [from, until) stops a term in days on every day from the day of `from` up to and not
  including the day of `until`; it stops a term in hours from instant to instant. Pauses that
  overlap count once. A pause counts no longer than its maximum (`max_end`).
- A pause that is still open and has no maximum stops the term altogether: `Due.stopped` is true,
  and `Due.at` is then the earliest possible answer, as if that pause took no time.
- The result depends on the set of pauses and extensions, never on the order they were recorded
  in. A pause never brings a due date nearer, because it can only take countable days away.
- Where a year is not announced the calendar's guess is used and `Due.provisional` says so.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from yimen.lib.spans import Span, Unit
from yimen.lib.time import ZONE, local
from yimen.lib.workdays import Calendar, UnannouncedYear

END_OF_DAY = time(23, 59, 59)
DAY = timedelta(days=1)
Point = TypeVar("Point", date, datetime)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours of a working day."""

    opens: time = time(8, 30)
    closes: time = time(16, 30)


OFFICE_HOURS = Hours()


@dataclass(frozen=True, slots=True)
class Pause:
    """Excluded time: from `start` until the clock runs again, at most until `max_end`."""

    start: datetime
    until: datetime | None = None
    max_end: datetime | None = None

    @property
    def end(self) -> datetime | None:
        """When the pause ends as far as the term is concerned; None while nobody can say."""
        ends = [moment for moment in (self.until, self.max_end) if moment is not None]
        return min(ends, default=None)


@dataclass(frozen=True, slots=True)
class Due:
    """The last moment and the last day of a term."""

    at: datetime
    on: date
    provisional: bool = False
    stopped: bool = False


def moment(day: date, at: time = END_OF_DAY) -> datetime:
    """A day and an hour on a Chinese wall clock."""
    return datetime.combine(day, at, ZONE)


# -- due ---------------------------------------------------------------------------------


def due(
    start: datetime,
    span: Span,
    calendar: Calendar,
    *,
    pauses: Iterable[Pause] = (),
    extra: Iterable[Span] = (),
    closing: time = END_OF_DAY,
    business_hours: Hours | None = None,
) -> Due:
    """The end of a term of `span` (and `extra`, approved extensions) begun by an act at `start`."""
    begun = local(start)
    holding = list(pauses)
    total = _by_unit((span, *extra))
    if not total:
        return _at_once(begun, closing)
    if span.unit.in_days:
        on, stopped = _last_day(begun.date(), total, calendar.provisional, holding)
        at = max(moment(on, closing), begun)
    else:
        at, stopped = _last_instant(begun, total, calendar.provisional, holding, business_hours)
        on = at.date()
    counted = span.unit.in_days or business_hours is not None
    guessed = counted and not calendar.announced(begun.date(), on)
    return Due(at, on, guessed, stopped)


def _at_once(begun: datetime, closing: time) -> Due:
    """On the spot means today, also for what is handed in after the closing hour."""
    at = moment(begun.date(), closing)
    return Due(at if at >= begun else moment(begun.date()), begun.date())


def _by_unit(spans: Iterable[Span]) -> dict[Unit, int]:
    """Lengths of the same unit added up; days and hours in one term are refused."""
    total: dict[Unit, int] = {}
    for span in spans:
        if span.unit is not Unit.AT_ONCE:
            total[span.unit] = total.get(span.unit, 0) + span.n
    if len({unit.in_days for unit in total}) > 1:
        raise ValueError("a term counts either days or hours, not both")
    return total


# -- terms in days -----------------------------------------------------------------------


def paused_days(pauses: Iterable[Pause]) -> list[tuple[date, date]]:
    """The stopped days as half-open intervals, apart and in order; open pauses left out."""
    return _apart((local(p.start).date(), local(p.end).date()) for p in pauses if p.end)


def _apart(intervals: Iterable[tuple[Point, Point]]) -> list[tuple[Point, Point]]:
    """Overlapping and touching intervals joined, empty ones dropped, in order."""
    joined: list[tuple[Point, Point]] = []
    for first, end in sorted(intervals):
        if end <= first:
            continue
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((first, end))
    return joined


def _open_since(pauses: Iterable[Pause]) -> datetime | None:
    """Since when the term has stopped without anybody knowing until when."""
    return min((p.start for p in pauses if p.end is None), default=None)


def _last_day(
    begun: date, total: dict[Unit, int], calendar: Calendar, pauses: Sequence[Pause]
) -> tuple[date, bool]:
    """The last day, and whether an open pause stands before it."""
    closed = paused_days(pauses)
    day = begun
    if n := total.get(Unit.CALENDAR_DAYS):
        day = _count_calendar(day, n, closed)
    if n := total.get(Unit.WORKING_DAYS):
        day = _count_working(day, n, calendar, closed)
    day = _roll(day, calendar, closed)
    since = _open_since(pauses)
    return day, since is not None and local(since).date() <= day


def _count_working(
    begun: date, n: int, calendar: Calendar, stops: Sequence[tuple[date, date]]
) -> date:
    """The n-th working day after `begun` that no pause covers."""
    days = calendar.ordinals
    index = calendar.index_after(begun) + n - 1
    for first, end in stops:
        low = bisect_left(days, max(first, begun + DAY).toordinal())
        if low > index:
            break
        index += max(0, bisect_left(days, end.toordinal()) - low)
    if index >= len(days):
        raise UnannouncedYear(date.fromordinal(days[-1]).year + 1)
    return date.fromordinal(days[index])


def _count_calendar(begun: date, n: int, stops: Sequence[tuple[date, date]]) -> date:
    """The n-th day after `begun` that no pause covers."""
    last = begun + timedelta(days=n)
    for first, end in stops:
        low = max(first, begun + DAY)
        if low > last:
            break
        last += max(timedelta(), end - low)
    return last


def _roll(day: date, calendar: Calendar, stops: Sequence[tuple[date, date]]) -> date:
    """Off the days off; and past a pause that begins on the way, for then the term still ran."""
    day = calendar.on_or_after(day)
    for first, end in stops:
        if first <= day < end:
            day = calendar.on_or_after(end)
    return day


# -- terms in hours and minutes ----------------------------------------------------------


def _length(total: dict[Unit, int]) -> timedelta:
    return timedelta(hours=total.get(Unit.HOURS, 0), minutes=total.get(Unit.MINUTES, 0))


def paused_instants(pauses: Iterable[Pause]) -> list[tuple[datetime, datetime]]:
    """The stopped time as half-open intervals, apart and in order; open pauses left out."""
    return _apart((p.start, p.end) for p in pauses if p.end)


def _last_instant(
    begun: datetime,
    total: dict[Unit, int],
    calendar: Calendar,
    pauses: Sequence[Pause],
    hours: Hours | None,
) -> tuple[datetime, bool]:
    closed = paused_instants(pauses)
    if hours is None:
        at = _run(begun, _length(total), closed)
    else:
        at = _run_in_hours(begun, _length(total), calendar, closed, hours)
    since = _open_since(pauses)
    return local(at), since is not None and since < at


def _run(
    begun: datetime, length: timedelta, stops: Sequence[tuple[datetime, datetime]]
) -> datetime:
    """Round the clock, but not while stopped."""
    at = begun + length
    for first, end in stops:
        if first >= at:
            break
        at += max(timedelta(), end - max(first, begun))
    return at


def _run_in_hours(
    begun: datetime,
    left: timedelta,
    calendar: Calendar,
    stops: Sequence[tuple[datetime, datetime]],
    hours: Hours,
) -> datetime:
    """Only while the office is open, and not while stopped."""
    day = calendar.on_or_after(begun.date())
    while True:
        opens = max(moment(day, hours.opens), begun)
        for low, high in _open_windows(opens, moment(day, hours.closes), stops):
            if left <= high - low:
                return low + left
            left -= high - low
        day = calendar.next_working_day(day)


def _open_windows(
    opens: datetime, closes: datetime, stops: Sequence[tuple[datetime, datetime]]
) -> Iterable[tuple[datetime, datetime]]:
    """What remains of [opens, closes) without the stopped time."""
    for first, end in stops:
        if first < closes and end > opens:
            if first > opens:
                yield opens, first
            opens = max(opens, end)
    if opens < closes:
        yield opens, closes


# -- lights ------------------------------------------------------------------------------


class Light(StrEnum):
    """Green: time enough. Yellow: near. Red: past."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


def yellow_from(
    start: datetime,
    due_at: datetime,
    span: Span,
    calendar: Calendar,
    *,
    percent: int = 20,
    at_least: int = 1,
) -> datetime:
    """From when the rest of a term is small: at most `percent` of it, or `at_least` working days.

    In working days, with 20 days and 20 %: from the morning on which 4 working days remain after
    today. Terms in hours have no minimum in days; what is due at once is yellow from the start.
    """
    begun, last = local(start), local(due_at)
    if span.unit is Unit.AT_ONCE:
        return begun
    if not span.unit.in_days:
        return max(begun, last - (last - begun) * percent / 100)
    share = span.n * percent // 100
    guess = calendar.provisional
    if span.unit is Unit.WORKING_DAYS:
        first = _working_days_before(last.date(), max(share, at_least), guess)
    else:
        near = _working_days_before(last.date(), at_least, guess)
        first = min(near, last.date() - timedelta(days=share))
    return max(begun, moment(first, time.min))


def _working_days_before(day: date, n: int, calendar: Calendar) -> date:
    return calendar.nth_before(day, n) if n else day


def light(now: datetime, yellow_at: datetime, due_at: datetime) -> Light:
    """The light at this moment. The due moment itself is still in time."""
    if now > due_at:
        return Light.RED
    return Light.YELLOW if now >= yellow_at else Light.GREEN


def remaining_working_days(now: datetime, due_at: datetime, calendar: Calendar) -> int:
    """Working days after today up to and including the last one; 0 on the last day and after."""
    return calendar.provisional.working_days_between(local(now).date(), local(due_at).date())


def overdue_working_days(due_at: datetime, until: datetime, calendar: Calendar) -> int:
    """Working days after the last day up to and including the day of `until`."""
    return calendar.provisional.working_days_between(local(due_at).date(), local(until).date())


def overdue_on(due_at: datetime, until: datetime, calendar: Calendar) -> list[date]:
    """Which working days were overdue: each is charged to whoever held the case up that day."""
    guess = calendar.provisional
    low, high = guess.index_after(local(due_at).date()), guess.index_after(local(until).date())
    return [date.fromordinal(ordinal) for ordinal in guess.ordinals[low:high]]


def next_warning_moment(
    at: datetime, calendar: Calendar, hours: Hours = OFFICE_HOURS, *, urgent: bool = False
) -> datetime:
    """When a warning may go out: at once if urgent, else when the office is open next."""
    wanted = local(at)
    if urgent:
        return wanted
    guess = calendar.provisional
    day = guess.on_or_after(wanted.date())
    if day > wanted.date() or wanted < moment(day, hours.opens):
        return moment(day, hours.opens)
    if wanted < moment(day, hours.closes):
        return wanted
    return moment(guess.next_working_day(day), hours.opens)


def working_hours_after(
    at: datetime, n: int, calendar: Calendar, hours: Hours = OFFICE_HOURS
) -> datetime:
    """The moment `n` working hours after `at` (a paper without its scan for 4 of them)."""
    return due(at, Span(n, Unit.HOURS), calendar, business_hours=hours).at
