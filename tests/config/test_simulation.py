"""The simulator: its plan is a day as the sources say, and a small day lived through real HTTP, while
the database goes away twice, adds up."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from tests.cases.world import matter
from tests.cast import CENTRE, account, load_cast
from tests.counters.day import KILL
from yimen.cases.models import Case
from yimen.config.simulation import plan
from yimen.config.simulation.day import Day, Order, Report
from yimen.counters.loaders import load
from yimen.counters.models import Ticket, Window
from yimen.ledger.verify import verify
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.people.actions import issue_token

KNOWN = plan.facts(Path(settings.DATA) / "hall" / "day.json")
LOW_INCOME = "civil-affairs-001"


@pytest.mark.parametrize(
    ("day", "sort"),
    [("2026-11-23", "after_free"), ("2026-11-25", "working"), ("2026-11-28", "free")],
)
def test_the_sort_of_a_day(day: str, sort: str) -> None:
    assert plan.sort_of(date.fromisoformat(day)) == sort


def test_a_day_has_the_shape_of_its_sources() -> None:
    found = plan.visitors(KNOWN, "working", 20_000, ["a", "b"], random.Random(1))
    assert [v.comes_s for v in found] == sorted(v.comes_s for v in found)
    assert found[0].comes_s >= 0 and found[-1].comes_s < plan.length_s(KNOWN, "working") == 8 * 3600
    morning = sum(1 for v in found if 1800 <= v.comes_s < 3 * 3600 - 1800)
    assert 0.48 < morning / len(found) < 0.52  # 9 to 11: a quarter of the hours, twice the mean
    assert 0.49 < sum(v.hands_in for v in found) / len(found) < 0.53
    assert plan.expected(KNOWN, "working", 61) == 1220
    again = plan.visitors(KNOWN, "working", 20_000, ["a", "b"], random.Random(1))
    assert again == found, "a seed is a day"


def test_books_that_do_not_add_up_are_not_good() -> None:
    good = {"tickets": 3, "states": Counter(served=2, left=1), "given": 1, "recorded": 1,
            "lost": 0, "busy": 0, "wrong": [], "seconds": 1.0}  # fmt: skip
    assert Report(**good).good and "it adds up" in Report(**good).text()
    for wrong in ({"tickets": 4}, {"recorded": 0}, {"wrong": ["x"]},
                  {"states": Counter(served=2, waiting=1)}):  # fmt: skip
        assert not Report(**(good | wrong)).good


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_a_small_day_through_http_with_two_crashes(transactional_db: None, live_server) -> None:
    load_cast()
    load()
    matter(LOW_INCOME)
    tokens = [issue_token(account(name), by=system(), at=now()) for name in ("director", "clerk")]
    codes = tuple(Window.objects.filter(centre=CENTRE).values_list("code", flat=True))
    people = plan.visitors(KNOWN, "working", 60, [LOW_INCOME], random.Random(7))
    order = Order(
        site=live_server.url, centre=CENTRE, director=tokens[0], clerk=tokens[1], speed=3000.0,
        windows=codes, machines=3, walk_s=25.0,
    )  # fmt: skip
    told: list[str] = []
    day = Day(order, people, told.append, seed=7)
    crashes = threading.Thread(target=_crash, args=(day,))
    crashes.start()
    report = day.live()
    crashes.join()
    for one in connections.all(initialized_only=True):
        one.close()  # ours was among those that were ended
    assert report.good, report.text()
    assert report.tickets == 60 and report.lost > 0 and report.busy > 0 and told
    # a machine that was pressed again left a ticket without a holder; the hall dealt with it too
    assert not Ticket.objects.filter(state__in=Ticket.OPEN).exists()
    assert Ticket.objects.count() >= 60
    linked = [n for t in Ticket.objects.all() for n in t.case_numbers]
    assert (
        sorted(linked) == sorted(day.cases) == sorted(Case.objects.values_list("number", flat=True))
    )
    assert verify().fault is None


def _crash(day: Day) -> None:
    """The database lets go of everybody, twice: at a third and at two thirds of the visitors."""
    for share in (20, 40):
        while day.done["taken"] < share:
            time.sleep(0.02)
        with connection.cursor() as cursor:
            cursor.execute(KILL)
    connection.close()
