"""Errands as jobs of procrastinate: woken in the act's own transaction, retried by our rules.

The errand row is the truth; a job is only a nudge. A worker that dies leaves the row `running`,
and the sweep (ticks.py) nudges again: handlers are idempotent by their key.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app

from yimen.ledger import rows
from yimen.ledger.models import Errand
from yimen.lib.time import now

# The worker is woken by the statement that writes the errands: the same job as `wake` makes.
WAKE = """SELECT procrastinate_defer_jobs_v1(array_agg(ROW(
    'errands', 'yimen.errand', 0, NULL, NULL, jsonb_build_object('errand_id', id), NULL
)::procrastinate_job_to_defer_v1)) FROM {new}"""
MAX_ATTEMPTS = 8
STUCK = timedelta(minutes=5)


def backoff(attempts: int) -> timedelta:
    """How long to wait after the nth failure: first retry at once, then doubling with jitter."""
    if attempts <= 1:
        return timedelta(0)
    seconds = min(30 * 2 ** (attempts - 2), 3600)
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))


def wake(errands: list[UUID]) -> None:
    """Ask the worker to look at these errands, when (and only if) the transaction commits."""
    jobs: list[Any] = [{"errand_id": str(pk)} for pk in errands]
    app.configure_task("yimen.errand", queue="errands").batch_defer(*jobs)


@app.task(name="yimen.errand", queue="errands")
def run_errand(errand_id: str) -> None:
    """Do one errand if it is due and nobody else is doing it."""
    errand = _claim(UUID(errand_id))
    if errand is None:
        return
    try:
        handler = import_string(settings.YIMEN_ERRANDS[errand.name])
        handler(errand.payload, key=errand.key)
    except Exception as error:
        _failed(errand, error)
    else:
        rows.update(
            Errand, {"id": errand.pk}, state=Errand.State.DONE, done_at=now(), last_error=""
        )


@transaction.atomic
def _claim(pk: UUID) -> Errand | None:
    errand = Errand.objects.select_for_update(skip_locked=True).filter(pk=pk).first()
    if errand is None or errand.state in (Errand.State.DONE, Errand.State.FAILED):
        return None
    moment = now()
    if errand.due_at > moment + timedelta(seconds=1):
        return None
    started = errand.started_at
    if errand.state == Errand.State.RUNNING and started and started > moment - STUCK:
        return None
    errand.attempts += 1
    rows.update(
        Errand,
        {"id": pk},
        state=Errand.State.RUNNING,
        attempts=errand.attempts,
        started_at=moment,
    )
    return errand


def _failed(errand: Errand, error: Exception) -> None:
    """Only the kind of error is kept: its text may quote personal data."""
    last = errand.attempts >= MAX_ATTEMPTS
    wait = backoff(errand.attempts)
    with transaction.atomic():
        rows.update(
            Errand,
            {"id": errand.pk},
            state=Errand.State.FAILED if last else Errand.State.WAITING,
            due_at=now() + wait,
            last_error=type(error).__name__[:300],
        )
        if not last and not wait:
            wake([errand.pk])


def sweep(moment: Any) -> int:
    """Tick: nudge errands that are due, or that a dead worker left running. Returns how many."""
    due = list(
        Errand.objects.filter(state=Errand.State.WAITING, due_at__lte=moment)
        .order_by("due_at")
        .values_list("pk", flat=True)[:500]
    )
    due += list(
        Errand.objects.filter(
            state=Errand.State.RUNNING, started_at__lt=moment - STUCK
        ).values_list("pk", flat=True)[:500]
    )
    if due:
        with transaction.atomic():
            wake(due)
    return len(due)
