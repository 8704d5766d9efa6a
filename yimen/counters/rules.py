"""Judgements of the hall: who is next, how long it may take, what may follow what.

Pure functions of values. No quota of tickets, and whoever took one in hours is served (沪社标联办
〔2018〕5号); older people first (上海市老年人权益保障条例 art. 46).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

MOST_HEAD_START = timedelta(hours=1)  # also a constraint of the table
CALLS_BEFORE_NO_SHOW = 3
STILL_THERE = timedelta(minutes=2)  # how long the tablet stays with who was served last
ROUND_TO_MIN = 5

# act -> the states of a ticket in which it applies
APPLIES: dict[str, frozenset[str]] = {
    "serve": frozenset({"called"}),
    "recall": frozenset({"called"}),
    "hold": frozenset({"called", "serving"}),
    "transfer": frozenset({"called", "serving", "waiting", "held"}),
    "no_show": frozenset({"called"}),
    "finish": frozenset({"called", "serving"}),
    "resume": frozenset({"held"}),
    "print_again": frozenset({"waiting", "held", "no_show"}),
    "come_back": frozenset({"no_show"}),
    "leave": frozenset({"waiting", "held", "called"}),
}


def rank(taken_at: datetime, head_start: timedelta) -> datetime:
    """The place in the queue: the moment of taking, less a head start.

    With head starts of at most H nobody waits for ever: a ticket is only ever passed by tickets
    taken less than H after it, however many priority tickets the day brings.
    """
    return taken_at - min(max(head_start, timedelta()), MOST_HEAD_START)


def number(letter: str, serial: int) -> str:
    """How a ticket is called: A001, and A1000 on a very long day."""
    return f"{letter}{serial:03d}"


def serves(desks: Iterable[str], desk: str) -> bool:
    """Does a window with these desks call tickets of `desk`? No desks means all."""
    wanted = list(desks)
    return not wanted or desk in wanted


@dataclass(frozen=True, slots=True)
class Pace:
    """How long serving one ticket takes: mean and standard deviation, in seconds."""

    mean_s: float
    sd_s: float


DEFAULT_PACE = Pace(8 * 60, 6 * 60)  # our default until a centre has figures of its own
ENOUGH = 20  # fewer observations than this are blended with the default


def pace(times_s: Iterable[float]) -> Pace:
    """The pace of observed serving times; few of them count together with the default."""
    seen = list(times_s)
    n = len(seen)
    if not n:
        return DEFAULT_PACE
    mean = sum(seen) / n
    sd = math.sqrt(sum((x - mean) ** 2 for x in seen) / n)
    weight = min(1.0, n / ENOUGH)
    return Pace(
        weight * mean + (1 - weight) * DEFAULT_PACE.mean_s,
        weight * sd + (1 - weight) * DEFAULT_PACE.sd_s,
    )


@dataclass(frozen=True, slots=True)
class Wait:
    """An honest estimate: in about eight of ten cases the wait is between these minutes."""

    low_min: int
    high_min: int


def estimate(ahead: int, windows: int, busy: int, of: Pace) -> Wait | None:
    """How long until the turn comes, with `ahead` tickets before it, `windows` open and `busy` of
    them serving; None when no window is open, because then nobody can say.

    So many departures are needed before the turn; their sum is nearly normal, so the range is its
    mean and 1.28 standard deviations to each side.
    """
    if windows < 1:
        return None
    departures = ahead + 1 - (windows - busy)
    if departures <= 0:
        return Wait(0, ROUND_TO_MIN)
    mean = departures * of.mean_s / windows / 60
    spread = 1.28 * math.sqrt(departures) * of.sd_s / windows / 60
    low = int(max(0.0, mean - spread) // ROUND_TO_MIN) * ROUND_TO_MIN
    high = math.ceil((mean + spread) / ROUND_TO_MIN) * ROUND_TO_MIN
    return Wait(low, max(high, low + ROUND_TO_MIN))


@dataclass(frozen=True, slots=True)
class Times:
    """What a ticket's life came to, in seconds."""

    waited_s: int
    window_s: int
    overtime_s: int


def may_still_rate(ended: datetime | None, at: datetime) -> bool:
    """Is whoever was served last probably still at the window?"""
    return ended is not None and at - ended <= STILL_THERE


Stretch = tuple[str, datetime, datetime | None]  # state, since, until


def times(spells: Iterable[Stretch], hours: Sequence[tuple[datetime, datetime]]) -> Times:
    """Sum the stretches of a ticket that has ended. At a window counts from the call; what of it
    lies outside `hours` (the spans in which the centre is open that day) is overtime."""
    sums = {"waiting": 0.0, "window": 0.0, "overtime": 0.0}
    for state, since, until in spells:
        seconds = ((until or since) - since).total_seconds()
        if state == "waiting":
            sums["waiting"] += seconds
        elif state in ("called", "serving"):
            sums["window"] += seconds
            sums["overtime"] += seconds - _inside(since, until or since, hours)
    return Times(*(round(sums[name]) for name in ("waiting", "window", "overtime")))


def _inside(since: datetime, until: datetime, hours: Sequence[tuple[datetime, datetime]]) -> float:
    shared = ((min(until, b) - max(since, a)).total_seconds() for a, b in hours)
    return sum(max(0.0, seconds) for seconds in shared)


def places(
    windows: Iterable[Iterable[str]],
    desk: str,
    desks: int,
    *,
    slot_min: int,
    pace: Pace,
    share: int,
) -> int:
    """How many appointments a slot of a desk holds: `share` percent of what the windows that serve
    it get through, a window's time spread over the desks that it serves (none named: all `desks`).
    So all desks together never promise more than that share of the hall. At least one."""
    hands = 0.0
    for served in windows:
        names = list(served)
        if serves(names, desk):
            hands += 1 / (len(names) or max(desks, 1))
    return max(1, math.floor(hands * slot_min * 60 / pace.mean_s * share / 100))


PLACES = frozenset({"desk", "window", "machine", "facility", "door", "wall"})


def plan_fault(drawing: Mapping[str, Any]) -> str:
    """What is wrong with the drawing of a hall, as the name of the part; empty when nothing is."""
    size = drawing.get("width"), drawing.get("height")
    if not all(isinstance(n, int | float) and 0 < n <= 10_000 for n in size):
        return "width, height"
    for n, one in enumerate(drawing.get("places") or []):
        box = [one.get(side) for side in "xywh"]
        if one.get("kind") not in PLACES or not one.get("name"):
            return f"places[{n}]"
        if not all(isinstance(side, int | float) and side >= 0 for side in box):
            return f"places[{n}] x, y, w, h"
        if one["x"] + one["w"] > drawing["width"] or one["y"] + one["h"] > drawing["height"]:
            return f"places[{n}] x, y, w, h"
    return ""
