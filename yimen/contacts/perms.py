"""Who may ask, answer, hand over and sign: predicates on the actor and a question."""

from __future__ import annotations

from datetime import datetime

from yimen.contacts.models import Enquiry, Handover
from yimen.contacts.rules import Owner, may_own
from yimen.lib.actor import Actor, Can

COORDINATORS = (Can.COORDINATE, Can.DIRECT)


def owner_of(enquiry: Enquiry) -> Owner:
    """Who answers for it."""
    return Owner(enquiry.owner_body_id, enquiry.owner_account_id)


def may_take(actor: Actor) -> bool:
    """Whoever sits anywhere can be asked, and is then the first asked."""
    return actor.kind == "staff" and bool(actor.bodies())


def may_work(actor: Actor, enquiry: Enquiry) -> bool:
    """Answer, hand over, close: the owner, the owner's colleagues, and who coordinates."""
    owner = owner_of(enquiry)
    if actor.kind != "staff":
        return False
    coordinates = actor.street == enquiry.street and actor.can(*COORDINATORS)
    return coordinates or may_own(owner.body, owner, actor.bodies(), actor.account)


def is_late(enquiry: Enquiry, moment: datetime) -> bool:
    """Open and past its term; who was told already is still late."""
    return enquiry.is_open and (enquiry.urged > 0 or enquiry.due_at <= moment)


def may_sign(actor: Actor, handover: Handover | None) -> bool:
    """The person it is offered to, that body's head in their place, or anybody of the body when
    no person is named."""
    if handover is None or actor.kind != "staff":
        return False
    if handover.from_body_id == handover.to_body_id and handover.from_account_id == actor.account:
        return False  # within a body: somebody else has to take it
    if handover.to_account_id is None:
        return handover.to_body_id in actor.bodies()
    return handover.to_account_id == actor.account or actor.can(Can.HEAD, body=handover.to_body_id)
