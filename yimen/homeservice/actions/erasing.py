"""Visits of somebody who is erased belong to nobody any more; their course stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.homeservice.models import Visit
from yimen.lib.actor import Actor
from yimen.people.retention import Keep


class Holder:
    """Visits, for whoever erases persons (people.retention). They hold no words of theirs."""

    codes: tuple[str, ...] = ()

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        count = Visit.objects.filter(person__in=parties, state__in=Visit.OPEN).count()
        return [Keep("visit.open", _("有一次上门服务还没有结束"))] if count else []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        return Visit.objects.filter(person__in=parties).update(person=None)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        mine = Visit.objects.filter(person__in=parties).order_by("-asked_at")
        return {"home_visits": [{"number": v.number, "at": v.asked_at} for v in mine]}

    def due(self, code: str, *, before: datetime) -> int:
        return 0

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        return 0


HOLDER = Holder()
