"""Slices that alternate: the product, the bare view, the floor, the product, ... and medians.

Whatever else the machine does while a run lasts, it does to all three sides.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from bench import gauge, place
from bench.crew import Crew, Tally

Figures = dict[str, float | None]
KEYS = (
    "rate", "p50_ms", "p95_ms", "p99_ms", "cpu_ms", "statements", "ratio_to_bare",
    "ratio_to_floor",
)  # fmt: skip


def blank(**known: float | None) -> Figures:
    """All figures of one line; None where there is none."""
    return {key: known.get(key) for key in KEYS}


@dataclass
class Side:
    """One of those that are compared: where its requests go and whose CPU counts as its own."""

    name: str  # own | bare | floor
    order: dict[str, Any]
    root: int | None  # the web server's process; the floor has none


@dataclass
class Slice:
    """What one side did in one slice."""

    tally: Tally
    app_cpu: float
    db_cpu: float
    statements: int

    @property
    def count(self) -> int:
        return max(len(self.tally.ms), 1)

    def figures(self) -> dict[str, float]:
        ms = sorted(self.tally.ms) or [0.0]
        return {
            "rate": len(self.tally.ms) / max(self.tally.seconds, 0.001),
            "p50_ms": ms[len(ms) // 2],
            "p95_ms": ms[int(len(ms) * 0.95)],
            "p99_ms": ms[int(len(ms) * 0.99)],
            "cpu_ms": (self.app_cpu + self.db_cpu) * 1000 / self.count,
            "app_ms": self.app_cpu * 1000 / self.count,
            "client_ms": self.tally.cpu * 1000 / self.count,
            "statements": self.statements / self.count,
        }


@dataclass
class Result:
    """The medians of every side, and what went wrong."""

    name: str
    lines: dict[str, Figures] = field(default_factory=dict)  # by the line's name
    cpu_ratio: float | None = None
    rate_ratio: float | None = None
    client_ms: float = 0.0
    bad: dict[str, int] = field(default_factory=dict)
    shed: int = 0
    why: str = ""
    kept: list[str] = field(default_factory=list)

    def spoken(self) -> str:
        """What the line of figures does not say."""
        words = [f"clients {self.client_ms:.2f} CPU ms"]
        if self.rate_ratio is not None and self.cpu_ratio is not None:
            words.append(f"of bare {self.rate_ratio:.2f} (throughput), {self.cpu_ratio:.2f} (CPU)")
        if self.shed:
            words.append(f"{self.shed} times told to come back")
        if self.bad:
            words.append(f"errors {self.bad} {self.why}")
        return "; ".join(words)


class Gauges:
    """Reads all gauges before and after a slice."""

    def __init__(self, watcher: psycopg.Connection[Any], postmaster: int) -> None:
        self.watcher, self.postmaster = watcher, postmaster

    def slice(self, crew: Crew, side: Side, name: str, clients: int, seconds: float) -> Slice:
        before = self._read(side)
        tally = crew.run(f"{name}.{side.name}", clients, seconds, **side.order)
        after = self._read(side)
        app, db, statements = (b - a for a, b in zip(before, after, strict=True))
        return Slice(tally, app, db, int(statements))

    def _read(self, side: Side) -> tuple[float, float, float]:
        app = gauge.cpu(side.root) if side.root else 0.0
        return app, gauge.cpu(self.postmaster), gauge.statements(self.watcher, place.NAME)


def alternate(
    crew: Crew, gauges: Gauges, name: str, sides: Sequence[Side], *,
    clients: int, seconds: float, slices: int,
) -> Result:  # fmt: skip
    """`slices` rounds over all sides; the first, unmeasured, warms them up."""
    found: dict[str, list[Slice]] = {side.name: [] for side in sides}
    result = Result(name)
    for turn in range(slices + 1):
        for side in sides:
            one = gauges.slice(crew, side, name, clients, seconds if turn else seconds / 2)
            if side.name == "own":
                result.kept += one.tally.kept
                result.shed += one.tally.shed
            for status, count in one.tally.bad.items():
                key = status if side.name == "own" else f"{side.name} {status}"
                result.bad[key] = result.bad.get(key, 0) + count
                result.why = result.why or one.tally.why
            if turn and one.tally.ms:
                found[side.name].append(one)
    return medians(result, found)


def medians(result: Result, found: dict[str, list[Slice]]) -> Result:
    figures = {side: [one.figures() for one in ones] for side, ones in found.items() if ones}
    own = figures["own"]
    result.client_ms = statistics.median(one["client_ms"] for one in own)
    for side, ones in figures.items():
        middle = {key: statistics.median(one[key] for one in ones) for key in ones[0]}
        line = result.name if side == "own" else f"{result.name}.{side}"
        result.lines[line] = blank(**{k: round(v, 3) for k, v in middle.items() if k in KEYS})
    for other in ("bare", "floor"):
        if other in figures:
            pairs = list(zip(own, figures[other], strict=False))
            rate = statistics.median(a["rate"] / b["rate"] for a, b in pairs)
            cpu = statistics.median(b["cpu_ms"] / max(a["cpu_ms"], 0.001) for a, b in pairs)
            # the stricter of the two: throughput and CPU per request
            result.lines[result.name][f"ratio_to_{other}"] = round(min(rate, cpu), 3)
            if other == "bare":
                result.rate_ratio, result.cpu_ratio = rate, cpu
    return result
