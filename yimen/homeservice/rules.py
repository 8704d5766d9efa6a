"""Judgements: who may have a visit, what follows what, when an act may have happened, in which order
a route goes. Pure functions of values; moments are aware, days are days in China.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from yimen.lib.time import local

AGE, MOBILITY = "age", "mobility"


def age_on(birth: date, day: date) -> int:
    """Whole years lived on a day. Who was born on 29 February is a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def ground(birth: date | None, hard_to_move: bool, day: date, *, age: int) -> str:
    """By what somebody may have a visit on that day: AGE, MOBILITY or "" (may not). Age comes
    first, because then nothing needs to be said about the body."""
    if birth is not None and birth <= day and age_on(birth, day) >= age:
        return AGE
    return MOBILITY if hard_to_move else ""


# -- what follows what -----------------------------------------------------------------------------


class Act(StrEnum):
    """What is done at a stop, by the names that the telephone on the way sends."""

    ARRIVE = "arrive"
    MEET = "meet"
    SIGN = "sign"  # the mandate was signed on paper, before our eyes
    TAKE = "take"  # papers taken along
    GIVE = "give"  # papers handed over
    FINISH = "finish"
    MISS = "miss"  # nobody there, or not today


PLANNED, ARRIVED, MET, DONE, MISSED, DROPPED = (
    "planned",
    "arrived",
    "met",
    "done",
    "missed",
    "dropped",
)
OPEN_STOP = (PLANNED, ARRIVED, MET)
_STEPS = {
    (PLANNED, Act.ARRIVE): ARRIVED,
    (ARRIVED, Act.MEET): MET,
    (MET, Act.SIGN): MET,
    (MET, Act.TAKE): MET,
    (MET, Act.GIVE): MET,
    (MET, Act.FINISH): DONE,
    (PLANNED, Act.MISS): MISSED,
    (ARRIVED, Act.MISS): MISSED,
}


def step(state: str, act: Act) -> str | None:
    """The state of a stop after an act; None when the act does not fit where the stop stands."""
    return _STEPS.get((state, act))


def offered(state: str, *, signed: bool, results: bool) -> list[Act]:
    """The acts that a stop has a button for, in the order in which they are usual. Papers to be
    handed in are taken only under a mandate; what is to be handed over, only where there is some."""
    found = [act for (at, act) in _STEPS if at == state]
    hidden = {Act.SIGN} if signed else {Act.TAKE}
    return [act for act in found if act not in hidden and (results or act is not Act.GIVE)]


def after_miss(tries: int, most: int) -> str:
    """What becomes of a visit after so many times in vain: asked for again, or given up."""
    return "not_met" if tries >= most else "requested"


# -- when -------------------------------------------------------------------------------------------

AHEAD, EARLY, LATE, BEFORE_LAST = "ahead", "early", "late", "before_last"
SKEW = timedelta(minutes=2)  # what two good clocks may differ by


def moment_fault(
    happened: datetime, *, received: datetime, day: date, last: datetime | None, hours: int
) -> str:
    """Why a moment that a telephone reports cannot be: it lies AHEAD of our clock, EARLY on another
    day than the route's, so long ago that it comes too LATE, or BEFORE_LAST. "" when it can be."""
    if happened > received + SKEW:
        return AHEAD
    if local(happened).date() != day:
        return EARLY
    if received - happened > timedelta(hours=hours):
        return LATE
    return BEFORE_LAST if last is not None and happened < last else ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which somebody is on the way."""

    starts: datetime
    ends: datetime

    def meets(self, other: Span) -> bool:
        return self.starts < other.ends and other.starts < self.ends


# -- routes -------------------------------------------------------------------------------------------


def natural(text: str) -> list[tuple[int, str]]:
    """A key by which number 9 comes before number 12: figures as numbers, the rest as text."""
    parts = re.split(r"(\d+)", text)
    return [(int(p), "") if p.isdigit() else (0, p) for p in parts if p]


def route_order(places: Iterable[tuple[object, Sequence[str]]]) -> list[object]:
    """Stops in the order of their houses: by committee, road, lane, number, room."""
    keyed = [(key, [natural(part) for part in parts]) for key, parts in places]
    return [key for key, parts in sorted(keyed, key=lambda one: one[1])]


def moved(order: Sequence[object], key: object, by: int) -> list[object]:
    """The same stops with one of them `by` places further; at the ends nothing happens."""
    found = list(order)
    place = found.index(key)
    to = min(max(place + by, 0), len(found) - 1)
    found.insert(to, found.pop(place))
    return found
