"""What an answer means for one request: was its first contact in time, is its caller asked back?"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from yimen.cases.actions import perform
from yimen.cases.dossier import Dossier
from yimen.hotline import rules
from yimen.hotline.actions.record import write
from yimen.hotline.models import HelpRequest
from yimen.lib.actor import Actor, system
from yimen.lib.time import local


def answered(held: HelpRequest, d: Dossier, *, by: Actor, at: datetime) -> None:
    """An answer is there; `held` is locked."""
    if held.contacted_in_time is None:
        held.contacted_in_time = _contacted_in_time(d)
    shares = settings.YIMEN_CALL_BACK_SHARES
    drawn = rules.is_called_back(d.case.number, held.sort, d.case.round, shares)
    held.left_out = not drawn and not held.transfers.exists()  # a danger is always asked about
    due = rules.waking(local(at), call_back_hours())
    held.call_back_at, held.tries = None if held.left_out else due, 0
    held.save(update_fields=["contacted_in_time", "left_out", "call_back_at", "tries"])
    write(d.case, "answered", by=by, at=at, in_time=held.contacted_in_time, left_out=held.left_out)
    if held.left_out:
        line = system(d.case.street, "hotline")
        perform(d.case.number, "deliver", by=line, at=at, way="electronic")
        perform(d.case.number, "confirm", by=line, at=at, proof="told")


def call_back_hours() -> tuple[int, int]:
    """From which hour of the day until which callers are rung up about the result."""
    found: tuple[int, int] = settings.YIMEN_CALL_BACK_HOURS
    return found


def _contacted_in_time(d: Dossier) -> bool:
    """Was the first contact within its own limit?"""
    ends = [(t.ended_at, t.due_at) for t in d.tasks if t.key == "contact"]
    return bool(ends) and all(
        ended is not None and (due is None or ended <= due) for ended, due in ends
    )
