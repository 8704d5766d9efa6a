"""The sweep takes cases in batches, and no case stands in the way of another."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.test_at_once import together
from tests.cases.test_clock import licence
from tests.cases.world import MONDAY, hand_in
from yimen.cases import ticks
from yimen.cases.actions.verb import VERBS
from yimen.cases.dossier import Dossier
from yimen.cases.models import Case, Warning
from yimen.ledger.verify import verify
from yimen.lib import time

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
LATE = MONDAY + timedelta(days=4)  # the acceptance term's light is yellow
OVER = MONDAY + timedelta(days=8)  # and now it is over: deemed accepted


def several(count: int) -> list[Case]:
    with time.at(MONDAY):
        return [hand_in(version=licence()).case for _ in range(count)]


def swept(moment: Any = LATE) -> int:
    with time.at(moment):
        return ticks.sweep(time.now())


def warned(case: Case) -> bool:
    return Warning.objects.filter(case=case).exists()


def spoil(monkeypatch: pytest.MonkeyPatch, case: Case, harm: Any) -> None:
    """`warn` does harm to one of the cases."""
    known = VERBS["warn"].do

    def do(d: Dossier, ch: Any, **args: Any) -> None:
        known(d, ch, **args)
        if d.case.pk == case.pk:
            harm(d, ch)

    monkeypatch.setitem(VERBS, "warn", VERBS["warn"].__class__(**{**vars(VERBS["warn"]), "do": do}))


def test_a_case_that_fails_is_left_as_it_was_and_stops_nobody(monkeypatch, caplog) -> None:
    first, second, third = several(3)

    def harm(d: Dossier, ch: Any) -> None:
        raise ZeroDivisionError

    spoil(monkeypatch, first, harm)
    assert swept() == 2
    assert [warned(c) for c in (first, second, third)] == [False, True, True]
    assert "ZeroDivisionError" in caplog.text and "1 cases are due" in caplog.text
    assert verify().fault is None


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_of_one_is_done_for_the_others(monkeypatch, caplog) -> None:
    first, second, third = several(3)

    def harm(d: Dossier, ch: Any) -> None:
        ch.set(d.running_terms[0], due_at=d.running_terms[0].started_at - timedelta(days=9))

    spoil(monkeypatch, second, harm)
    assert swept() == 2
    assert [warned(c) for c in (first, second, third)] == [True, False, True]
    assert "term_due_after_start" in caplog.text
    assert verify().fault is None


def test_more_cases_than_a_batch_are_all_moved(monkeypatch) -> None:
    monkeypatch.setattr(ticks, "BATCH", 2)
    cases = several(5)
    assert swept() == 5 and all(map(warned, cases))
    assert swept() == 0, "once is enough"


def test_each_act_that_is_due_is_done_one_after_the_other() -> None:
    """Nobody came for weeks: the silence is acceptance, and then the new terms warn."""
    (case,) = several(1)
    assert swept(OVER + timedelta(days=21)) > 2
    case.refresh_from_db()
    assert case.accept_mode == "deemed" and warned(case)


def test_a_batch_takes_hardly_more_statements_than_a_case() -> None:
    def statements(count: int) -> int:
        several(count)
        with CaptureQueriesContext(connection) as asked:
            assert swept() == count
        return len(asked)

    one = statements(1)
    assert statements(20) <= one + 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_each_case_once() -> None:
    cases = several(12)
    with time.at(LATE):
        done = together(*[lambda: ticks.sweep(LATE)] * 3)
    assert sum(done) == 12
    assert Warning.objects.filter(case__in=cases).count() == 12
    assert verify().fault is None


def test_the_due_are_found_by_an_index_in_their_order() -> None:
    """However many are not due: no case that is not due is looked at, none is sorted."""
    with CaptureQueriesContext(connection) as asked:
        list(ticks._due(MONDAY))
    sql = asked.captured_queries[0]["sql"]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "using case_sweep" in plan and "Index Cond: (next_action_at <=" in plan
    assert "Sort" not in plan
