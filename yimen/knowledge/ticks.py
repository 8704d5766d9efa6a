"""What time does to what is looked up: somebody has to look again whether it still holds."""

from __future__ import annotations

import logging
from datetime import datetime

from yimen.bodies.queries import streets_of
from yimen.knowledge import actions, articles
from yimen.lib.actor import Can, system

log = logging.getLogger(__name__)


def reviews(moment: datetime) -> int:
    """Remind the editors of every street, once a week. Returns how many were told."""
    count = 0
    for street in streets_of(Can.CATALOGUE, moment.date()):
        try:
            count += actions.tell_due(street, by=system(street, "knowledge"), at=moment)
        except Exception:
            log.exception("knowledge.reviews failed for %s", street)
    return count


def articles_due(moment: datetime) -> int:
    """Remind who reviewed an article that its day has come. Told once, however often this runs."""
    count = 0
    for one in articles.to_review(moment.date()):
        try:
            count += actions.remind(one, by=system(one.street, "knowledge"), at=moment)
        except Exception:
            log.exception("knowledge.articles failed for %s", one.pk)
    return count
