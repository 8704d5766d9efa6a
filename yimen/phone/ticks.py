"""What time does to calls."""

from __future__ import annotations

from datetime import datetime

from yimen.phone import actions


def cut(moment: datetime) -> int:
    """Calls that a crash of the service left without an end get one. No call lasts an hour."""
    return actions.close_cut(before=moment - actions.CUT_AFTER, at=moment)
