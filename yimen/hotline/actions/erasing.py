"""Calls of somebody who is erased belong to nobody any more; what was said of the outcome goes too.
That there was a call, and how it ended, stays as a number."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.hotline.models import LineCall, Transfer
from yimen.lib.actor import Actor
from yimen.people.retention import Keep

GONE = "—"


class Holder:
    """Calls and transfers, for whoever erases persons (people.retention)."""

    codes: tuple[str, ...] = ()

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        return []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        theirs = Transfer.objects.filter(request__case__applicant__in=parties)
        count = theirs.exclude(learned_at=None).update(outcome=GONE)
        calls = LineCall.objects.filter(number_of__in=parties)
        calls.filter(ended_at=None).update(draft={})
        return count + calls.update(number_of=None)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        mine = LineCall.objects.filter(number_of__in=parties).order_by("-rang_at")
        return {"calls": [{"at": c.rang_at, "outcome": c.outcome} for c in mine]}

    def due(self, code: str, *, before: datetime) -> int:
        return 0

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        return 0


HOLDER = Holder()
