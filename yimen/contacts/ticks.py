"""What time does to questions. `(now) -> count`, oldest first, until none is left."""

from __future__ import annotations

import logging
from datetime import datetime

from yimen.contacts import actions, queries
from yimen.contacts.models import Enquiry
from yimen.lib.actor import system

log = logging.getLogger(__name__)


def bounce(moment: datetime) -> int:
    """Bounce and urge what is due at `moment`. Returns how many steps were taken."""
    total = 0
    while True:
        steps = sum(_one(enquiry, moment) for enquiry in queries.due(moment))
        if not steps:
            return total
        total += steps


def _one(enquiry: Enquiry, moment: datetime) -> int:
    """One question by itself: what goes wrong with it must not stop the others."""
    try:
        return actions.bounce(enquiry.pk, by=system(enquiry.street, "contacts"), at=moment)
    except Exception:
        log.exception("contacts.bounce failed for %s", enquiry.pk)
        return 0
