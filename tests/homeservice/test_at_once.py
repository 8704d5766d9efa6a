"""Two at once, on the database: two planners, two requests, one act sent twice."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.cast import actor, load_cast, party
from tests.homeservice.conftest import MONDAY, asked, clock, did, planned, point
from yimen.homeservice import actions
from yimen.homeservice.actions import Wish
from yimen.homeservice.models import Route, Stop, Visit, WayAct
from yimen.ledger.verify import verify
from yimen.lib.errors import Problem
from yimen.lib.ids import new_id
from yimen.lib.time import at
from yimen.matters.loaders import demo as matters

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])


def at_once(*work: Callable[[], Any]) -> Counter[str]:
    """Start all of it together; how each ended."""
    ended: Counter[str] = Counter()
    gate = threading.Barrier(len(work))

    def run(one: Callable[[], Any]) -> None:
        try:
            with at(MONDAY):
                gate.wait()
                one()
            ended["done"] += 1
        except Problem as problem:
            ended[problem.code] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ended


@pytest.fixture
def town(transactional_db: None) -> None:
    load_cast()
    with at(MONDAY):
        matters()


def test_two_planners_send_nobody_twice_and_plan_no_visit_twice(town) -> None:
    with at(MONDAY):
        a, b = asked("mother"), asked("pang")
    ended = at_once(lambda: planned(a), lambda: planned(b))
    assert ended == {"done": 1, "going": 1} and Route.objects.count() == 1
    left = Visit.objects.get(state="requested")
    both = at_once(
        lambda: planned(left, half="pm"), lambda: planned(left, half="pm", going=("assistant",))
    )
    assert both == {"done": 1, "visits": 1}
    assert Stop.objects.filter(visit=left).count() == 1 and verify().fault is None


def test_two_requests_for_one_person_make_one_visit(town) -> None:
    def ask(by: str) -> Callable[[], Any]:
        return lambda: actions.ask(
            point(), party("mother"), Wish(), channel="web", by=actor(by), at=MONDAY
        )

    ended = at_once(*[ask(by) for by in ("clerk", "resident", "assistant", "director")])
    assert ended == {"done": 1, "asked_before": 3} and Visit.objects.count() == 1


def test_one_act_sent_four_times_at_once_counts_once(town) -> None:
    with at(MONDAY):
        stop = planned(asked()).stops.get()
    key = new_id()
    ended = at_once(*[lambda: did(stop, "arrive", clock(9), key=key)] * 4)
    assert ended == {"done": 4} and WayAct.objects.count() == 1
    stop.refresh_from_db()
    assert stop.state == "arrived" and verify().fault is None


def test_cancelled_and_arrived_at_the_same_moment_end_in_one_of_both(town) -> None:
    with at(MONDAY):
        made = asked()
        stop = planned(made).stops.get()
    ended = at_once(
        lambda: did(stop, "arrive", clock(9)),
        lambda: actions.cancel(made, by=actor("assistant"), at=clock(9)),
    )
    made.refresh_from_db()
    assert ended in ({"done": 1, "too_late": 1}, {"done": 1, "not_now": 1})
    assert made.state == ("under_way" if "too_late" in ended else "cancelled")
