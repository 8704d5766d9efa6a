"""What time does to the bridges: the ledger is read and events are queued."""

from __future__ import annotations

from datetime import datetime

from yimen.bridges.actions import emit


def events(now: datetime) -> int:
    """Queue what was recorded since the last time."""
    return emit(now)
