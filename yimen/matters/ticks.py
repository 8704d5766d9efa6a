"""What time does to the catalogue's questions without an answer."""

from __future__ import annotations

from datetime import datetime

from yimen.bodies.queries import streets_of
from yimen.lib.actor import Can, system
from yimen.lib.rounds import one_by_one
from yimen.matters import actions


def unanswered(moment: datetime) -> int:
    """On Mondays the editors get last week's list; old weeks go."""
    return actions.forget_unanswered(at=moment) + one_by_one(
        "matters.unanswered",
        streets_of(Can.CATALOGUE, moment.date()),
        lambda street: actions.tell_unanswered(street, by=system(street, "matters"), at=moment),
    )
