"""Kill any hand-over half way, or let everybody pull at once: there is exactly one owner."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tests.notices.world import World
from yimen.contacts import actions, ticks
from yimen.contacts.models import Handover
from yimen.ledger.models import Entry
from yimen.lib.errors import Problem
from yimen.lib.time import now


@pytest.mark.parametrize("repeat", range(3))
def test_many_hands_at_once_leave_one_owner(committed: World, repeat: int) -> None:
    """Sign, decline, take back, answer and the sweep all at once: one wins, one owner remains."""
    world = committed
    enquiry = actions.ask("问题", by=world["clerk"], at=now() - timedelta(days=30)).enquiry
    handover = actions.offer(enquiry, to_body=world.bodies["office"], by=world["clerk"], at=now())
    signer, start = {}, threading.Barrier(6)

    def run(name: str, act: Callable[[], Any]) -> None:
        start.wait()
        try:
            act()
            signer[name] = "done"
        except Problem as problem:
            signer[name] = problem.code
        finally:
            connection.close()

    jobs: dict[str, Callable[[], Any]] = {
        "sign": lambda: actions.sign(handover, by=world["officer"], at=now()),
        "head signs": lambda: actions.sign(handover, by=world["head"], at=now()),
        "decline": lambda: actions.decline(handover, by=world["officer"], at=now(), note="不归我"),
        "take back": lambda: actions.withdraw_offer(handover, by=world["clerk"], at=now()),
        "offer": lambda: actions.offer(
            enquiry, to_body=world.bodies["other"], by=world["clerk"], at=now()
        ),
        "time": lambda: ticks.bounce(now()),
    }
    threads = [threading.Thread(target=run, args=job) for job in jobs.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(signer) == 6
    decided = [n for n in ("sign", "head signs", "decline", "take back") if signer[n] == "done"]
    handover.refresh_from_db()
    assert len(decided) == (0 if handover.state == "bounced" else 1)
    enquiry.refresh_from_db()
    assert enquiry.owner_body_id in {world.bodies["centre"].pk, world.bodies["office"].pk}
    assert Handover.objects.filter(enquiry=enquiry, state="offered").count() <= 1
    if handover.state == "signed":
        assert enquiry.owner_account_id == handover.signed_by_id
    else:
        assert enquiry.owner_account_id == world.id_of("clerk")
    entries = Entry.objects.filter(stream=f"enquiry:{enquiry.number}").order_by("seq")
    seqs = list(entries.values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))
