"""Drafts of a person go with the person. They have short terms of their own (`forget_drafts`)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from yimen.intake.models import Draft
from yimen.lib.actor import Actor
from yimen.people.retention import Keep


class Holder:
    """Drafts, for whoever erases persons (people.retention)."""

    codes: tuple[str, ...] = ()

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        return []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        names = [str(party) for party in parties]
        about = Q(answers__applicant__in=names) | Q(answers__present__in=names)
        mine = Draft.objects.filter(Q(account__party__in=parties) | about)
        count, _detail = mine.delete()
        return count

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        """One's own drafts, as typed."""
        mine = Draft.objects.filter(account__party__in=parties, sent_at=None)
        return {
            "drafts": [
                {"begun_at": d.created_at, "matter": d.matter_code, "answers": d.answers}
                for d in mine.order_by("-created_at")
            ]
        }

    def due(self, code: str, *, before: datetime) -> int:
        return 0

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        return 0


HOLDER = Holder()
