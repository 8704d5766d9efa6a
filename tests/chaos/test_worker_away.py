"""The worker was gone for a day. Nothing is lost; it shows; and when it is back everything happens
once, the oldest first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cases.world import MONDAY, do, hand_in
from yimen.cases import ticks
from yimen.cases.models import Warning
from yimen.cases.queries import due_not_warned
from yimen.ledger import actions as ledger
from yimen.ledger import jobs
from yimen.ledger.models import Entry, Errand
from yimen.lib import time
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
DAY = timedelta(days=1)


@pytest.fixture
def neglected() -> Any:
    """Three cases, each taken a day after the other, whose first warning is due on another day;
    the moment when the last of them has been due for a day without a worker."""
    made = []
    for day in range(3):
        with time.at(MONDAY + day * DAY):
            made.append(do(hand_in("civil-affairs-001"), "accept"))
    for d in made:
        d.case.refresh_from_db()
    last = max(d.case.next_action_at for d in made)
    return made, last + DAY


def test_it_shows_while_it_is_away(neglected: Any, client: Client) -> None:
    made, moment = neglected
    with time.at(made[0].case.next_action_at):
        ledger.beat("worker")
        assert client.get("/healthz").json()["due_not_warned"] == 0
    with time.at(moment):
        answer = client.get("/healthz")
        assert answer.status_code == 503, "no sign of life for a day"
        said = answer.json()
        assert said["due_not_warned"] == 3 == due_not_warned(moment)
        assert said["worker"]["heartbeat_age_s"] >= DAY.total_seconds()


def test_it_catches_up_oldest_first_and_warns_once(neglected: Any) -> None:
    made, moment = neglected
    before = set(Entry.objects.values_list("street", "stream", "seq"))
    with time.at(moment):
        assert ticks.sweep(time.now()) >= 3
        assert due_not_warned(moment) == 0
        first: list[str] = []
        rows = Entry.objects.filter(stream__startswith="case:", account=None)
        for entry in rows.order_by("recorded_at", "stream"):
            if (entry.street, entry.stream, entry.seq) not in before and entry.stream not in first:
                first.append(entry.stream)
        wanted = sorted(made, key=lambda d: d.case.next_action_at)
        assert set(first) == {f"case:{d.case.number}" for d in wanted}
        warned = Warning.objects.count()
        told = Message.objects.count()
        assert warned >= 3
        for _ in range(3):
            ticks.sweep(time.now())
        assert (Warning.objects.count(), Message.objects.count()) == (warned, told)


def test_the_sweep_takes_the_oldest_first(neglected: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    made, moment = neglected
    real, order = ticks._advance_one, []

    def watched(d: Any, *args: Any) -> bool:
        order.append(d.case.number)
        return real(d, *args)

    monkeypatch.setattr(ticks, "_advance_one", watched)
    due = {d.case.number: d.case.next_action_at for d in made}
    with time.at(moment):
        ticks.sweep(time.now())
    assert list(dict.fromkeys(order)) == sorted(due, key=lambda number: due[number])


def test_errands_of_the_day_are_all_done_once(settings: Any) -> None:
    done: list[str] = []
    settings.YIMEN_ERRANDS = {"test": f"{__name__}.remember"}
    globals()["remember"] = lambda payload, key: done.append(key)
    for hour in range(24):
        with time.at(MONDAY + timedelta(hours=hour)):
            ledger.queue("test", street="0", key=f"{hour:02d}", payload={}, at=time.now())
    with time.at(MONDAY + DAY):
        assert jobs.sweep(time.now()) == 24
        waiting = Errand.objects.filter(state="waiting").order_by("due_at")
        for pk in list(waiting.values_list("pk", flat=True)):
            jobs.run_errand(str(pk))
            jobs.run_errand(str(pk))
    assert done == [f"{hour:02d}" for hour in range(24)]
    assert not Errand.objects.exclude(state="done").exists()
