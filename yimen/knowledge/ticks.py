"""What time does to what is looked up: somebody has to look again whether it still holds."""

from __future__ import annotations

from datetime import datetime

from yimen.bodies.queries import streets_of
from yimen.knowledge import actions, articles
from yimen.lib.actor import Can, system
from yimen.lib.rounds import one_by_one


def reviews(moment: datetime) -> int:
    """Remind the editors of every street, once a week. Returns how many were told."""
    return one_by_one(
        "knowledge.reviews",
        streets_of(Can.CATALOGUE, moment.date()),
        lambda street: actions.tell_due(street, by=system(street, "knowledge"), at=moment),
    )


def articles_due(moment: datetime) -> int:
    """Remind who reviewed an article that its day has come. Told once, however often this runs."""
    return one_by_one(
        "knowledge.articles",
        articles.to_review(moment.date()),
        lambda one: actions.remind(one, by=system(one.street, "knowledge"), at=moment),
    )
