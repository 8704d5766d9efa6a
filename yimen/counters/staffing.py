"""How many windows a hall needs, half-hour by half-hour: the formula, and a day played through.

Advice begins with Erlang's formula for each half-hour by itself. A simulation of the whole day
corrects it, because a queue that is left over at ten is there at half past ten. Pure: no
database, no clock; chance comes from a seed, so that the same question has the same answer.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from yimen.lib.playing import waits as waits_of
from yimen.lib.queues import needed, within

HALF_H = 1800  # seconds
SOON_S = 900  # nine in ten wait no longer
SHARE = 0.9
RUNS = 20
ROUNDS = 8  # of adding windows where the simulation wants more
MOST_TICKETS = 3000  # of a simulated day; a hall of 61 windows had 1,215


@dataclass(frozen=True, slots=True)
class Slot:
    """One half-hour: `number` counts from midnight, `arrivals` is how many are expected."""

    number: int
    arrivals: float

    @property
    def begins_s(self) -> int:
        return self.number * HALF_H

    @property
    def clock(self) -> str:
        return f"{self.number // 2:02d}:{self.number % 2 * 30:02d}"


@dataclass(frozen=True, slots=True)
class Advice:
    """How many windows for a half-hour, and the share called within a quarter of an hour by the
    formula with so many."""

    slot: Slot
    windows: int
    formula: float


def mean_day(days: Sequence[Mapping[int, int]]) -> list[Slot]:
    """The expected day from past ones (half-hour -> how many came); half-hours in which nobody
    ever came are left out at both ends."""
    if not days:
        return []
    total: dict[int, int] = defaultdict(int)
    for day in days:
        for number, count in day.items():
            total[number] += count
    busy = [n for n, count in total.items() if count]
    return [Slot(n, total[n] / len(days)) for n in range(min(busy), max(busy) + 1)] if busy else []


def by_formula(slots: Sequence[Slot], service_s: float) -> list[Advice]:
    """The fewest windows by the formula, at least one while somebody may come."""
    rates = [slot.arrivals / HALF_H for slot in slots]
    fewest = [max(1, needed(rate, service_s, SOON_S, SHARE)) for rate in rates]
    return [_told(slot, n, service_s) for slot, n in zip(slots, fewest, strict=True)]


def with_windows(slots: Sequence[Slot], service_s: float, windows: int) -> list[Advice]:
    """The same for a number of windows that somebody asks about."""
    return [_told(slot, windows, service_s) for slot in slots]


def _told(slot: Slot, windows: int, service_s: float) -> Advice:
    return Advice(slot, windows, within(windows, slot.arrivals / HALF_H, service_s, SOON_S))


def advise(
    slots: Sequence[Slot], services: Sequence[float], *, seed: int
) -> tuple[list[Advice], Played]:
    """What the formula says, with more windows where the simulated day needs them: after a rush
    the formula forgets who is still waiting. Returns the plan, and the days played with it."""
    service_s = sum(services) / len(services) if services else 0.0
    plan = by_formula(slots, service_s)
    seen = play(plan, services, seed=seed)
    for _round in range(ROUNDS):
        low = {n for n in seen.came if (seen.share_of(n) or 0) < SHARE}
        if not low:
            break
        # who came in a half-hour may still wait in the next
        more = [one.slot.number in low or one.slot.number - 1 in low for one in plan]
        plan = [
            _told(one.slot, one.windows + add, service_s)
            for one, add in zip(plan, more, strict=True)
        ]
        seen = play(plan, services, seed=seed)
    return plan, seen


@dataclass(frozen=True, slots=True)
class Played:
    """What some simulated days gave: of how many customers, how many were called soon, by the
    half-hour in which they came; and the wait that nine in ten did not exceed, in seconds."""

    came: Mapping[int, int]
    soon: Mapping[int, int]
    ninth_s: float

    @property
    def share(self) -> float | None:
        came = sum(self.came.values())
        return sum(self.soon.values()) / came if came else None

    def share_of(self, number: int) -> float | None:
        return self.soon.get(number, 0) / self.came[number] if self.came.get(number) else None


def at_random(slots: Sequence[Slot], dice: random.Random) -> list[float]:
    """Moments of a day at which people come: Poisson within each half-hour."""
    moments = []
    for slot in slots:
        at = float(slot.begins_s)
        while slot.arrivals > 0:
            at += dice.expovariate(slot.arrivals / HALF_H)
            if at >= slot.begins_s + HALF_H:
                break
            moments.append(at)
    return moments[:MOST_TICKETS]


def play(
    plan: Sequence[Advice], services: Sequence[float], *, seed: int, runs: int = RUNS
) -> Played:
    """Play the expected day `runs` times with so many windows; `services` are times at a window
    to draw from, in seconds."""
    slots = [a.slot for a in plan]
    dice = random.Random(seed)
    days = [at_random(slots, dice) for _run in range(runs)]
    return played(days, plan, lambda: dice.choice(services) if services else 0.0)


def played(
    days: Sequence[Sequence[float]], plan: Sequence[Advice], serve: Callable[[], float]
) -> Played:
    """Days given by the moments at which people came."""
    came: dict[int, int] = defaultdict(int)
    soon: dict[int, int] = defaultdict(int)
    waits: list[float] = []
    # after the last half-hour the windows of the last plan stay until everybody was called
    steps = [(one.slot.begins_s, one.windows) for one in plan]
    for moments in days:
        for at, wait in waits_of(moments, steps, serve):
            number = int(at // HALF_H)
            came[number] += 1
            soon[number] += wait <= SOON_S
            waits.append(wait)
    waits.sort()
    ninth = waits[min(len(waits) - 1, int(len(waits) * SHARE))] if waits else 0.0
    return Played(came, soon, ninth)
