"""Who may do what in the directory: pure predicates on the actor and the row."""

from __future__ import annotations

from yimen.directory.models import Asking, Helper
from yimen.lib.actor import Actor, Can

KEEPS = (Can.DIRECT, Can.COORDINATE)
ASKS = (Can.DIRECT, Can.COORDINATE, Can.INTAKE)


def sees(actor: Actor) -> bool:
    """Units with their capacity and agreements: whoever works here."""
    return actor.kind == "system" or (actor.kind == "staff" and bool(actor.bodies()))


def keeps(actor: Actor, street: str) -> bool:
    """Services, units, vetting: who runs the centre or owns the hand-over."""
    return actor.kind == "system" or (actor.street == street and actor.can(*KEEPS))


def asks(actor: Actor, street: str) -> bool:
    """Ask a neighbour: who takes requests in."""
    return actor.street == street and actor.can(*ASKS)


def owns(actor: Actor, helper: Helper) -> bool:
    """The neighbour, by whichever of the own records."""
    if actor.party is None or helper.party_id is None:
        return False
    return helper.party_id == actor.party or helper.party_id in actor.records


def seats(actor: Actor, asking: Asking) -> list[str]:
    """As whom the actor was asked: `helper`, `second`, or not at all."""
    return [name for name, one in asking.seats.items() if owns(actor, one)]


def answers(actor: Actor, asking: Asking) -> bool:
    return bool(seats(actor, asking))


def worries(actor: Actor, asking: Asking) -> bool:
    """Say that somebody may be at risk: whoever helps, and whoever asked for the help."""
    return answers(actor, asking) or asks(actor, asking.street)
