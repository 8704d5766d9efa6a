"""Who is erased wants no announcements any more: the wish goes with the person. That texts were
agreed to and ended stays in the ledger, without a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.lib.actor import Actor
from yimen.notices.models import Agreement
from yimen.people.retention import Keep


class Holder:
    """Agreements to text messages, for whoever erases persons (people.retention)."""

    codes: tuple[str, ...] = ()

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        return []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        return Agreement.objects.filter(party__in=parties).delete()[0]

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        mine = Agreement.objects.filter(party__in=parties).order_by("agreed_at")
        return {"announcement_texts": [{"since": a.agreed_at, "until": a.ended_at} for a in mine]}

    def due(self, code: str, *, before: datetime) -> int:
        return 0

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        return 0


HOLDER = Holder()
