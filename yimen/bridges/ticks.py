"""What time does to the bridges: the ledger is read, events are queued, silence is told."""

from __future__ import annotations

from datetime import datetime

from yimen.bridges.actions import emit, tell_silence


def events(now: datetime) -> int:
    """Queue what was recorded since the last time."""
    return emit(now)


def no_answer(now: datetime) -> int:
    """Tell bodies, once for each case, that their system has not answered in its days."""
    return tell_silence(now)
