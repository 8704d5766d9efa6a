"""What raters wrote goes, with what was answered to it; the marks stay, they are nobody's."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yimen.feedback.models import FollowUp, Invitation, Publication, Rating, Reply, Unasked
from yimen.lib.actor import Actor
from yimen.people.retention import Keep

RUNNING = (FollowUp.State.OPEN, FollowUp.State.APPEALED)


class Holder:
    """Ratings, for whoever erases persons and keeps terms (people.retention)."""

    codes = ("rating",)

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        running = FollowUp.objects.filter(
            rating__case__applicant__in=parties, state__in=RUNNING
        ).count()
        sentence = _("有 %(n)d 条差评还在回访整改") % {"n": running}
        return [Keep("rating.open", sentence)] if running else []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        Invitation.objects.filter(party__in=parties).delete()
        Unasked.objects.filter(party__in=parties).delete()
        return self._forget(Rating.objects.filter(case__applicant__in=parties, erased_at=None), at)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        given = Rating.objects.filter(case__applicant__in=parties).select_related("case")
        return {
            "ratings": [
                {"case": r.case.number if r.case else "", "at": r.at, "level": r.level,
                 "text": r.text}
                for r in given.order_by("-at")
            ]
        }  # fmt: skip

    def _forget(self, ratings: QuerySet[Rating], at: datetime) -> int:
        found = list(ratings.values_list("pk", flat=True))
        told = Publication.objects.filter(followup__rating__in=found)
        told.update(words="", answer="", why="", erased_at=at)
        Reply.objects.filter(followup__rating__in=found).update(text="", salt="")
        return Rating.objects.filter(pk__in=found).update(text="", salt="", erased_at=at)

    def _due(self, before: datetime) -> QuerySet[Rating]:
        ended = Rating.objects.filter(erased_at=None, at__lt=before)
        return ended.exclude(followup__state__in=RUNNING)

    def due(self, code: str, *, before: datetime) -> int:
        return self._due(before).count()

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        oldest = self._due(before).order_by("at").values_list("pk", flat=True)[:limit]
        return self._forget(Rating.objects.filter(pk__in=list(oldest)), at)


HOLDER = Holder()
