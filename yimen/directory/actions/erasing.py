"""A neighbour who is erased offers nothing any more; what was helped stays as a number."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.directory.models import Helper
from yimen.lib.actor import Actor
from yimen.people.retention import Keep


class Holder:
    """Offers of help, for whoever erases persons (people.retention)."""

    codes: tuple[str, ...] = ()

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        return []

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        mine = Helper.objects.filter(party__in=parties)
        mine.filter(state__in=Helper.OPEN).update(state=Helper.State.ENDED, ended_at=at)
        return mine.update(party=None)

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        mine = Helper.objects.filter(party__in=parties).prefetch_related("askings")
        return {
            "help_offered": [
                {
                    "since": h.consented_at,
                    "state": h.state,
                    "services": h.services,
                    "times": h.times,
                    "helped": [a.when for a in h.askings.all() if a.state == "done"],
                }
                for h in mine
            ]
        }

    def due(self, code: str, *, before: datetime) -> int:
        return 0

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        return 0


HOLDER = Holder()
