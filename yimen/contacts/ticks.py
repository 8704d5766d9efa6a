"""What time does to questions. `(now) -> count`, oldest first, until none is left."""

from __future__ import annotations

from datetime import datetime

from yimen.contacts import actions, queries
from yimen.contacts.models import Enquiry
from yimen.lib.actor import system
from yimen.lib.rounds import one_by_one


def bounce(moment: datetime) -> int:
    """Bounce and urge what is due at `moment`. Returns how many steps were taken."""
    total = 0
    while steps := one_by_one("contacts.bounce", queries.due(moment), lambda e: _one(e, moment)):
        total += steps
    return total


def _one(enquiry: Enquiry, moment: datetime) -> int:
    return actions.bounce(enquiry.pk, by=system(enquiry.street, "contacts"), at=moment)
