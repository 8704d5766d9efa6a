"""Many windows and machines at once, on the database: no number twice, nobody called twice."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection

from tests.cast import CENTRE, actor, load_cast
from tests.counters.conftest import MONDAY
from yimen.counters import actions
from yimen.counters.actions.setting_up import set_window
from yimen.counters.loaders import load
from yimen.counters.models import Spell, Ticket
from yimen.ledger.verify import verify
from yimen.lib.actor import ANONYMOUS, system
from yimen.places.models import ServicePoint

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])
WINDOWS, MACHINES, TICKETS = 12, 5, 150


def test_a_busy_hall(transactional_db: None) -> None:
    load_cast()
    load()
    for no in range(13, WINDOWS + 1):
        set_window(CENTRE, by=system(CENTRE[:9]), at=MONDAY, no=no, name=f"{no}")
    codes = [f"{CENTRE}{no:02d}" for no in range(1, WINDOWS + 1)]
    director, point = actor("director"), ServicePoint.objects.get(pk=CENTRE)
    for code in codes:
        actions.open_window(code, by=director, at=MONDAY)
    desks = ["general", "insurance", "civil", "residence", "business", "other"]
    taking, wrong = threading.Event(), []

    def machine(n: int) -> None:
        try:
            for i in range(TICKETS // MACHINES):
                actions.take(point, by=ANONYMOUS, at=MONDAY + timedelta(seconds=i),
                             desk=desks[(n + i) % len(desks)])  # fmt: skip
        except Exception as error:
            wrong.append(repr(error))
        finally:
            connection.close()

    def window(code: str) -> None:
        try:
            while True:
                over = taking.is_set()
                ticket = actions.call_next(code, by=director, at=MONDAY + timedelta(hours=1))
                if ticket is None and over:
                    return
        except Exception as error:
            wrong.append(repr(error))
        finally:
            connection.close()

    machines = [threading.Thread(target=machine, args=(n,)) for n in range(MACHINES)]
    windows = [threading.Thread(target=window, args=(code,)) for code in codes]
    for thread in machines + windows:
        thread.start()
    for thread in machines:
        thread.join()
    taking.set()
    for thread in windows:
        thread.join()
    assert not wrong
    assert Counter(Ticket.objects.values_list("state", flat=True)) == {"served": TICKETS}
    assert Spell.objects.filter(state="called").count() == TICKETS  # each called exactly once
    numbers = Ticket.objects.values_list("number", flat=True)
    assert len(set(numbers)) == TICKETS
    for desk in desks:  # no gap in any desk's day
        mine = sorted(t.number for t in Ticket.objects.filter(desk_code=desk))
        assert [int(n[1:]) for n in mine] == list(range(1, len(mine) + 1))
    assert verify().fault is None
