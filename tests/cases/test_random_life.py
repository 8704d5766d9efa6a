"""Whatever is done to a case in whatever order, the ledger folds to exactly its columns."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from tests.cases.world import MONDAY, SYSTEM, hand_in
from yimen.cases import ticks
from yimen.cases.actions import VERBS, perform
from yimen.cases.dossier import load
from yimen.cases.fold import expected, fold
from yimen.cases.models import Task
from yimen.ledger.models import Entry
from yimen.lib import time
from yimen.lib.errors import Problem

pytestmark = pytest.mark.django_db
MATTERS = ["civil-affairs-001", "groups-001", "medical-insurance-001", "employment-001"]


@pytest.mark.parametrize("seed", range(12))
def test_the_ledger_folds_to_the_columns(cast: None, seed: int) -> None:
    rng = random.Random(seed)
    with time.at(MONDAY):
        d = hand_in(rng.choice(MATTERS), missing=rng.random() < 0.4)
    moment, done = MONDAY, 0
    for _turn in range(40):
        moment += timedelta(hours=rng.choice([1, 5, 30, 60]))
        with time.at(moment):
            if rng.random() < 0.15:
                ticks.sweep(time.now())
            done += _try(rng, d.case.number)
        _check(d.case.number)
    assert done >= 1


def _try(rng: random.Random, number: str) -> int:
    d = load(number)
    likely = ["accept", "finish", "sign", "return", "offer", "supplied", "decide", "deliver"]
    act = rng.choice(sorted(VERBS) if rng.random() < 0.5 else likely)
    tasks = [str(t.pk) for t in d.open_tasks]
    args: dict[str, Any] = {
        "sort": rng.choice(["appraisal", "hearing", "testing"]),
        "reason": "理由",
        "way": rng.choice(["counter", "courier", "home"]),
        "outcome": rng.choice(["granted", "refused"]),
        "direction": "去别处",
        "answer": rng.choice(["match", "yes"]),
        "consent": True,
        "visitors": ["officer", "officer2"],
        "body": rng.choice(["bo-housing", "bo-civil-affairs"]),
        "materials": [m.code for m in d.materials if rng.random() < 0.5],
    }
    if tasks and rng.random() < 0.8:
        args["task"] = rng.choice(tasks)
    try:
        perform(number, act, by=SYSTEM, **args)
    except Problem:
        return 0
    return 1


def _check(number: str) -> None:
    head, columns = expected([number])[number]
    entries = list(Entry.objects.filter(stream=f"case:{number}").order_by("seq"))
    assert head.seq == len(entries) and head.hash == bytes(entries[-1].hash)
    assert fold(entry.data for entry in entries) == columns
    d = load(number)
    assert bool(d.open_tasks) == d.open, "an open case always has somebody who must act"
    if d.open:
        assert d.case.next_action_at is not None or d.held
    # first asked: each open task has exactly one owner, and it is the body once that has signed
    for task in d.tasks:
        assert task.owner_id
        if task.state == Task.State.SIGNED:
            assert task.owner_id == task.body_id
