"""Whose names must not stand in what is published about a contact: whoever asked and whoever worked
on it, and everybody of the rated body."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from yimen.bodies.queries import staff_of
from yimen.contacts.models import Enquiry
from yimen.feedback import visits
from yimen.feedback.models import FollowUp, Rating, Reply, Subject
from yimen.ledger.models import Entry
from yimen.people.models import Account
from yimen.people.queries import names_of


def names(followup: FollowUp) -> list[str]:
    """Their names, the longest first; in a handful of queries."""
    parties, stream = _of(followup.rating)
    acted = Entry.objects.filter(street=followup.street, stream=stream, account__isnull=False)
    ids = set(acted.values_list("account", flat=True))
    ids |= set(Reply.objects.filter(followup=followup).values_list("by", flat=True))
    accounts = [*Account.objects.filter(pk__in=ids).select_related("party")]
    accounts += staff_of(followup.body_id)
    found = {a.called for a in accounts} | set(names_of(p for p in parties if p).values())
    return sorted((name for name in found if name), key=len, reverse=True)


def _of(rating: Rating) -> tuple[list[UUID | None], str]:
    """Who is concerned, and the stream where the acts stand."""
    if rating.subject == Subject.CASE:
        case: Any = rating.case
        agent = case.mandate.agent_id if case.mandate else None
        return [case.applicant_id, case.presenter_id, agent], f"case:{case.number}"
    if rating.subject == Subject.ENQUIRY:
        asked = Enquiry.objects.filter(street=rating.street, number=rating.ref)
        return [*asked.values_list("asker", flat=True)], f"enquiry:{rating.ref}"
    found: tuple[list[UUID | None], str] = visits.rated().concerned(rating.ref)
    return found
