"""What time does to intake: old idempotency keys and abandoned drafts are forgotten."""

from __future__ import annotations

from datetime import datetime

from yimen.intake.actions import forget_drafts, forget_keys


def keys(now: datetime) -> int:
    """Idempotency keys are kept seven days."""
    return forget_keys(now)


def drafts(now: datetime) -> int:
    """What nobody sends is not kept for ever."""
    return forget_drafts(now)
