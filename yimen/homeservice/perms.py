"""Who may do what with visits: pure predicates on the actor and the thing."""

from __future__ import annotations

from uuid import UUID

from yimen.homeservice.models import Visit
from yimen.lib.actor import Actor, Can

KEEPS = (Can.COORDINATE, Can.DIRECT)
GOES = (Can.INTAKE, Can.COORDINATE)
ASKS = (*KEEPS, Can.INTAKE)


def keeps(actor: Actor, body: UUID) -> bool:
    """Plan visits and routes, see requests and what became of them: assistant and director."""
    return actor.kind == "system" or actor.can(*KEEPS, body=body)


def may_take_down(actor: Actor, body: UUID) -> bool:
    """Write down what somebody asks for at the window or on the telephone."""
    return actor.kind == "system" or actor.can(*ASKS, body=body)


def owns(actor: Actor, visit: Visit) -> bool:
    """The person, by whichever of the own records, or who asked for the person online."""
    if actor.kind != "resident":
        return False
    mine = visit.person_id is not None and (
        visit.person_id == actor.party or visit.person_id in actor.records
    )
    return mine or (visit.asked_by_id is not None and visit.asked_by_id == actor.account)


def may_cancel(actor: Actor, visit: Visit) -> bool:
    return keeps(actor, visit.body_id) or owns(actor, visit)
