"""Judgements about the line's roster: where it has holes, whom to ring at night. Pure functions.

The line is answered 24 hours on 365 days (GB/T 33358-2016): an hour for which nobody has said how
many are needed needs one all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from yimen.lib.time import ZONE

T = TypeVar("T")
AT_LEAST = 1
AHEAD = timedelta(days=14)  # holes are found so long before


@dataclass(frozen=True, slots=True)
class Wish:
    """So many people from a moment to a moment."""

    begins: datetime
    ends: datetime
    people: int


@dataclass(frozen=True, slots=True)
class Hole:
    begins: datetime
    ends: datetime
    needed: int
    there: int

    @property
    def missing(self) -> int:
        return self.needed - self.there


def holes(
    wishes: Sequence[Wish], duties: Sequence[tuple[datetime, datetime]], first: datetime,
    last: datetime,
) -> list[Hole]:  # fmt: skip
    """Stretches with fewer people than needed. One ends where the need of another shift begins, and
    at midnight where no shift says anything, so that a hole keeps its bounds from day to day."""
    cuts = {m for w in wishes for m in (w.begins, w.ends)} | set(midnights(first, last))
    edges = {m for d in duties for m in d} | cuts
    moments = sorted({first, last} | {m for m in edges if first < m < last})
    found: list[Hole] = []
    for begins, ends in zip(moments, moments[1:], strict=False):
        asked = [w.people for w in wishes if w.begins <= begins < w.ends]
        needed = max(AT_LEAST, sum(asked))
        there = sum(b <= begins < e for b, e in duties)
        if there >= needed:
            continue
        cut = begins in cuts and not (asked and _only_midnight(begins, wishes))
        if found and not cut and found[-1].ends == begins and _same(found[-1], needed, there):
            found[-1] = Hole(found[-1].begins, ends, needed, there)
        else:
            found.append(Hole(begins, ends, needed, there))
    return found


def _same(hole: Hole, needed: int, there: int) -> bool:
    return (hole.needed, hole.there) == (needed, there)


def _only_midnight(moment: datetime, wishes: Sequence[Wish]) -> bool:
    """Within a shift midnight means nothing."""
    return not any(moment in (w.begins, w.ends) for w in wishes)


def midnights(first: datetime, last: datetime) -> list[datetime]:
    """Local midnights after the first moment and before the last."""
    day = first.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    while (day := day + timedelta(days=1)) < last:
        found.append(day)
    return [m for m in found if m > first]


# -- whom to ring -----------------------------------------------------------------------------


class Why(StrEnum):
    """Why somebody stands where they stand in the call-out list."""

    SEAT = "seat"  # should be sitting there now
    STANDBY = "standby"
    NEXT = "next"  # has the next duty
    RESTED = "rested"
    TIRED = "tired"  # came off duty within the hours of rest
    HEAD = "head"


ORDER = list(Why)


@dataclass(frozen=True, slots=True)
class Reachable(Generic[T]):
    """Somebody who could be rung: what the roster says around a moment."""

    who: T
    on_seat: bool = False
    on_standby: bool = False
    next_begins: datetime | None = None
    last_ended: datetime | None = None
    away: bool = False  # on leave or in training
    head: bool = False


def call_out(
    people: Iterable[Reachable[T]], moment: datetime, rest: timedelta
) -> list[tuple[Reachable[T], Why]]:
    """Whom to ring, in this order: who should sit there, standby, who comes next within half a day,
    who has rested longest, who has hardly rested, the heads. Whoever is away is left in peace."""
    ranked = [(p, _why(p, moment, rest)) for p in people if not p.away]
    return sorted(ranked, key=lambda pair: (ORDER.index(pair[1]), _within(pair, moment)))


def _why(one: Reachable[T], moment: datetime, rest: timedelta) -> Why:
    if one.on_seat:
        return Why.SEAT
    if one.on_standby:
        return Why.STANDBY
    if one.head:
        return Why.HEAD
    if one.last_ended and moment - one.last_ended < rest:
        return Why.TIRED
    if one.next_begins and one.next_begins - moment <= timedelta(hours=12):
        return Why.NEXT
    return Why.RESTED


def _within(pair: tuple[Reachable[T], Why], moment: datetime) -> float:
    one, why = pair
    if why is Why.NEXT and one.next_begins:
        return (one.next_begins - moment).total_seconds()
    return one.last_ended.timestamp() if one.last_ended else float("-inf")
