"""Who sees which figures: pure predicates."""

from __future__ import annotations

from uuid import UUID

from yimen.lib.actor import Actor, Can

WHOLE_STREET = (Can.DIRECT, Can.COORDINATE, Can.SUPERVISE)
HANDS_OVER = (Can.INTAKE, Can.HANDLE, Can.DECIDE, Can.HEAD, Can.AUDIT, *WHOLE_STREET)


def sees_street(actor: Actor) -> bool:
    """All bodies of the street: who directs, coordinates or supervises."""
    return actor.kind == "staff" and actor.can(*WHOLE_STREET)


def sees_board(actor: Actor) -> bool:
    """The board is for those above and for heads of bodies."""
    return sees_street(actor) or (actor.kind == "staff" and actor.can(Can.HEAD))


def bodies_on_board(actor: Actor) -> frozenset[UUID] | None:
    """The bodies that a head answers for; None where all may be seen."""
    return None if sees_street(actor) else actor.bodies(Can.HEAD)


def may_urge(actor: Actor) -> bool:
    """Urging is for those above the bodies, as the act itself says."""
    return sees_street(actor)


def sees_undelivered(actor: Actor) -> bool:
    """Everybody who may have to hand something over."""
    return actor.kind == "staff" and actor.can(*HANDS_OVER)
