"""Several processes check at a time, and say what one says; the lowest fault is the one told."""

from __future__ import annotations

import os
import signal
import time as clock
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pytest
from django.db import connection

from tests.cases.world import do, hand_in
from yimen.ledger import verify as checking
from yimen.ledger.abreast import each
from yimen.ledger.models import Entry
from yimen.ledger.roots import fold_roots
from yimen.ledger.verify import Checked, verify

pytestmark = pytest.mark.django_db(transaction=True)


def processes_seen(n: int, pause: float) -> tuple[int, int]:
    with connection.cursor() as cursor:  # each has a connection of its own, or this would break
        cursor.execute("SELECT %s", [n])
        clock.sleep(pause)
        return cursor.fetchone()[0], os.getpid()


def die(_n: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_pieces_are_shared_out_and_come_back_in_order() -> None:
    found = list(each(processes_seen, ((n, 0.05 * (n == 0)) for n in range(12)), 2))
    assert [n for n, _pid in found] == list(range(12))
    assert len({pid for _n, pid in found}) == 2 and os.getpid() not in {pid for _n, pid in found}


def test_a_process_that_dies_is_an_error_not_an_answer() -> None:
    with pytest.raises(BrokenProcessPool):
        list(each(die, ((n,) for n in range(4)), 2))


def test_two_say_what_one_says(cast: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "ENTRIES_A_SLICE", 3)
    cases = [do(hand_in("civil-affairs-001"), "accept").case for _ in range(4)]
    fold_roots()
    seen: list[int] = []
    alone, together = verify(), verify(processes=2, progress=lambda c: seen.append(c.entries))
    assert alone == together and alone.fault is None
    assert alone.entries == Entry.objects.count() and seen == sorted(seen) and len(seen) > 3
    for case in cases[2:]:
        spoil(case)
    worst = verify(processes=2)
    assert worst == verify() and worst.fault is not None
    assert worst.fault.stream == min(f"case:{case.number}" for case in cases[2:])
    rest = Checked(after=worst.after, tops=worst.tops)
    assert verify(checked=rest, processes=2).entries == 0, "nothing is left after the last"


def spoil(case: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE ledger_entry SET act = 'x' WHERE stream = %s AND seq = 2",
            [f"case:{case.number}"],
        )
        cursor.execute("ALTER TABLE ledger_entry ENABLE TRIGGER USER")
