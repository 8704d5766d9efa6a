"""Who may do what in the hall: pure predicates on the actor and the centre's body."""

from __future__ import annotations

from uuid import UUID

from yimen.lib.actor import Actor, Can

RUNS = (Can.DIRECT, Can.COORDINATE)


def may_serve(actor: Actor, body: UUID, street: str) -> bool:
    """Work a window of the centre: its counter staff; who runs the hall may for every window."""
    return actor.can(Can.INTAKE, body=body) or runs(actor, street)


def runs(actor: Actor, street: str) -> bool:
    """The director, the executive deputy, the assistant who owns the hall (AFF-17)."""
    return actor.street == street and actor.can(*RUNS)


def in_hall(actor: Actor) -> bool:
    """Somebody who has to do with any hall: for the menu."""
    return actor.can(Can.INTAKE, *RUNS)


def watches(actor: Actor, street: str) -> bool:
    """Read the hall's figures and every ticket of the street."""
    return actor.street == street and actor.can(*RUNS, Can.SUPERVISE, Can.AUDIT, Can.ADMIN)


def watches_any(actor: Actor) -> bool:
    """For the menu: somebody who reads the figures of the halls."""
    return actor.kind == "staff" and watches(actor, actor.street)


def may_set_up(actor: Actor, street: str) -> bool:
    """Desks and windows: who runs the hall, and administrators."""
    return actor.kind == "system" or runs(actor, street) or (
        actor.street == street and actor.can(Can.ADMIN)
    )  # fmt: skip
