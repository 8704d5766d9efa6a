"""What time does to the bridges: the ledger is read, events are queued, silence is told."""

from __future__ import annotations

from datetime import datetime

from yimen.bridges.actions import answer_orders, emit, tell_silence, warn_orders


def events(now: datetime) -> int:
    """Queue what was recorded since the last time."""
    return emit(now)


def no_answer(now: datetime) -> int:
    """Tell bodies, once for each case, that their system has not answered in its days."""
    return tell_silence(now)


def answers(now: datetime) -> int:
    """Answers and calls back of orders are told to their platforms."""
    return answer_orders(now)


def order_clocks(now: datetime) -> int:
    """A platform's own clock is about to run out: the body is told once."""
    return warn_orders(now)
