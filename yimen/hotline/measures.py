"""The two measures of the line (GB/T 33358), and how many seats an hour needs. Pure functions.

Answered within fifteen seconds, of all calls that were picked up; connected, of all calls that came.
Seats come from Erlang's second formula for each hour by itself and are checked by playing whole days.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from yimen.lib.playing import waits
from yimen.lib.queues import needed, within

HOUR_S = 3600
RUNS, FEWEST_RUNS, ROUNDS, MOST_CALLS = 20, 4, 6, 4000
ENOUGH = 8000  # calls played: busy days need fewer rounds to be sure, and a page must not wait
LEAST = 0.001  # calls an hour: fewer are none


@dataclass(frozen=True, slots=True)
class Rung:
    """Calls that came: how many were picked up, how many of them in time, how many gave up."""

    came: int = 0
    picked: int = 0
    in_time: int = 0

    def __add__(self, other: Rung) -> Rung:
        return Rung(
            self.came + other.came, self.picked + other.picked, self.in_time + other.in_time
        )

    @property
    def gave_up(self) -> int:
        return self.came - self.picked

    @property
    def connected(self) -> float | None:
        return self.picked / self.came if self.came else None

    @property
    def prompt(self) -> float | None:
        """Of those picked up, in time."""
        return self.in_time / self.picked if self.picked else None


def total(rows: Iterable[Rung]) -> Rung:
    return sum(rows, Rung())


@dataclass(frozen=True, slots=True)
class Seats:
    """What one hour needs: calls expected, seats, the share answered in time by the formula and in
    the played days (None where nobody called)."""

    hour: int
    calls: float
    seats: int
    formula: float
    played: float | None = None


def profile(days: int, by_hour: Mapping[int, int]) -> list[float]:
    """Expected calls by hour of the day, from as many days."""
    return [by_hour.get(hour, 0) / max(days, 1) for hour in range(24)]


def advise(
    calls: Sequence[float], service_s: float, *, wait_s: float, share: float, seed: int,
    least: int = 1,
) -> list[Seats]:  # fmt: skip
    """The fewest seats by the formula, at least one at any hour; more where the played days say so:
    a queue left over at nine is there at ten."""
    seats = [max(least, needed(n / HOUR_S, service_s, wait_s, share)) for n in calls]
    seen = play(calls, seats, service_s, wait_s=wait_s, seed=seed)
    for _round in range(ROUNDS):
        low = {h for h, got in seen.items() if got < share - 0.01}
        if not low:
            break
        seats = [n + (h in low) for h, n in enumerate(seats)]
        seen = play(calls, seats, service_s, wait_s=wait_s, seed=seed)
    return [
        Seats(h, n, seats[h], within(seats[h], n / HOUR_S, service_s, wait_s), seen.get(h))
        for h, n in enumerate(calls)
    ]


def play(
    calls: Sequence[float], seats: Sequence[int], service_s: float, *, wait_s: float, seed: int,
    runs: int = 0,
) -> dict[int, float]:  # fmt: skip
    """Share answered in time by hour, over some days played through."""
    dice = random.Random(seed)
    plan = [(float(h * HOUR_S), n) for h, n in enumerate(seats)]
    runs = runs or max(FEWEST_RUNS, min(RUNS, int(ENOUGH / max(sum(calls), 1))))
    came: dict[int, int] = defaultdict(int)
    soon: dict[int, int] = defaultdict(int)
    for _run in range(runs):
        moments = _moments(calls, dice)
        for at, wait in waits(moments, plan, lambda: dice.expovariate(1 / service_s)):
            came[int(at // HOUR_S)] += 1
            soon[int(at // HOUR_S)] += wait <= wait_s
    return {hour: soon[hour] / n for hour, n in came.items()}


def _moments(calls: Sequence[float], dice: random.Random) -> list[float]:
    """Moments of a day at which people call: at random within each hour."""
    found: list[float] = []
    for hour, expected in enumerate(calls):
        at = float(hour * HOUR_S)
        while expected > LEAST:
            at += dice.expovariate(expected / HOUR_S)
            if at >= (hour + 1) * HOUR_S:
                break
            found.append(at)
    return found[:MOST_CALLS]
