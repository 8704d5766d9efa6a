"""A ticket of somebody who is erased belongs to nobody any more; its course stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.counters.models import Ticket
from yimen.lib.actor import Actor
from yimen.people.retention import Keep


class Holder:
    """Tickets, for whoever erases persons (people.retention). They hold no words of theirs."""

    codes: tuple[str, ...] = ()

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        return []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        return Ticket.objects.filter(person__in=parties).update(person=None)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        mine = Ticket.objects.filter(person__in=parties).order_by("-taken_at")
        return {"tickets": [{"number": t.number, "at": t.taken_at} for t in mine]}

    def due(self, code: str, *, before: datetime) -> int:
        return 0

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        return 0


HOLDER = Holder()
