"""Who may do what with bookings: pure predicates on the actor and the resource."""

from __future__ import annotations

from uuid import UUID

from yimen.bookings.models import Booking, Resource
from yimen.lib.actor import Actor, Can

KEEPS = (Can.INTAKE, Can.DIRECT, Can.COORDINATE)
RUNS = (Can.DIRECT, Can.COORDINATE)


def keeps(actor: Actor, resource: Resource) -> bool:
    """Work with the bookings of a resource: the staff of the body whose it is."""
    return actor.kind == "system" or actor.can(*KEEPS, body=resource.body_id)


def runs(actor: Actor, resource: Resource) -> bool:
    """Set hours and places, close."""
    return actor.kind == "system" or actor.can(*RUNS, body=resource.body_id)


def owns(actor: Actor, person: UUID | None) -> bool:
    """The person, by whichever of the own records."""
    if actor.party is None or person is None:
        return False
    return person == actor.party or person in actor.records


def may_book(actor: Actor, resource: Resource, person: UUID) -> bool:
    """Staff for anybody; residents for themselves, where it is offered to them."""
    return keeps(actor, resource) or (resource.online and owns(actor, person))


def may_change(actor: Actor, booking: Booking) -> bool:
    return keeps(actor, booking.resource) or owns(actor, booking.person_id)
