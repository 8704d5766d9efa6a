"""Who is charged with a late day: the rule against sets of days, for any tasks in any order."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from yimen.cases.reckoning import Worked, charge

START = date(2026, 3, 2)
BODIES = [UUID(int=n) for n in range(3)]
LEAD = UUID(int=9)
numbers = st.integers(0, 25)


def on(n: int) -> date:
    return START + timedelta(days=n)


@st.composite
def tasks(draw: st.DrawFn) -> Worked:
    offered = draw(numbers)
    ended = draw(st.none() | st.integers(offered, 30))
    due = draw(st.none() | st.integers(offered, 30))
    return Worked(
        draw(st.sampled_from(BODIES)), draw(st.booleans()), on(offered),
        None if ended is None else on(ended), None if due is None else on(due),
    )  # fmt: skip


def late_days(task: Worked, days: set[date]) -> set[date]:
    """The day after its due is the first, the day on which it ended the last."""
    if not task.required or task.due_on is None:
        return set()
    last = task.ended_on or date.max
    return {d for d in days if task.due_on < d <= last and task.offered_on <= d}


@given(st.sets(numbers, max_size=15), st.lists(tasks(), max_size=6), st.randoms())
def test_each_late_day_is_charged_to_the_late_and_else_to_the_lead(chosen, some, random) -> None:
    days = {on(n) for n in chosen}
    own = {b: set().union(*(late_days(t, days) for t in some if t.body == b)) for b in BODIES}
    expected = Counter({body: len(found) for body, found in own.items()})
    expected[LEAD] += len(days - set().union(*own.values()))
    order = list(days)
    random.shuffle(order), random.shuffle(some)
    assert charge(order, some, LEAD) == +expected


@given(numbers, st.integers(1, 20))
def test_decided_n_days_late_is_n_days_and_in_time_is_none(due: int, n: int) -> None:
    task = Worked(BODIES[0], True, START, on(due + n), on(due))
    days = [on(due + k) for k in range(1, n + 1)]  # the caller: after the due, up to the act
    assert charge(days, [task], LEAD) == {BODIES[0]: n}
    assert charge([], [task], LEAD) == {}
