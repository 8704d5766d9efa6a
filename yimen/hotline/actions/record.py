"""What the record keeps of a request beside the case's own entries: all that its figures need."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from yimen.cases.models import Case
from yimen.ledger.actions import record
from yimen.lib.actor import Actor

PREFIX = "help:"


def write(case: Case, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    """Codes, numbers and yes or no; never words, never a person."""
    record(street=case.street, stream=f"{PREFIX}{case.number}", act=act, by=by, at=at, data=data)
