"""The simulated line: a short night through real HTTP adds up, also when the database goes away in it;
a number that is lost is seen; operators' pages ask the database a bounded number of times."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.core.management import CommandError, call_command
from django.db import connection, connections

from tests.cases.world import matter
from tests.cast import STREET, load_cast
from tests.counters.day import KILL
from yimen.config.simulation import calls, staging
from yimen.config.simulation.calls import Span, Writer
from yimen.config.simulation.night import Night, Order, Report, Told
from yimen.hotline.models import HelpRequest, Inbound, LineCall, Ringing
from yimen.hotline.needs import tree
from yimen.ledger.verify import verify

FOLDER = Path(conf.DATA) / "hotline"
KNOWN, SAMPLE = calls.facts(FOLDER), calls.profile(FOLDER)
SECRET, DIALLED = "a-word-for-tests-that-is-long-enough", "962200"


def lived(site: str, sign_in: Callable[[str], str], *, count: int = 16, seats: int = 4) -> Night:
    """`count` calls of a busy hour, the burst pipe among them, and some who write."""
    span, luck = Span.read("20-21"), random.Random(5)
    people = [
        replace(c, calls_s=n * 30.0, talk_s=min(c.talk_s, 120.0), patience_s=9e5, no=n + 1)
        for n, c in enumerate(calls.callers(KNOWN, SAMPLE, span, 6, luck)[-count:])
    ]
    people = [replace(c, patience_s=1.0) if n % 8 == 7 else c for n, c in enumerate(people)]
    if people:
        people[1] = replace(people[1], wants="danger", need="danger.ill")
    some = [Writer(n, 60.0 * n, "web", "street.light", n, 2000 + n) for n in range(1, 4)]
    some += [Writer(n, 60.0 * n, "sms", "", n, 3000 + n) for n in (4, 5)]
    names = ["clerk", "clerk2", *staging.operators(STREET, seats)]
    order = Order(
        site=site, run="t1", cookie=conf.SESSION_COOKIE_NAME, secret=SECRET, sms_secret=SECRET,
        dialled=DIALLED, span=span, seats=[seats] * 24, operators=list(dict.fromkeys(names))[:seats],
        sign_in=sign_in, speed=300.0, after_s=20.0, within_s=15.0, most_ms=0.0,
    )  # fmt: skip
    return Night(order, people, some, lambda _line: None)


@pytest.fixture
def town(transactional_db: None, settings) -> None:
    settings.YIMEN_DEMO = True
    settings.YIMEN_LINE_EVENT_SECRET = SECRET
    settings.YIMEN_SMS_GATEWAY = {"secret": SECRET}
    settings.YIMEN_HELP_LINES = {DIALLED: {"street": STREET, "line": "one"}}
    load_cast()
    for code in sorted({need.matter for need in tree().values()}):
        matter(code)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_a_short_night_with_two_crashes_adds_up(town: None, live_server) -> None:
    with staging.sign_ins() as sign_in:
        night = lived(live_server.url, sign_in)
        crashes = threading.Thread(target=_crash, args=(night,))
        crashes.start()
        report = night.live()
        crashes.join()
        for one in connections.all(initialized_only=True):
            one.close()  # ours was among those that were ended
    told = asdict(report.told)
    report.books = staging.compare(told, "t1")
    assert report.good, report.text()
    assert report.offered == 16 == Ringing.objects.count()
    assert report.connected >= 12 and LineCall.objects.filter(ended_at=None).count() == 0
    assert report.told.cases and report.told.enquiries and len(report.told.messages) == 2
    assert night.done["web"] == 3 and report.away + report.busy > 0, "the crashes were felt"
    assert HelpRequest.objects.filter(event__isnull=False).exists(), "callers of one event"
    assert HelpRequest.objects.filter(transfers__to="120").exists()
    assert verify().fault is None
    assert "it adds up" in report.text()
    _seen_when_lost(told)


def _crash(night: Night) -> None:
    """The database lets go of everybody, again and again, for a second, twice."""
    for count in (3, 8):
        while night.done["picked"] < count:
            time.sleep(0.02)
        for _kill in range(12):
            with connection.cursor() as cursor:
                cursor.execute(KILL)
            time.sleep(0.08)
        connection.close()


def _seen_when_lost(told: dict) -> None:
    """Whatever of it is missing from the record, the books say so."""
    number = told["cases"][0]
    for wrong in (
        {"cases": [*told["cases"], "31019900101202611290999999"]},
        {"cases": [*told["cases"], number]},
        {"enquiries": [*told["enquiries"], "ZX000"]},
        {"messages": [*told["messages"], "t1-m999"]},
        {"calls": told["calls"] | {"t1-999": "picked"}},
        {"calls": dict(list(told["calls"].items())[1:])},
        {"calls": dict.fromkeys(told["calls"], "picked")},
        {"unseen": ["t1-777"]},
    ):
        assert staging.compare(told | wrong, "t1"), wrong
    assert Inbound.objects.filter(ref__startswith="t1-").count() == 2


def test_a_report_that_does_not_add_up_is_not_good() -> None:
    good = {"offered": 3, "connected": 2, "in_time": 2, "waits": [1.0, 2.0], "done": {},
            "times": {"page": [10.0] * 20, "poll": [5.0] * 20}, "told": Told(), "wrong": [],
            "seconds": 1.0, "an_hour": 9.0, "busy": 0, "away": 0, "most_ms": 300.0,
            "within_s": 15.0}  # fmt: skip
    from collections import Counter

    good["done"] = Counter()
    assert Report(**good).good and "66.7 % connected" in Report(**good).text()
    for wrong in ({"wrong": ["x"]}, {"books": ["request 1 is lost"]},
                  {"times": {"page": [10.0] * 18 + [400.0] * 2}},
                  {"times": {"poll": [300.0]}}):  # fmt: skip
        assert not Report(**(good | wrong)).good
    assert Report(**(good | {"times": {"page": [900.0]}, "most_ms": 0.0})).good, "not judged"


@pytest.mark.django_db
def test_it_is_for_demonstrations_with_a_line(cast, settings) -> None:
    settings.YIMEN_DEMO = False
    with pytest.raises(CommandError, match="demonstration"):
        call_command("simulate", "night")
    settings.YIMEN_DEMO = True
    settings.YIMEN_LINE_EVENT_SECRET = ""
    with pytest.raises(CommandError, match="help_lines"):
        call_command("simulate", "night")
    settings.YIMEN_LINE_EVENT_SECRET = SECRET
    settings.YIMEN_HELP_LINES = {DIALLED: {"street": STREET, "line": "one"}}
    with pytest.raises(CommandError, match="hours"):
        call_command("simulate", "night", "--hours", "late")


@pytest.mark.django_db
def test_where_operators_are_too_few_a_demonstration_makes_more(cast, settings) -> None:
    settings.YIMEN_DEMO = False
    few = staging.operators(STREET, 30)
    assert "clerk" in few and "officer" not in few and len(few) < 30
    settings.YIMEN_DEMO = True
    many = staging.operators(STREET, 30)
    assert len(set(many)) == 30 and many[: len(few)] == few
    assert set(staging.operators(STREET, 30)) == set(many), "the second run finds them"
