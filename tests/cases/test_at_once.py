"""Two clerks at once, a kill in the middle, midnight between two numbers: on real transactions."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import close_old_connections, connection, connections

from tests.cases.world import SYSTEM, ZONE, do, hand_in, matter
from yimen.cases.actions import perform
from yimen.cases.models import Case, Counter
from yimen.ledger.verify import verify
from yimen.lib import numbering, time
from yimen.lib.errors import Problem, Refused

pytestmark = pytest.mark.django_db(transaction=True)


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Run jobs in threads that start at the same moment; what each returned or raised."""
    gate, found = threading.Barrier(len(jobs)), [None] * len(jobs)

    def run(n: int, job: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            found[n] = job()
        except Exception as error:
            found[n] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(n, job)) for n, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()
    return found


def test_many_clerks_at_one_centre(cast: None) -> None:
    """No number twice, none lost, every chain whole."""
    matter("civil-affairs-001")
    numbers = together(*[lambda: [hand_in("civil-affairs-001").case.number for _ in range(4)]] * 6)
    assert not [n for n in numbers if isinstance(n, Exception)], numbers
    made = [number for part in numbers for number in part]
    assert len(set(made)) == 24 == Case.objects.count()
    serials = sorted(numbering.parse(number).serial for number in made)
    assert serials == list(range(1, 25))
    assert len(set(Case.objects.values_list("enquiry_no", flat=True))) == 24
    assert verify().fault is None


def test_two_officers_at_one_task(cast: None) -> None:
    """One finishes, the other is told that it is over; nothing is recorded twice."""
    d = do(hand_in("civil-affairs-001"), "accept")
    task = str(d.open_tasks[0].pk)
    one = lambda: perform(d.case.number, "return", by=SYSTEM, task=task, reason="不属本单位")  # noqa: E731
    two = lambda: perform(d.case.number, "sign", by=SYSTEM, task=task)  # noqa: E731
    three = lambda: perform(d.case.number, "withdraw", by=SYSTEM)  # noqa: E731
    found = together(one, two, three, three)
    assert all(not isinstance(x, Exception) or isinstance(x, Problem) for x in found), found
    assert sum(isinstance(x, Refused) for x in found) >= 1
    assert Case.objects.get().stage == "closed"
    assert verify().fault is None


def test_the_second_of_two_with_an_old_version_is_stale(cast: None) -> None:
    d = hand_in("civil-affairs-001")
    act = lambda: perform(d.case.number, "accept", by=SYSTEM, version=d.case.version)  # noqa: E731
    found = together(act, act)
    assert sorted(type(x).__name__ for x in found) == ["Dossier", "Stale"]


KILLED = """
import os, django
django.setup()
from django.db import transaction
from tests.cases.world import hand_in
with transaction.atomic():
    d = hand_in("civil-affairs-001")
    print(d.case.number, flush=True)
    os.kill(os.getpid(), 9)
"""


def test_a_kill_in_the_middle_leaves_nothing(cast: None) -> None:
    """The process dies after the number was taken and before the commit."""
    first = hand_in("civil-affairs-001").case.number
    name = connection.settings_dict
    env = os.environ | {"PGDATABASE": name["NAME"]} | _server(name)
    done = subprocess.run([sys.executable, "-c", KILLED], env=env, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    lost = done.stdout.strip()
    assert lost and lost != first
    assert not Case.objects.filter(number=lost).exists()
    assert hand_in("civil-affairs-001").case.number == lost  # the serial was given back
    assert verify().fault is None


def _server(settings: dict[str, Any]) -> dict[str, str]:
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER"}
    return {env: str(settings[key]) for key, env in names.items() if settings.get(key)}


def test_midnight_between_two_numbers(cast: None) -> None:
    """The day of a number is the day it was handed in; each day counts from one."""
    before = datetime(2026, 3, 2, 23, 59, 59, 999000, tzinfo=ZONE)
    after = datetime(2026, 3, 3, 0, 0, 0, tzinfo=ZONE)
    numbers = []
    for moment in (before, after, before):  # the third was handed in before and written after
        with time.at(moment):
            numbers.append(numbering.parse(hand_in("civil-affairs-001").case.number))
    assert [(n.day.day, n.serial) for n in numbers] == [(2, 1), (3, 1), (2, 2)]
    assert Counter.objects.count() == 2
