"""Erlang's formula against what it must be, and against values worked out by the textbook sum."""

from __future__ import annotations

from math import exp, factorial, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.lib.queues import mean_wait, must_wait, needed, within

rates = st.floats(0.0005, 0.2)
services = st.floats(20, 1200)
waits = st.floats(0, 3600)


def textbook(servers: int, load: float) -> float:
    top = load**servers / factorial(servers) * servers / (servers - load)
    return top / (sum(load**n / factorial(n) for n in range(servers)) + top)


@given(st.integers(1, 60), st.floats(0.01, 0.99))
def test_the_recursion_says_what_the_sum_says(servers: int, busy: float) -> None:
    load = servers * busy
    assert must_wait(servers, load) == pytest.approx(textbook(servers, load), rel=1e-9)


@given(st.floats(0.01, 0.99))
def test_one_server_is_the_simplest_queue(busy: float) -> None:
    assert must_wait(1, busy) == pytest.approx(busy)
    assert within(1, busy / 100, 100, 300) == pytest.approx(1 - busy * exp(-(1 - busy) * 3))


@given(rates, services, waits, st.integers(1, 80))
def test_one_more_server_never_makes_it_worse(rate, service, wait, servers) -> None:
    assert within(servers + 1, rate, service, wait) >= within(servers, rate, service, wait) - 1e-12
    assert mean_wait(servers + 1, rate, service) <= mean_wait(servers, rate, service)


@given(rates, services, waits, st.floats(0.5, 0.99))
def test_the_fewest_that_are_enough(rate, service, wait, share) -> None:
    servers = needed(rate, service, wait, share)
    assert within(servers, rate, service, wait) >= share
    assert servers == 1 or within(servers - 1, rate, service, wait) < share


@given(rates, services, waits)
def test_more_people_never_need_fewer(rate, service, wait) -> None:
    assert needed(rate * 1.5, service, wait, 0.9) >= needed(rate, service, wait, 0.9)


def test_nobody_needs_nobody_and_too_much_is_never_served() -> None:
    assert needed(0, 300, 900, 0.9) == 0 and within(1, 0, 300, 900) == 1
    assert must_wait(3, 3.0) == 1 and within(3, 0.01, 300, 900) == 0
    assert mean_wait(3, 0.01, 300) == inf
