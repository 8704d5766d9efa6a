"""The ramp and the spike: how the site behaves beyond what it can carry, and when it is itself again.

The mix is what a centre does: of ten requests four look a case up, four read a worklist, two hand
something in. Capacity is what 32 clients get out of it who wait for each answer.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bench import place

RAMP = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)  # of the capacity found
CALM, SPIKE = 0.5, 10.0
BACK = 1.5  # "p95 is back": at most so many times what it was before
STEADY_S = 3  # for so many seconds on end


@dataclass
class Weather:
    """What came of a plan."""

    seconds: list[dict[str, Any]] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    cpu: float = 0.0

    def between(self, start: float, end: float) -> list[dict[str, Any]]:
        return [one for one in self.seconds if start <= one["at"] < end]

    def total(self, what: str, start: float = 0, end: float = 1e9) -> int:
        return sum(one[what] for one in self.between(start, end))

    def bad(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for one in self.seconds:
            for name, count in one["bad"].items():
                found[name] = found.get(name, 0) + count
        return found

    def p95(self, start: float, end: float) -> float | None:
        """The middle of the seconds' 95th percentiles."""
        found = sorted(one["p95"] for one in self.between(start, end) if one["p95"] is not None)
        return found[len(found) // 2] if found else None


def mixed(tracks: Sequence[str], worklists: Sequence[str], intakes: Sequence[str]) -> list[str]:
    """Ten requests in turn: four, four, two."""
    found: list[str] = []
    for n in range(len(intakes) // 2):
        for k in range(4):
            found.append(tracks[(4 * n + k) % len(tracks)])
            found.append(worklists[(4 * n + k) % len(worklists)])
        found += intakes[2 * n : 2 * n + 2]
    return found


def blow(requests: Sequence[str], port: int, plan: Sequence[tuple[float, float]]) -> Weather:
    """Run the plan in a process of its own."""
    path = place.VAR / "storm.jsonl"
    path.write_bytes(b"\n".join(orjson.dumps(one) for one in requests))
    words = [sys.executable, "-m", "bench.storm", str(path), str(port), json.dumps(plan)]
    done = subprocess.run(words, cwd=place.ROOT, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    return Weather(said["seconds"], said["kept"], said["cpu"])


def ramp(requests: Sequence[str], port: int, capacity: float, step_s: float) -> Weather:
    return blow(requests, port, [(capacity * part, step_s) for part in RAMP])


def spike(
    requests: Sequence[str], port: int, capacity: float, *, calm_s: float, spike_s: float
) -> tuple[Weather, float | None]:
    """Calm, ten times the capacity, calm again; seconds until p95 is back (None: not seen)."""
    plan = [(capacity * CALM, calm_s), (capacity * SPIKE, spike_s), (capacity * CALM, 2 * spike_s)]
    weather = blow(requests, port, plan)
    before = weather.p95(2, calm_s)
    return weather, back_after(weather, calm_s + spike_s, before)


def back_after(weather: Weather, end: float, before: float | None) -> float | None:
    """Seconds after `end` from which p95 stays near `before`, nobody being sent away."""
    if before is None:
        return None
    after = weather.between(end, 1e9)
    for n in range(len(after) - STEADY_S + 1):
        good = [
            one["p95"] is not None and one["p95"] <= before * BACK and not one["shed"]
            for one in after[n : n + STEADY_S]
        ]
        if all(good):
            return float(after[n]["at"] - end)
    return None
