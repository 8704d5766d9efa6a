"""Who comes when, and what becomes of them: drawn from data/hall/day.json by a seed. Pure."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Visitor:
    """One person's day: `comes_s` after the doors open; `leaves_s` after that they give up, if they
    do; `serve_s` is how long the window needs."""

    no: int
    comes_s: float
    matter: str
    priority: str
    serve_s: float
    hands_in: bool
    misses: bool
    leaves_s: float | None
    aside: bool
    sent_on: bool


@cache
def facts(file: Path) -> dict[str, Any]:
    """The day as data: shape, shares and their sources."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def sort_of(day: date, free: Mapping[date, bool] | None = None) -> str:
    """working, free, or after_free: a Monday, or the day after a holiday. `free` knows the days
    that are not as their weekday."""

    def rests(on: date) -> bool:
        return (free or {}).get(on, on.weekday() >= 5)

    if rests(day):
        return "free"
    return "after_free" if rests(day - timedelta(days=1)) else "working"


def expected(known: Mapping[str, Any], sort: str, windows: int) -> int:
    """How many tickets a hall of so many windows gives on such a day."""
    return round(known["per_window"] * windows * known["days"][sort])


def length_s(known: Mapping[str, Any], sort: str) -> float:
    """How long the doors are open."""
    shape = _shape(known, sort)
    return float(len(shape["weights"]) * shape["minutes"] * MINUTE)


def _shape(known: Mapping[str, Any], sort: str) -> Any:
    return known["shape"]["free" if sort == "free" else "working"]


def visitors(
    known: Mapping[str, Any], sort: str, count: int, matters: Sequence[str], luck: random.Random
) -> list[Visitor]:
    """`count` people in the order in which they come. Given how many come, the moments of a Poisson
    process are drawn independently of each other by the shape of the day."""
    shape = _shape(known, sort)
    slot = shape["minutes"] * MINUTE
    slots = luck.choices(range(len(shape["weights"])), shape["weights"], k=count)
    moments = sorted((n + luck.random()) * slot for n in slots)
    return [_visitor(known, no, moment, matters, luck) for no, moment in enumerate(moments, 1)]


def _visitor(
    known: Mapping[str, Any], no: int, moment: float, matters: Sequence[str], luck: random.Random
) -> Visitor:
    ways, serve = known["ways"], known["serve_min"]
    minutes = luck.lognormvariate(math.log(serve["median"]), serve["sigma"])
    leaves = luck.random() < ways["leaves"]
    reasons = known["priorities"]
    plain = 1.0 - sum(reasons.values())
    return Visitor(
        no=no,
        comes_s=moment,
        matter=luck.choice(matters) if matters and luck.random() < 0.9 else "",
        priority=luck.choices(["", *reasons], [plain, *reasons.values()])[0],
        serve_s=min(minutes, serve["most"]) * MINUTE,
        hands_in=luck.random() < known["cases_per_visit"],
        misses=luck.random() < ways["misses"],
        leaves_s=luck.uniform(1, 20) * MINUTE if leaves else None,
        aside=luck.random() < ways["aside"],
        sent_on=luck.random() < ways["sent_on"],
    )
