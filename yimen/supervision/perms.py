"""Who may do what about visits: pure predicates on the actor and what the caller looked up."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from yimen.bodies.models import Body
from yimen.bodies.register import bodies_of
from yimen.lib.actor import Actor, Can
from yimen.supervision.models import Measure, Visit
from yimen.supervision.rules import Stand

BELOW = (
    Body.Sort.CENTRE, Body.Sort.BACK_OFFICE, Body.Sort.RESIDENTS_COMMITTEE, Body.Sort.UNIT,
)  # fmt: skip
RUNS = (Can.DIRECT, Can.HEAD)


def supervises(actor: Actor, street: str | None = None) -> bool:
    """A supervisor of conduct (of the street)."""
    if actor.kind != "staff" or not actor.can(Can.SUPERVISE):
        return False
    return street is None or actor.street == street


def stand(actor: Actor, street: str, family: Collection[UUID]) -> Stand:
    """Where an actor stands to a visit of a centre; `family` are its body, parts and leader. Who
    is inside is never somebody who watches, whatever else they may."""
    if actor.kind == "system":
        return Stand.WATCHES
    if actor.kind != "staff" or actor.street != street:
        return Stand.PUBLIC
    if actor.bodies() & set(family):
        return Stand.INSIDE
    return Stand.WATCHES if actor.can(Can.SUPERVISE, Can.AUDIT) else Stand.PUBLIC


def above_centres(actor: Actor, *cans: Can) -> bool:
    """Holds a power in a body that is no centre, no back office and no committee: it could be asked
    to handle complaints or to decide who is commended. From memory, no query."""
    mine = bodies_of(actor.bodies(*cans), actor.street).values()
    return any(body.sort not in BELOW for body in mine)


def reads(actor: Actor) -> bool:
    """Staff with a seat; which visits, `queries.visible_to` says."""
    return actor.kind == "staff" and bool(actor.powers)


def may_score(actor: Actor, visit: Visit) -> bool:
    """The supervisor who was sent."""
    return supervises(actor, visit.street) and visit.supervisor_id == actor.account


def may_object(actor: Actor, visit: Visit) -> bool:
    """Who runs the centre visited, or the centre that it is a part of."""
    return bool(actor.bodies(*RUNS) & {visit.body_id, visit.body.parent_id})


def may_answer(actor: Actor, visit: Visit, others: Collection[UUID]) -> bool:
    """The supervisors' body; not who gave the score, where it has another member."""
    if not supervises(actor, visit.street):
        return False
    return actor.account != visit.supervisor_id or not set(others) - {visit.supervisor_id}


def may_report(actor: Actor, measure: Measure) -> bool:
    """Whose measure it is, or who runs the centre."""
    return actor.account == measure.owner_id or may_object(actor, measure.score.visit)
