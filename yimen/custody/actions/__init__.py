"""Verbs of custody."""

from __future__ import annotations

from yimen.custody.actions.endings import (
    archive,
    forget_words,
    hand_over_result,
    report_lost,
    return_original,
)
from yimen.custody.actions.moves import Scan, mark_missing, scan, send
from yimen.custody.actions.parcels import order_parcel, parcel_event, set_tracking
from yimen.custody.actions.register import NewPaper, register_papers

__all__ = [
    "NewPaper",
    "Scan",
    "archive",
    "forget_words",
    "hand_over_result",
    "mark_missing",
    "order_parcel",
    "parcel_event",
    "register_papers",
    "report_lost",
    "return_original",
    "scan",
    "send",
    "set_tracking",
]
