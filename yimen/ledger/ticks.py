"""What time does to the ledger: a root each night, errands that were left, a sign of life."""

from __future__ import annotations

from datetime import datetime

from yimen.ledger import jobs
from yimen.ledger.actions import beat
from yimen.ledger.roots import fold_roots


def roots(now: datetime) -> int:
    """Fold the day's heads (just after midnight)."""
    return fold_roots()


def errands(now: datetime) -> int:
    """Nudge errands that are due or stuck."""
    return jobs.sweep(now)


def heartbeat(now: datetime) -> int:
    """Prove that the worker is alive."""
    beat("worker")
    return 1
