"""Somebody of the town is asked how it was."""

from __future__ import annotations

from yimen.cases.models import Case
from yimen.feedback import actions, queries
from yimen.feedback.models import Invitation
from yimen.lib import time
from yimen.lib.actor import system
from yimen.notices.links import key_of


def invited(case: Case) -> tuple[str, str]:
    """Code and key of an invitation to rate this case."""
    by = system(case.street, "feedback")
    actions.invite(queries.of_case(case), case.applicant_id, by=by, at=time.now())
    found = Invitation.objects.get()
    return found.code, key_of(found.path)
