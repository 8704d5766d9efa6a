"""What a platform was told about somebody goes with them; that it was told stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.bridges.models import OrderAnswer
from yimen.lib.actor import Actor
from yimen.people.retention import Keep


class Holder:
    """Answers to platforms, for whoever erases persons (people.retention)."""

    codes: tuple[str, ...] = ()

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        return []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        theirs = OrderAnswer.objects.filter(order__case__applicant__in=parties)
        return theirs.exclude(text="").update(text="")

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        mine = OrderAnswer.objects.filter(order__case__applicant__in=parties).order_by("made_at")
        return {"order_answers": [{"at": a.made_at, "text": a.text} for a in mine]}

    def due(self, code: str, *, before: datetime) -> int:
        return 0

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        return 0


HOLDER = Holder()
