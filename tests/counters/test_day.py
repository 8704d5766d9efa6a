"""A day of 61 windows and 5 machines, with two crashes and midnight: no number is lost or called
twice, two windows never get the same ticket, and every ticket ends served, missed or left.

The size of the suite's day is a fifth of the real one; the real one is
`HALL_TICKETS=1300 pytest tests/counters/test_day.py`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import orjson
import pytest
from django.db import connections

from tests.cast import CENTRE, actor, load_cast
from tests.counters.conftest import MONDAY
from tests.counters.day import DESKS, Hall
from yimen.counters import actions, ticks
from yimen.counters.actions.setting_up import set_window
from yimen.counters.loaders import load
from yimen.counters.models import Spell, Ticket, Window
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.actor import ANONYMOUS, system
from yimen.lib.time import at
from yimen.places.models import ServicePoint

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])
TICKETS = int(os.environ.get("HALL_TICKETS", "250"))
WINDOWS, MACHINES = 61, 5


@pytest.fixture
def hall(transactional_db: None) -> Iterator[Hall]:
    load_cast()
    load()
    by = actor("director")
    with at(MONDAY):
        for no in range(13, WINDOWS + 1):
            set_window(CENTRE, by=system(CENTRE[:9]), at=MONDAY, no=no, name=f"{no} 号窗口")
        codes = list(Window.objects.filter(centre=CENTRE).values_list("code", flat=True))
        assert len(codes) == WINDOWS
        for code in codes:
            actions.open_window(code, by=by, at=MONDAY)
        yield Hall(
            ServicePoint.objects.get(pk=CENTRE), by, MONDAY, TICKETS, MACHINES, codes,
            crashes=(TICKETS // 2, TICKETS * 3 // 2),
        )  # fmt: skip
    for one in connections.all(initialized_only=True):
        one.close()  # ours was among those that were ended


def test_a_day_with_two_crashes_and_midnight(hall: Hall) -> None:
    tomorrow = MONDAY + timedelta(days=1)
    hall.run(midnight=lambda: ticks.midnight(tomorrow) and None, late=TICKETS // 20)
    ticks.midnight(tomorrow + timedelta(minutes=10))  # for what was called while it ran
    assert not hall.wrong
    assert hall.broken > 1, "both crashes hit somebody in the middle of something"
    every = list(Ticket.objects.values("pk", "number", "state", "desk_code", "window_id"))
    assert {row["state"] for row in every} <= {"served", "no_show", "left"}
    numbers = Counter(row["number"] for row in every)
    assert max(numbers.values()) == 1
    assert set(hall.given) <= set(numbers) and len(hall.given) == len(set(hall.given)) == TICKETS
    _no_gap(numbers)
    _nobody_called_twice(hall)
    assert not Window.objects.filter(tickets__state__in=Ticket.AT_WINDOW).exists()
    assert verify().fault is None
    with at(tomorrow):  # and the next day begins anew
        first = actions.take(hall.point, by=ANONYMOUS, at=tomorrow).ticket
    assert first.number == "G001"


def _no_gap(numbers: Counter[str]) -> None:
    """In no desk's day is a serial missing: what was undone left no hole."""
    letters = {number[0] for number in numbers}
    assert len(letters) == len(DESKS)
    for letter in letters:
        serials = sorted(int(n[1:]) for n in numbers if n[0] == letter)
        assert serials == list(range(1, len(serials) + 1)), letter


def _nobody_called_twice(hall: Hall) -> None:
    """As often as somebody was called they had joined the queue: by taking, by a transfer, by
    coming back. And a window was told of a ticket only when the record says so."""
    acts: dict[str, Counter[str]] = {}
    calls: Counter[tuple[str, str]] = Counter()
    for stream, act, data in Entry.objects.filter(stream__startswith="ticket:").values_list(
        "stream", "act", "data"
    ):
        acts.setdefault(stream, Counter())[act] += 1
        if act == "call":
            calls[stream, orjson.loads(data)["window_id"]] += 1
    for stream, counted in acts.items():
        joined = counted["take"] + counted["transfer"] + counted["come_back"]
        assert counted["take"] == 1 and counted["call"] <= joined, stream
    streams = {str(t.pk): t.stream for t in Ticket.objects.all()}
    for (ticket, window), times in Counter(hall.called).items():
        assert times <= calls[streams[ticket], window], (streams[ticket], window)
    at_windows = sum(counted["call"] + counted["resume"] for counted in acts.values())
    assert Spell.objects.filter(state="called").count() == at_windows
