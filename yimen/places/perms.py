"""Who may change what places are."""

from __future__ import annotations

from yimen.lib.actor import Actor, Can


def may_manage(actor: Actor) -> bool:
    """The system itself (loaders) and administrators."""
    return actor.kind == "system" or actor.can(Can.ADMIN)


def may_name(actor: Actor, street: str) -> bool:
    """Who runs the centre of the street, or administers it, may give it another name."""
    if actor.kind == "system":
        return True
    return actor.can(Can.ADMIN, Can.DIRECT) and actor.street == street
