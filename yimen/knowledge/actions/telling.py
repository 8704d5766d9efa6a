"""Editors are told what to look at again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from yimen.bodies.queries import holders_in
from yimen.knowledge import queries
from yimen.lib.actor import Actor, Can
from yimen.notices.actions import tell


@transaction.atomic
def tell_due(street: str, *, by: Actor, at: datetime) -> int:
    """How many texts are due for review, to each editor of the street once a week."""
    count = queries.due(at.date()).count()
    editors = holders_in(street, (Can.CATALOGUE,), at.date()) if count else []
    year, week, _day = at.isocalendar()
    for account in editors:
        tell(
            street=street, template="laws.review", facts={"count": count}, about="laws",
            key=f"laws.review:{year}-{week}:{account}", to_account=account, by=by, at=at,
        )  # fmt: skip
    return len(editors)
