"""Drafts of a person go with the person. They have short terms of their own (`forget_drafts`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from yimen.intake.models import Draft
from yimen.lib.actor import Actor
from yimen.people.retention import Keep


def _about(names: set[str]) -> Iterator[UUID]:
    """Unsent drafts in which somebody is named. Sealed as they are, each is opened: they are few,
    and erasing a person is rare. What was sent keeps no answers."""
    unsent = Draft.objects.filter(sent_at=None).only("pk", "answers")
    for draft in unsent.iterator(chunk_size=500):
        if not names.isdisjoint({draft.answers.get("applicant"), draft.answers.get("present")}):
            yield draft.pk


class Holder:
    """Drafts, for whoever erases persons (people.retention)."""

    codes: tuple[str, ...] = ()

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        return []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        named = Q(pk__in=list(_about({str(party) for party in parties})))
        count, _detail = Draft.objects.filter(Q(account__party__in=parties) | named).delete()
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
