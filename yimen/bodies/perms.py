"""Who may arrange bodies, seats and the matrix. Pure predicates."""

from __future__ import annotations

from yimen.bodies.models import Appointment, Body
from yimen.lib.actor import Actor, Can


def may_arrange(actor: Actor, street: str = "") -> bool:
    """Bodies, seats, appointments, matrix: administrators of the street, and the system."""
    if actor.kind == "system":
        return True
    return actor.can(Can.ADMIN) and (not street or actor.street in (street, "0"))


def may_read(actor: Actor) -> bool:
    """Who leads, guides and pays is open to everybody who works here."""
    return actor.kind == "system" or (actor.kind == "staff" and bool(actor.powers))


def may_cover(actor: Actor, appointment: Appointment) -> bool:
    """The holder for his own leave, the head of the body for its people, an administrator."""
    if actor.account is not None and actor.account == appointment.account_id:
        return True
    if actor.can(Can.HEAD, body=appointment.seat.body_id):
        return True
    if actor.can(Can.DIRECT, body=appointment.seat.body_id):
        return True
    return may_arrange(actor, appointment.seat.body.street)


def may_employ(actor: Actor, employer: Body) -> bool:
    """Contracts: the head of the body that employs, and administrators of its street. The
    executive deputy and the assistant do not (AFF-17, AFF-18)."""
    return actor.can(Can.HEAD, body=employer.pk) or may_arrange(actor, employer.street)
