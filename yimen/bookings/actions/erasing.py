"""A booking of somebody who is erased belongs to nobody any more; its course stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.bookings.models import Booking
from yimen.lib.actor import Actor
from yimen.people.retention import Keep


class Holder:
    """Bookings, for whoever erases persons (people.retention). They hold no words of theirs."""

    codes: tuple[str, ...] = ()

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        return []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        return Booking.objects.filter(person__in=parties).update(person=None)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        mine = Booking.objects.filter(person__in=parties).order_by("-starts_at")
        return {"bookings": [{"number": b.code, "at": b.starts_at} for b in mine]}

    def due(self, code: str, *, before: datetime) -> int:
        return 0

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        return 0


HOLDER = Holder()
