"""Words of complaints go when their term is over, or when who complained is erased."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yimen.lib.actor import Actor
from yimen.people.retention import Keep
from yimen.supervision.models import Complaint


class Holder:
    """Complaints, for whoever erases persons and keeps terms (people.retention)."""

    codes = ("complaint",)

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        count = Complaint.objects.filter(by_party__in=parties, answered_at=None).count()
        sentence = _("有 %(n)d 件投诉还没有答复") % {"n": count}
        return [Keep("complaint.open", sentence)] if count else []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        theirs = Complaint.objects.filter(by_party__in=parties)
        return self._forget(theirs.exclude(answered_at=None), at)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        kept = Complaint.objects.filter(by_party__in=parties, erased_at=None)
        return {
            "complaints": [
                {"number": c.number, "at": c.filed_at, "text": c.text, "answer": c.answer}
                for c in kept.order_by("-filed_at")
            ]
        }

    def _forget(self, rows: QuerySet[Complaint], at: datetime) -> int:
        whole = rows.filter(erased_at=None)
        return whole.update(text="", about="", answer="", salt="", by_party=None, erased_at=at)

    def _due(self, before: datetime) -> QuerySet[Complaint]:
        return Complaint.objects.filter(erased_at=None, answered_at__lt=before)

    def due(self, code: str, *, before: datetime) -> int:
        return self._due(before).count()

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        oldest = self._due(before).order_by("answered_at").values_list("pk", flat=True)[:limit]
        return self._forget(Complaint.objects.filter(pk__in=list(oldest)), at)


HOLDER = Holder()
