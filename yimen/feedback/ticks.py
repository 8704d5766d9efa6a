"""What time does to follow-ups."""

from __future__ import annotations

import logging
from datetime import datetime

from yimen.feedback import actions, queries
from yimen.feedback.models import FollowUp
from yimen.lib.actor import system

log = logging.getLogger(__name__)


def follow_ups(moment: datetime) -> int:
    """Warn about every follow-up that is late, oldest first, until none is left."""
    total = 0
    while True:
        warned = sum(_one(followup, moment) for followup in queries.due(moment))
        if not warned:
            return total
        total += warned


def _one(followup: FollowUp, moment: datetime) -> int:
    """One by itself: what goes wrong with it must not stop the others."""
    try:
        return actions.warn(followup.pk, by=system(followup.street, "feedback"), at=moment)
    except Exception:
        log.exception("feedback.follow_ups failed for %s", followup.pk)
        return 0
