"""Who may do what to a case. Each returns the power acted by, or None.

`By` is True for acts that a resident does as applicant, who needs no seat.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from yimen.bodies.register import bodies_of
from yimen.cases.dossier import Dossier
from yimen.cases.models import Task
from yimen.lib.actor import Actor, Can, Power
from yimen.lib.time import today
from yimen.people.queries import mandates_of_agent, records_of_actor

STREET_WIDE = (Can.DIRECT, Can.COORDINATE, Can.SUPERVISE, Can.AUDIT)
WORKING = (Can.HANDLE, Can.DECIDE, Can.HEAD)


@dataclass(frozen=True)
class Leave:
    """The answer of a permission: allowed or not, and by which power (None for one's own right)."""

    ok: bool
    power: Power | None = None


NO = Leave(False)


def sees(actor: Actor, d: Dossier) -> bool:
    """May the actor know of this case? The same answer as `queries.visible_to` gives for lists, from
    rows that are at hand; a test holds the two together."""
    if actor.kind == "system":
        return True
    if not actor.signed_in or excluded(actor, d):
        return False
    case = d.case
    if is_applicant(actor, d).ok or (case.street == actor.street and actor.can(*STREET_WIDE)):
        return True
    offices = actor.bodies(*WORKING)
    if case.lead_id in offices or any(t.body_id in offices for t in d.tasks):
        return True
    counters = bodies_of(actor.bodies(Can.INTAKE), actor.street).values()
    if counters and d.kind.every_counter and case.street == actor.street:
        return True
    return bool({case.centre_id, case.accepting_id} & {b.service_point_id for b in counters})


def reaches(actor: Actor, d: Dossier) -> bool:
    """May the actor act on the case at all? Whoever sees it; and a partner unit, which sees no case,
    on what lies with it for as long as it lies there."""
    if sees(actor, d):
        return True
    return not excluded(actor, d) and any(serves(actor, task).ok for task in d.open_tasks)


def excluded(actor: Actor, d: Dossier) -> bool:
    """Whoever is complained of, body or person, never sees or touches the case (GOV-3)."""
    return bool(set(d.case.excluded_bodies) & actor.sides())


def by_power(actor: Actor, cans: Iterable[Can], bodies: Iterable[UUID]) -> Leave:
    """Any of the powers `cans` of one of the `bodies`; one's own seat before a deputy's."""
    wanted, of = set(cans), set(bodies)
    found = [p for p in actor.powers if p.can in wanted and p.body in of]
    power = min(found, key=lambda p: (p.deputy, str(p.appointment)), default=None)
    return Leave(power is not None, power)


def in_street(actor: Actor, d: Dossier, *cans: Can) -> Leave:
    """A power held over the whole street of the case (director, coordinator)."""
    if actor.street != d.case.street:
        return NO
    power = actor.power_for(*cans)
    return Leave(power is not None, power)


def may_work(actor: Actor, task: Task) -> Leave:
    """Work a task: the body it is offered to; what is handed over at a counter, its clerks."""
    cans = [Can.HANDLE, Can.DECIDE, Can.HEAD]
    if task.sort in ("accept", "deliver", "decide"):
        cans.append(Can.INTAKE)
    return by_power(actor, cans, [task.body_id])


def serves(actor: Actor, task: Task) -> Leave:
    """A partner unit's own part of the procedure: never acceptance, decision or delivery."""
    if actor.kind != "partner" or task.sort != "review":
        return NO
    return by_power(actor, [Can.SERVE], [task.body_id])


def may_decide(actor: Actor, d: Dossier, task: Task) -> Leave:
    """Decide as lead; a matter done on the spot is decided at the counter that took it."""
    cans = [Can.DECIDE, Can.HEAD]
    if d.content.on_the_spot:
        cans += [Can.INTAKE, Can.HANDLE]
    return by_power(actor, cans, [task.body_id])


def may_lead(actor: Actor, d: Dossier) -> Leave:
    """Steer the case: the lead body, the counter while it is not accepted, the coordinator."""
    cans = (Can.HANDLE, Can.DECIDE, Can.HEAD, Can.INTAKE)
    bodies = [d.case.lead_id, *(t.body_id for t in d.open_tasks if t.sort in COUNTER)]
    leave = by_power(actor, cans, bodies)
    return leave if leave.ok else in_street(actor, d, Can.COORDINATE)


COUNTER = ("accept", "deliver")


def may_extend(actor: Actor, d: Dossier) -> Leave:
    """One extension, approved by the head of the authority; a joint one by government, for which
    the centre's director acts (Licence Law art. 42)."""
    if d.content.terms.extension_approver == "government":
        return in_street(actor, d, Can.DIRECT)
    leave = by_power(actor, (Can.HEAD,), [d.case.lead_id])
    return leave if leave.ok else in_street(actor, d, Can.DIRECT)


def is_applicant(actor: Actor, d: Dossier) -> Leave:
    """The applicant, or who handed in for them under a mandate that still holds."""
    if actor.party is None:
        return NO
    mine = records_of_actor(actor)
    if d.case.applicant_id in mine or d.case.presenter_id not in mine:
        return Leave(d.case.applicant_id in mine)
    held = mandates_of_agent(actor.party, today())
    return Leave(held.filter(principal=d.case.applicant_id).exists())


def may_withdraw(actor: Actor, d: Dossier) -> Leave:
    """The applicant; or a counter that writes down what the applicant says there."""
    if is_applicant(actor, d).ok:
        return Leave(True)
    return counter(actor, d)


def counter(actor: Actor, d: Dossier) -> Leave:
    """Somebody who takes submissions: of either centre, or of any counter in the street."""
    return in_street(actor, d, Can.INTAKE, Can.COORDINATE)


def may_call_back(actor: Actor, d: Dossier) -> Leave:
    """Write down what the applicant says on being asked back: a counter of the street of which no
    body worked on it."""
    worked = {t.body_id for t in d.tasks if t.sort not in ("accept", "deliver")}
    if not d.kind.called_back or worked & actor.bodies():
        return NO
    return counter(actor, d)


def may_reassign(actor: Actor, d: Dossier, task: Task) -> Leave:
    """Offer a task to another body or person: its owner, its body, its head, the coordinator."""
    leave = by_power(
        actor, (Can.HANDLE, Can.DECIDE, Can.HEAD, Can.INTAKE), [task.owner_id, task.body_id]
    )
    return leave if leave.ok else in_street(actor, d, Can.COORDINATE, Can.DIRECT)
