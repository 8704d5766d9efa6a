"""Verbs of custody."""

from __future__ import annotations

from yimen.custody.actions.endings import (
    archive,
    forget_words,
    hand_over_result,
    report_lost,
    return_original,
)
from yimen.custody.actions.moves import Scan, carry, mark_missing, scan, send
from yimen.custody.actions.parcels import order_parcel, parcel_event, set_tracking
from yimen.custody.actions.register import NewPaper, file_under, register_papers

__all__ = [
    "NewPaper",
    "Scan",
    "archive",
    "carry",
    "file_under",
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
