"""Who may change what is looked up. Reading it is open to everybody."""

from __future__ import annotations

from yimen.lib.actor import Actor, Can


def may_edit(actor: Actor) -> bool:
    """Operators by command, and whoever keeps the catalogue."""
    return actor.kind == "system" or (actor.kind == "staff" and actor.can(Can.CATALOGUE))
