"""Who may do what with posts and rosters: pure predicates (AFF-17).

Three posts with different powers: the administrative assistant plans the roster and watches the
hall; the executive deputy and the director decide about swaps and leave; contracts and posts are
the director's alone (`bodies.perms.may_employ`).
"""

from __future__ import annotations

from uuid import UUID

from yimen.lib.actor import Actor, Can

PLANS = (Can.COORDINATE, Can.DIRECT)
SEES = (*PLANS, Can.HEAD, Can.SUPERVISE, Can.AUDIT, Can.ADMIN)


def works_here(actor: Actor) -> bool:
    """Staff with a seat: they have a roster of their own."""
    return actor.kind == "staff" and bool(actor.powers)


def sees_posts(actor: Actor) -> bool:
    """Posts against quota and contracts with their end: who runs the centre, heads, overseers."""
    return actor.kind == "staff" and actor.can(*SEES)


def sees_roster(actor: Actor, body: UUID | None, street: str) -> bool:
    """A place's roster hangs on its wall: everybody who works there, and who runs the street."""
    if actor.kind == "system":
        return True
    if actor.kind != "staff" or actor.street != street:
        return False
    return actor.can(*SEES) or (body is not None and body in actor.bodies())


def may_plan(actor: Actor, street: str) -> bool:
    """The assistant, the executive deputy, the director."""
    if actor.kind == "system":
        return True
    return actor.kind == "staff" and actor.street == street and actor.can(*PLANS)


def may_decide(actor: Actor, street: str) -> bool:
    """Swaps and leave: the executive deputy and the director."""
    return actor.kind == "staff" and actor.street == street and actor.can(Can.DIRECT)


def may_set_up(actor: Actor, body: UUID, street: str) -> bool:
    """Posts, shifts and what they need: the director, an administrator, a loader."""
    if actor.kind == "system":
        return True
    return actor.street == street and (actor.can(Can.HEAD, body=body) or actor.can(Can.ADMIN))


def checks_facilities(actor: Actor, body: UUID | None, street: str) -> bool:
    """Whoever works in the centre, and who plans there."""
    if may_plan(actor, street):
        return True
    return actor.kind == "staff" and body is not None and body in actor.bodies()
