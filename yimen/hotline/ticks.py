"""What time does on the line: dangers whose outcome nobody knows, answers that want a call back."""

from __future__ import annotations

from datetime import datetime

from yimen.hotline import actions, queries
from yimen.hotline.models import Transfer
from yimen.lib.actor import system
from yimen.lib.rounds import one_by_one


def transfers(moment: datetime) -> int:
    """Remind of every danger whose outcome is not known, at any hour."""
    due = Transfer.objects.filter(learned_at=None, ask_at__lte=moment).order_by("ask_at")
    return one_by_one(
        "hotline.transfers",
        due[:500],
        lambda t: actions.remind(t.pk, by=system(t.street, "hotline"), at=moment),
    )


def calls_back(moment: datetime) -> int:
    """Plan the call back of whatever was answered by another way than this house's page."""
    rows = queries.decided_uncalled().order_by("taken_at")
    return one_by_one("hotline.calls_back", rows[:500], lambda r: actions.plan(r.pk, at=moment))
