"""Working days: a fact about a date, never about a weekday.

A `Calendar` knows the announced years of one place, with local changes already merged. It
refuses (`UnannouncedYear`) to answer about a year nobody has announced. `provisional` is the
same calendar with a guess for those years: weekends and the holidays whose date the law fixes
in the solar calendar. Lunar feasts and make-up days are left to the announcement, so a guess
errs towards the earlier date.

Law: Civil Code 201 (the day of the event is not counted), 203 (a last day that is a day off
moves to the day after the holiday); Administrative Licence Law 82 (working days).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

# Holidays of fixed solar date (全国年节及纪念日放假办法, 2024): month and day.
FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
GUESS_FROM = 2000
GUESS_YEARS_AHEAD = 30


class UnannouncedYear(ValueError):
    """The answer depends on a year whose working days have not been announced."""

    def __init__(self, year: int) -> None:
        super().__init__(f"working days of {year} have not been announced")
        self.year = year


@dataclass(frozen=True)
class Calendar:
    """The working days of one place. `off` and `work` are the exceptions to Monday-Friday."""

    confirmed: frozenset[int]
    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    place: str = ""
    version: int = 0
    guessing: bool = False

    @cached_property
    def provisional(self) -> Calendar:
        """The same calendar, guessing where a year is not announced."""
        return self if self.guessing else replace(self, guessing=True)

    @cached_property
    def ordinals(self) -> tuple[int, ...]:
        """All working days known to this calendar as sorted ordinals."""
        return tuple(d.toordinal() for year in self._years for d in _days(year) if self._works(d))

    @cached_property
    def _years(self) -> tuple[int, ...]:
        if not self.guessing:
            return tuple(sorted(self.confirmed))
        last = max(self.confirmed, default=GUESS_FROM) + GUESS_YEARS_AHEAD
        return tuple(sorted(self.confirmed | set(range(GUESS_FROM, last + 1))))

    @cached_property
    def _known(self) -> frozenset[int]:
        return frozenset(self._years)

    def _works(self, day: date) -> bool:
        if day in self.off:
            return False
        if day in self.work:
            return True
        if day.year not in self.confirmed and (day.month, day.day) in FIXED_HOLIDAYS:
            return False
        return day.weekday() < 5

    # -- what is announced ---------------------------------------------------------------

    def announced(self, first: date, last: date) -> bool:
        """Is every year from `first` to `last` announced?"""
        return all(year in self.confirmed for year in range(first.year, last.year + 1))

    def _require(self, first: int, last: int) -> None:
        for year in range(first, last + 1):
            if year not in self._known:
                raise UnannouncedYear(year)

    def _beyond(self, day: date) -> UnannouncedYear:
        """The first unknown year on the way forward from `day`."""
        year = day.year
        while year in self._known:
            year += 1
        return UnannouncedYear(year)

    # -- questions -----------------------------------------------------------------------

    def is_working(self, day: date) -> bool:
        """Is `day` a working day?"""
        self._require(day.year, day.year)
        return self._works(day)

    def _at(self, index: int, asked: date) -> date:
        """The working day at `index`, reached from `asked`."""
        if index >= len(self.ordinals):
            raise self._beyond(asked)
        found = date.fromordinal(self.ordinals[index])
        self._require(asked.year, found.year)
        return found

    def nth_after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, `day` itself not counted; n at least 1."""
        if n < 1:
            raise ValueError("count at least one working day")
        return self._at(self.index_after(day) + n - 1, day)

    def add_working_days(self, start: date, n: int) -> date:
        """The last day of a term of `n` working days that begins with an event on `start`."""
        return self.nth_after(start, n)

    def add_calendar_days(self, start: date, n: int) -> date:
        """The last day of a term of `n` calendar days; moved off a day off (Civil Code 203)."""
        if n < 1:
            raise ValueError("count at least one day")
        try:
            last = start + timedelta(days=n)
        except OverflowError:
            raise self._beyond(start) from None
        self._require(start.year, last.year)
        return self.on_or_after(last)

    def on_or_after(self, day: date) -> date:
        """`day` if it is a working day, else the next one."""
        return self._at(bisect_left(self.ordinals, day.toordinal()), day)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self.nth_after(day, 1)

    def nth_before(self, day: date, n: int) -> date:
        """The n-th working day before `day`, `day` itself not counted; n at least 1."""
        if n < 1:
            raise ValueError("count at least one working day")
        index = bisect_left(self.ordinals, day.toordinal()) - n
        if index < 0:
            raise UnannouncedYear(min(self._years, default=day.year) - 1)
        found = date.fromordinal(self.ordinals[index])
        self._require(found.year, day.year)
        return found

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie after `after` up to and including `until` (0 if none)."""
        if until <= after:
            return 0
        self._require(after.year, until.year)
        return self.index_after(until) - self.index_after(after)

    def index_after(self, day: date) -> int:
        """Position in `ordinals` of the first working day after `day`."""
        return bisect_right(self.ordinals, day.toordinal())


def _days(year: int) -> Iterator[date]:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return map(date.fromordinal, range(first, last + 1))


@dataclass(frozen=True, slots=True)
class DayRule:
    """One day that is not what its weekday says (or says so with a name)."""

    day: date
    is_off: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """What was announced for one year and place ("" is the whole country)."""

    place: str
    year: int
    confirmed: bool
    days: tuple[DayRule, ...] = ()
    source: tuple[str, ...] = ()
    version: int = 0


def merge(editions: Iterable[Edition], place: str = "", version: int = 0) -> Calendar:
    """One calendar for `place` out of the editions that apply to it.

    Later years speak after earlier ones, because an announcement may reach back into the last
    December; a narrower place speaks after the wider one that contains it.
    """
    applying = [e for e in editions if place.startswith(e.place)]
    state: dict[date, bool] = {}
    for edition in sorted(applying, key=lambda e: (len(e.place), e.year, e.version)):
        state.update((x.day, x.is_off) for x in edition.days)
    return Calendar(
        confirmed=frozenset(e.year for e in applying if not e.place and e.confirmed),
        off=frozenset(d for d, is_off in state.items() if is_off),
        work=frozenset(d for d, is_off in state.items() if not is_off),
        place=place,
        version=version,
    )
