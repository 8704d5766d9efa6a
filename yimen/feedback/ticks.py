"""What time does to follow-ups."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from yimen.feedback import actions, inviting, queries
from yimen.feedback.models import FollowUp
from yimen.feedback.queries import Rateable
from yimen.lib.actor import system
from yimen.lib.rounds import one_by_one


def follow_ups(moment: datetime) -> int:
    """Warn about every follow-up that is late, oldest first, until none is left."""
    total = 0
    while told := one_by_one("feedback.follow_ups", queries.due(moment), lambda f: _one(f, moment)):
        total += told
    return total


def _one(followup: FollowUp, moment: datetime) -> int:
    return actions.warn(followup.pk, by=system(followup.street, "feedback"), at=moment)


def invitations(moment: datetime) -> int:
    """Ask everybody whose contact has just ended how it was, each once."""
    return one_by_one("feedback.invitations", inviting.unasked(moment), lambda f: _ask(*f, moment))


def _ask(subject: Rateable, party: UUID, moment: datetime) -> int:
    by = system(subject.street, "feedback")
    return int(actions.invite(subject, party, by=by, at=moment))
