"""Judgements about visits: who sees what when, what an item is worth, until when one may object."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum, IntEnum, StrEnum

from yimen.lib.time import ZONE


class Stand(Enum):
    """Where somebody stands to a visit."""

    WATCHES = "watches"  # a supervisor of the street, an auditor: outside the centre
    INSIDE = "inside"  # works in the centre visited, in a part of it, or leads it
    PUBLIC = "public"  # everybody else


class Sight(IntEnum):
    """How much of a visit somebody sees; more includes less."""

    NOTHING = 0
    TOTAL = 1  # the points, without the sheet
    DATE = 2  # that it will be, and when
    ALL = 3


class Level(StrEnum):
    """What was found of one item."""

    MET = "met"
    PARTLY = "partly"
    NOT = "not"
    UNSEEN = "unseen"  # could not be seen that day: counts neither way


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides about sight. `settled`: no objection is open and none can come any more."""

    month: date  # its first day
    announced: bool
    finished_at: datetime | None = None
    cancelled: bool = False
    settled: bool = False


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_ends(month: date) -> datetime:
    """The first moment after the month, in Chinese time."""
    first = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime.combine(first, time(), ZONE)


def shown_from(facts: Facts) -> datetime | None:
    """From when the centre sees the sheet; None while it is not finished."""
    if facts.finished_at is None or facts.cancelled:
        return None
    return max(month_ends(facts.month), facts.finished_at)


def sight(stand: Stand, facts: Facts, at: datetime) -> Sight:
    """How much of a visit is seen from where, at a moment. Before the month is over an unannounced
    visit does not exist for the centre, and no sheet does."""
    if stand is Stand.WATCHES:
        return Sight.ALL
    opened = shown_from(facts)
    shown = opened is not None and at >= opened
    if stand is Stand.PUBLIC:
        return Sight.TOTAL if shown and facts.settled else Sight.NOTHING
    if shown:
        return Sight.ALL
    return Sight.DATE if facts.announced else Sight.NOTHING


def points(level: str, out_of: int) -> int:
    """What an item brings: all, half (rounded down) or nothing."""
    return {Level.MET: out_of, Level.PARTLY: out_of // 2}.get(Level(level), 0)


@dataclass(frozen=True, slots=True)
class Total:
    """Points of the items that could be seen."""

    points: int
    out_of: int

    @property
    def percent(self) -> int | None:
        """Rounded down: a result is never made to look better than it is."""
        return self.points * 100 // self.out_of if self.out_of else None


def total(rows: Iterable[tuple[str, int, int]]) -> Total:
    """The sum of (level, points, out_of); what could not be seen is left out on both sides."""
    seen = [(points, out_of) for level, points, out_of in rows if level != Level.UNSEEN]
    return Total(sum(p for p, _n in seen), sum(n for _p, n in seen))


def may_object(
    shown: datetime | None, until: datetime | None, *, before: bool, at: datetime
) -> str:
    """Why an item cannot be objected to now: "hidden", "late", "before"; "" when it can."""
    if shown is None or at < shown:
        return "hidden"
    if before:
        return "before"
    return "late" if until is not None and at > until else ""
