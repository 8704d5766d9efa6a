"""What time does to the catalogue's questions without an answer."""

from __future__ import annotations

import logging
from datetime import datetime

from yimen.bodies.queries import streets_of
from yimen.lib.actor import Can, system
from yimen.matters import actions

log = logging.getLogger(__name__)


def unanswered(moment: datetime) -> int:
    """On Mondays the editors get last week's list; old weeks go."""
    count = actions.forget_unanswered(at=moment)
    for street in streets_of(Can.CATALOGUE, moment.date()):
        try:
            count += actions.tell_unanswered(street, by=system(street, "matters"), at=moment)
        except Exception:
            log.exception("matters.unanswered failed for %s", street)
    return count
