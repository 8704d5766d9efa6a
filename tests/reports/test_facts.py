"""Daily facts: the same as a naive recount, counted once however often, rebuilt at will."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.world import do, hand_in
from tests.cast import account, body
from tests.reports.conftest import FRIDAY, QUICK, on
from yimen.cases.models import Case, Task, Term, Warning
from yimen.cases.reckoning import Worked, charge
from yimen.clock.queries import calendar_for
from yimen.contacts.models import Enquiry
from yimen.ledger.models import Entry
from yimen.lib import time
from yimen.lib.time import local
from yimen.reports import ticks
from yimen.reports.actions import stretches
from yimen.reports.models import CountedDay, DailyFact, DailyWork, OverdueDay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
DAY = timedelta(days=1)
THURSDAY = FRIDAY.date() - DAY


@pytest.fixture
def counted(story: SimpleNamespace) -> SimpleNamespace:
    ticks.daily(time.now())
    return story


def stored(model: Any = DailyFact) -> list[dict[str, Any]]:
    rows = model.objects.values()
    return sorted(({k: v for k, v in r.items() if k != "id"} for r in rows), key=str)


def sums(*names: str) -> dict[tuple[Any, ...], tuple[int, ...]]:
    rows = DailyFact.objects.values("day", "body", "matter_code").annotate(
        **{f"n_{name}": Sum(name) for name in names}
    )
    found = {
        (r["day"], r["body"], r["matter_code"]): tuple(r[f"n_{name}"] for name in names)
        for r in rows
    }
    return {key: values for key, values in found.items() if any(values)}


def naive(moment: Any) -> dict[tuple[Any, ...], int]:
    """One case after another, by the day of a moment."""
    found: Counter[tuple[Any, ...]] = Counter()
    for case in Case.objects.all():
        at = moment(case)
        if at and local(at).date() <= THURSDAY:
            found[local(at).date(), case.lead_id, case.matter_code] += 1
    return dict(found)


COUNTED_BY = {
    "received": lambda c: c.received_at,
    "accepted": lambda c: c.accepted_at,
    "decided": lambda c: c.decided_at,
    "delivered": lambda c: c.delivered_at,
    "withdrawn": lambda c: c.closed_at if c.ending == "withdrawn" else None,
    "completed": lambda c: c.closed_at if c.ending == "completed" else None,
}


def test_facts_are_what_a_naive_recount_finds(counted: SimpleNamespace) -> None:
    for name, moment in COUNTED_BY.items():
        expected = naive(moment)
        assert expected, name
        assert sums(name) == {key: (n,) for key, n in expected.items()}, name
    # two cases, accepted on Monday, decided on Tuesday, promised for the Monday after
    assert list(sums("decided", "on_time", "handling_days").values()) == [(2, 2, 2)]
    overdue_days_are_those_of_a_walk_from_day_to_day()
    warnings_and_questions()


def overdue_days_are_those_of_a_walk_from_day_to_day() -> None:
    calendar, expected = calendar_for("310199001"), Counter()
    for case in Case.objects.filter(accept_mode__in=["", "expressed"]):
        tasks = [
            Worked(
                t.body_id, t.required, local(t.offered_at).date(),
                local(t.ended_at).date() if t.ended_at else None,
                local(t.due_at).date() if t.due_at else None,
            )
            for t in Task.objects.filter(case=case)
        ]  # fmt: skip
        day = on(0).date()
        while day <= THURSDAY:
            if calendar.is_working(day) and _late_on(case, day):
                expected.update((day, b) for b in charge([day], tasks, case.lead_id))
            day += DAY
    stored_days = Counter(OverdueDay.objects.values_list("day", "body"))
    assert stored_days == expected
    assert expected[on(8).date(), body("bo-employment").pk] == 1  # the day after the term
    assert (on(7).date(), body("bo-employment").pk) not in expected  # the last day is in time
    assert sum(n for (n,) in sums("overdue_days").values()) == sum(expected.values())


def _late_on(case: Case, day: date) -> bool:
    """Is a term of ours past due and not yet ended when this day begins?"""
    terms = Term.objects.filter(case=case, bearer="body")
    for term in terms:
        over = term.met_at or term.dropped_at
        if local(term.due_at).date() < day and (over is None or local(over).date() >= day):
            return True
    return False


def test_time_that_the_law_does_not_count_is_not_charged(counted: SimpleNamespace) -> None:
    with time.at(on(9)):
        d = do(hand_in(QUICK), "accept")
    with time.at(on(21)):  # due on day 16; held on day 17, for two days in the record
        do(d, "hold", sort="appraisal", reason="委托鉴定", at=on(17))
        do(d, "resume", at=on(20))
        ticks.daily(time.now())
        days = set(OverdueDay.objects.filter(case=d.case.pk).values_list("day", flat=True))
    assert on(17).date() not in days and on(18).date() not in days


def warnings_and_questions() -> None:
    rungs = Counter(
        w.rung
        for w in Warning.objects.select_related("term")
        if local(w.warned_at).date() <= THURSDAY and not (w.term and w.term.bearer == "resident")
    )
    total = DailyFact.objects.aggregate(
        yellow=Sum("warned_yellow"), red=Sum("warned_red"), up=Sum("escalated")
    )
    up = sum(n for rung, n in rungs.items() if rung > 2)
    assert rungs[1] and rungs[2] and up
    assert total == {"yellow": rungs[1], "red": rungs[2], "up": up}
    asked = Enquiry.objects.get()
    days = {key[0]: n for key, (n,) in sums("unanswered_enquiries").items()}
    # asked on Monday: a working day has passed on Tuesday, Wednesday and Thursday
    assert days == {on(n).date(): 1 for n in (15, 16, 17)}
    assert {key[1] for key in sums("unanswered_enquiries")} == {asked.first_body_id}


def test_work_of_persons_is_what_they_recorded_and_counting_again_changes_nothing(
    counted: SimpleNamespace,
) -> None:
    clerk = DailyWork.objects.get(account=account("clerk"))
    assert (clerk.day, clerk.body, clerk.accepted) == (
        on(0).date(), body("centre-31019900101"), 1,
    )  # fmt: skip
    acts = Entry.objects.filter(account=account("clerk").pk, power__isnull=False)
    assert acts.filter(stream__startswith="case:").count() == 1
    before = [stored(m) for m in (DailyFact, DailyWork, OverdueDay)]
    assert before[0]
    ticks.daily(time.now())
    call_command("rebuild_facts", since=on(0).date())
    assert [stored(m) for m in (DailyFact, DailyWork, OverdueDay)] == before
    assert CountedDay.objects.count() == 18
    with time.at(on(25)):
        assert ticks.daily(time.now()) == 7
        assert ticks.daily(time.now()) == 1  # yesterday again
    assert CountedDay.objects.count() == 25


def test_what_is_dated_back_reaches_days_counted_before(counted: SimpleNamespace) -> None:
    counted.deemed.case.refresh_from_db()
    assert counted.deemed.case.accept_mode == "deemed"
    deemed = counted.deemed.case
    before = sums("accepted")
    assert before[on(0).date(), deemed.lead_id, deemed.matter_code]
    assert not OverdueDay.objects.filter(case=deemed, day__lt=on(10).date()).exists()
    with time.at(FRIDAY + timedelta(minutes=5)):
        d = hand_in(QUICK, at=on(15))
        do(d, "accept", at=on(15, 10))
    with time.at(FRIDAY + timedelta(minutes=10)):
        ticks.daily(time.now())
    key = (on(15).date(), d.case.lead_id, QUICK)
    assert key not in before
    assert sums("accepted") == before | {key: (1,)}


@given(st.sets(st.integers(0, 400)))
def test_stretches_cover_each_day_once(numbers: set[int]) -> None:
    days = {date(2026, 1, 1) + n * DAY for n in numbers}
    found = stretches(days)
    covered = [a + n * DAY for a, b in found for n in range((b - a).days + 1)]
    assert len(covered) == len(set(covered)) and set(covered) == days
    assert all((b - a).days < 31 for a, b in found)
