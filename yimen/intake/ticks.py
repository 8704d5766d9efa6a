"""What time does to intake: old idempotency keys are forgotten."""

from __future__ import annotations

from datetime import datetime

from yimen.intake.actions import forget_keys


def keys(now: datetime) -> int:
    """Idempotency keys are kept seven days."""
    return forget_keys(now)
