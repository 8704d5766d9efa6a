"""Questions and answers in words go; that somebody asked, whom and when, stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yimen.contacts.models import Enquiry, Words
from yimen.lib.actor import Actor
from yimen.people.retention import Keep


class Holder:
    """Questions, for whoever erases persons and keeps terms (people.retention)."""

    codes = ("enquiry",)

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        count = Enquiry.objects.filter(asker__in=parties, state=Enquiry.State.OPEN).count()
        sentence = _("有 %(n)d 条咨询还没有答复") % {"n": count}
        return [Keep("enquiry.open", sentence)] if count else []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        return self._forget(Words.objects.filter(enquiry__asker__in=parties), at)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        kept = Words.objects.filter(enquiry__asker__in=parties, erased_at=None).exclude(sort="note")
        rows = kept.select_related("enquiry").order_by("-written_at")
        return {
            "questions": [
                {"number": w.enquiry.number, "at": w.written_at, w.sort: w.body} for w in rows
            ]
        }

    def _forget(self, words: QuerySet[Words], at: datetime) -> int:
        return words.filter(erased_at=None).update(body="", salt="", erased_at=at)

    def _due(self, before: datetime) -> QuerySet[Words]:
        ended = Words.objects.exclude(enquiry__state=Enquiry.State.OPEN)
        return ended.filter(erased_at=None, written_at__lt=before)

    def due(self, code: str, *, before: datetime) -> int:
        return self._due(before).count()

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        oldest = self._due(before).order_by("written_at").values_list("pk", flat=True)[:limit]
        return self._forget(Words.objects.filter(pk__in=list(oldest)), at)


HOLDER = Holder()
