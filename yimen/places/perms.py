"""Who may change what places are."""

from __future__ import annotations

from yimen.lib.actor import Actor, Can


def may_manage(actor: Actor) -> bool:
    """The system itself (loaders) and administrators."""
    return actor.kind == "system" or actor.can(Can.ADMIN)
