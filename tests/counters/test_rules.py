"""Fair by construction: priority never makes anybody wait for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yimen.counters import rules
from yimen.counters.rules import Pace
from yimen.lib.time import ZONE

EIGHT = datetime(2026, 11, 23, 8, 30, tzinfo=ZONE)
tickets = st.lists(
    st.tuples(st.integers(0, 8 * 60), st.sampled_from([0, 15, 20, 30, 60, 600, -5])),
    min_size=1, max_size=120,
)  # fmt: skip


@given(tickets, st.integers(1, 12), st.integers(1, 20))
def test_the_wait_is_bounded_on_any_day(
    day: list[tuple[int, int]], windows: int, takes: int
) -> None:
    """Simulate a day: whoever is called was passed only by tickets taken less than an hour later,
    so the wait is at most that of serving everybody taken up to then."""
    taken = sorted((EIGHT + timedelta(minutes=m), n, timedelta(minutes=h))
                   for n, (m, h) in enumerate(day))  # fmt: skip
    free = [EIGHT] * windows
    waiting, called, left = [], [], list(taken)
    while waiting or left:
        at = min(free)
        if not waiting:
            at = max(at, left[0][0])
        while left and left[0][0] <= at:
            moment, n, head = left.pop(0)
            waiting.append((rules.rank(moment, head), n, moment))
        waiting.sort()
        _rank, n, moment = waiting.pop(0)
        passed = [w for w in waiting if w[2] < moment - rules.MOST_HEAD_START]
        assert not passed, "somebody was passed by a ticket taken more than an hour later"
        called.append((n, at - moment))
        free[free.index(min(free))] = at + timedelta(minutes=takes)
    service = timedelta(minutes=takes)
    for n, wait in called:
        moment = next(t for t, m, _h in taken if m == n)
        before = sum(1 for t, _m, _h in taken if t < moment + rules.MOST_HEAD_START)
        assert wait <= service * (before // windows + 1)


@given(st.integers(0, 200), st.integers(1, 60), st.data())
def test_an_estimate_is_a_range_that_grows(ahead: int, windows: int, data: st.DataObject) -> None:
    busy = data.draw(st.integers(0, windows))
    pace = Pace(480, 360)
    here, behind = (rules.estimate(n, windows, busy, pace) for n in (ahead, ahead + 1))
    assert here and behind
    assert 0 <= here.low_min < here.high_min
    assert behind.low_min >= here.low_min and behind.high_min >= here.high_min


def test_nobody_can_say_when_no_window_is_open() -> None:
    assert rules.estimate(3, 0, 0, rules.DEFAULT_PACE) is None


def test_a_free_window_means_at_once() -> None:
    assert rules.estimate(0, 3, 2, Pace(600, 300)) == rules.Wait(0, 5)


def test_few_observations_count_with_the_default() -> None:
    assert rules.pace([]) == rules.DEFAULT_PACE
    one = rules.pace([60.0])
    assert 60 < one.mean_s < rules.DEFAULT_PACE.mean_s
    assert rules.pace([60.0] * rules.ENOUGH) == Pace(60.0, 0.0)
