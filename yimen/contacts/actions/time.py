"""What time does to a question: it comes back to the first asked, and those above are told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.bodies.queries import centre_body, works_for
from yimen.contacts import queries, reckoning, rules
from yimen.contacts.actions.record import entry, question_of, save, tell_owner
from yimen.contacts.models import Enquiry, Handover, Rung
from yimen.contacts.rules import Due, Owner
from yimen.lib.actor import Actor

STEPS = 3  # an owner, then an offer, then an urging: never more at one moment


@transaction.atomic
def bounce(enquiry: UUID, *, by: Actor, at: datetime) -> int:
    """Do what is due for one question now; returns how many steps were taken.

    The row is read again under its lock: somebody may have answered since the sweep chose it.
    """
    found = Enquiry.objects.select_for_update(skip_locked=True).filter(pk=enquiry).first()
    taken = 0
    while found and found.is_open and taken < STEPS:
        offered = queries.offer_of(found)
        due = rules.what_is_due(question_of(found, offered), at)
        if due == Due.NOTHING:
            break
        if due == Due.OFFER_BOUNCES and offered:
            _offer_back(found, offered, by, at)
        elif due == Due.OWNER_BOUNCES:
            _owner_back(found, offered, by, at)
        else:
            _urge(found, offered, by, at)
        taken += 1
    return taken


def _offer_back(enquiry: Enquiry, offered: Handover, by: Actor, at: datetime) -> None:
    """Nobody signed: the offer ends; who offered it has owned the question all along."""
    _bounced(offered, at)
    save(enquiry, None)
    entry(enquiry, "bounced", by=by, at=at, handover=str(offered.pk), why="not_signed")
    owner = Owner(enquiry.owner_body_id, enquiry.owner_account_id)
    tell_owner(enquiry, "enquiry.bounced", f"bounced:{offered.pk}", owner, by=by, at=at)


def _owner_back(enquiry: Enquiry, offered: Handover | None, by: Actor, at: datetime) -> None:
    """Signed for and silent: back to the first asked, in one statement."""
    signed = (
        Handover.objects.filter(enquiry=enquiry, state=Handover.State.SIGNED)
        .order_by("-signed_at")
        .first()
    )
    for handover in (offered, signed):
        if handover:
            _bounced(handover, at)
    span = reckoning.to_answer(enquiry.street, at, Rung.DESK)
    enquiry.owner_body_id = enquiry.first_body_id
    enquiry.owner_account_id = _first_if_there(enquiry)
    enquiry.owned_since, enquiry.due_at = at, span.at
    enquiry.due_provisional = span.provisional
    save(enquiry, None, "owner_body", "owner_account", "owned_since", "due_at", "due_provisional")
    back = signed.pk if signed else None
    entry(enquiry, "bounced", by=by, at=at, handover=str(back), why="not_answered")
    first = Owner(enquiry.owner_body_id, enquiry.owner_account_id)
    tell_owner(enquiry, "enquiry.bounced", f"bounced:{back}:{at:%Y%m%d%H%M}", first, by=by, at=at)


def _first_if_there(enquiry: Enquiry) -> UUID | None:
    """The person asked first; only the body, when that person has left it."""
    account = enquiry.first_account_id
    return account if account and works_for(account, enquiry.first_body_id) else None


def _urge(enquiry: Enquiry, offered: Handover | None, by: Actor, at: datetime) -> None:
    """The first asked is silent: the body is told, from the second time the centre's director
    too, every working day until there is an answer."""
    enquiry.urged += 1
    owner = Owner(enquiry.owner_body_id, enquiry.owner_account_id)
    told = {owner, Owner(owner.body)}
    if enquiry.urged >= rules.ENOUGH_URGING:
        centre = centre_body(enquiry.centre_id)
        told |= {Owner(centre.pk)} if centre else set()
    for to in told:
        key = f"overdue:{enquiry.urged}:{to.account or to.body}"
        tell_owner(enquiry, "enquiry.overdue", key, to, by=by, at=at)
    span = reckoning.to_answer(enquiry.street, at, Rung.DESK)
    enquiry.due_at, enquiry.due_provisional = span.at, span.provisional
    save(enquiry, offered, "urged", "due_at", "due_provisional")
    names = sorted(str(to.account or to.body) for to in told)
    entry(enquiry, "urged", by=by, at=at, count=enquiry.urged, told=names)


def _bounced(handover: Handover, at: datetime) -> None:
    handover.state, handover.bounced_at = Handover.State.BOUNCED, at
    handover.save(update_fields=["state", "bounced_at"])
