"""Advice on windows: the formula and the simulation agree where they must, and both move the right
way."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yimen.counters.staffing import (
    HALF_H,
    SHARE,
    Advice,
    Slot,
    advise,
    at_random,
    by_formula,
    mean_day,
    play,
    played,
    with_windows,
)
from yimen.lib.queues import within

days = st.lists(st.dictionaries(st.integers(16, 33), st.integers(0, 60), max_size=12), max_size=6)
MORNING = [Slot(n, 20.0) for n in range(17, 33)]


@given(days)
def test_the_mean_day_has_everybody_and_no_hole(past: list[dict[int, int]]) -> None:
    slots = mean_day(past)
    assert sum(s.arrivals for s in slots) * len(past) == pytest.approx(
        sum(sum(day.values()) for day in past)
    )
    assert (
        [s.number for s in slots] == list(range(slots[0].number, slots[-1].number + 1))
        if slots
        else True
    )


@given(st.lists(st.floats(0, 80), min_size=1, max_size=16), st.floats(60, 900))
def test_the_formula_keeps_the_promise_half_hour_by_half_hour(arrivals, service) -> None:
    plan = by_formula([Slot(17 + n, a) for n, a in enumerate(arrivals)], service)
    assert all(one.formula >= SHARE and one.windows >= 1 for one in plan)


@settings(max_examples=8)
@given(st.integers(2, 8), st.floats(0.3, 0.8), st.integers(0, 1000))
def test_a_steady_simulated_queue_waits_as_the_formula_says(servers, busy, seed) -> None:
    """Arrivals at one rate all day and exponential service: Erlang's own assumptions."""
    service = 240.0
    slots = [Slot(n, servers * busy * HALF_H / service) for n in range(48)]
    dice = random.Random(seed)
    days = [at_random(slots, dice) for _ in range(12)]
    seen = played(
        days, with_windows(slots, service, servers), lambda: dice.expovariate(1 / service)
    )
    told = within(servers, servers * busy / service, service, 900)
    assert seen.share == pytest.approx(told, abs=0.06)


def test_the_same_question_has_the_same_answer() -> None:
    plan = by_formula(MORNING, 300)
    assert play(plan, [200.0, 400.0], seed=7) == play(plan, [200.0, 400.0], seed=7)


def test_more_windows_wait_less_and_longer_service_waits_more() -> None:
    services = [240.0, 300.0, 360.0]
    few, many = (play(with_windows(MORNING, 300, n), services, seed=1).share for n in (3, 5))
    slow = play(with_windows(MORNING, 300, 5), [s * 1.5 for s in services], seed=1).share
    assert few is not None and many is not None and slow is not None
    assert few < many and slow < many


def test_everybody_who_came_was_called_also_after_the_last_half_hour() -> None:
    plan = [Advice(Slot(17, 40.0), 1, 0.0)]
    seen = played([[17 * HALF_H + 10.0 * n for n in range(40)]], plan, lambda: 120.0)
    assert sum(seen.came.values()) == 40
    assert seen.ninth_s == pytest.approx(36 * 110.0), "the 37th waits for 36 others"


def test_a_window_that_closed_calls_nobody() -> None:
    plan = [Advice(Slot(17, 0), 3, 1.0), Advice(Slot(18, 0), 1, 1.0)]
    at = 18 * HALF_H + 1.0
    seen = played([[at, at, at]], plan, lambda: 1000.0)
    assert seen.ninth_s == 2000.0 and seen.soon[18] == 1


def test_nobody_came() -> None:
    assert mean_day([]) == [] and mean_day([{}]) == []
    assert play([], [], seed=1).share is None
    assert play(by_formula([Slot(17, 0.0)], 300), [300.0], seed=1).share is None


def test_after_a_rush_the_advice_has_more_windows_than_the_formula() -> None:
    rush = [Slot(17, 60.0), Slot(18, 60.0), Slot(19, 2.0), Slot(20, 2.0)]
    plan, seen = advise(rush, [420.0, 480.0, 540.0], seed=3)
    bare = by_formula(rush, 480.0)
    assert all(a.windows >= b.windows for a, b in zip(plan, bare, strict=True))
    assert sum(a.windows for a in plan) > sum(b.windows for b in bare)
    assert all((seen.share_of(n) or 0) >= SHARE for n in seen.came)
