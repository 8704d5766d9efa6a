"""Errands: once by key, retried, stuck ones taken up again, failures visible."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from tests.cases.world import MONDAY
from yimen.ledger import actions, jobs
from yimen.ledger.models import Errand
from yimen.lib import time

pytestmark = pytest.mark.django_db
DONE: list[str] = []


def handler(payload: dict[str, str], *, key: str) -> None:
    if payload.get("fail"):
        raise ConnectionError("13800000000 did not answer")
    DONE.append(key)


@pytest.fixture(autouse=True)
def named(settings):
    DONE.clear()
    settings.YIMEN_ERRANDS = {"test": f"{__name__}.handler"}
    with time.at(MONDAY) as moment:
        yield moment


def queue(key: str, **payload: object) -> Errand:
    actions.queue("test", street="310199001", key=key, payload=payload, at=time.now())
    return Errand.objects.get(key=key)


def test_the_same_key_is_done_once() -> None:
    errand = queue("a")
    queue("a")
    for _ in range(3):
        jobs.run_errand(str(errand.pk))
    assert DONE == ["a"]
    assert Errand.objects.get(pk=errand.pk).state == "done"


def test_a_rolled_back_act_leaves_no_errand() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue("b")
        raise ZeroDivisionError
    assert not Errand.objects.filter(key="b").exists()


def test_failures_back_off_and_end_in_the_visible_list() -> None:
    errand = queue("c", fail=True)
    moment = MONDAY
    for attempt in range(1, jobs.MAX_ATTEMPTS + 1):
        with time.at(moment):
            jobs.run_errand(str(errand.pk))
        errand.refresh_from_db()
        assert errand.attempts == attempt
        moment = errand.due_at + timedelta(seconds=1)
    assert errand.state == "failed"
    assert errand.last_error == "ConnectionError"  # never the text: it may quote a number
    jobs.run_errand(str(errand.pk))
    errand.refresh_from_db()
    assert errand.attempts == jobs.MAX_ATTEMPTS


def test_a_dead_workers_errand_is_taken_up_again() -> None:
    errand = queue("d")
    jobs._claim(errand.pk)  # a worker took it and died
    jobs.run_errand(str(errand.pk))
    assert DONE == []  # it may still be at work
    with time.at(MONDAY + jobs.STUCK + timedelta(minutes=1)):
        assert jobs.sweep(time.now()) == 1
        jobs.run_errand(str(errand.pk))
    assert DONE == ["d"]
