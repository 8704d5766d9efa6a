"""Who may. Whether somebody may see a certain file is for the house that owns it to say."""

from __future__ import annotations

from yimen.lib.actor import Actor


def may_store(actor: Actor) -> bool:
    """Anybody who is known, and the product itself (it prints)."""
    return actor.signed_in or actor.kind == "system"


def may_erase(actor: Actor) -> bool:
    return actor.signed_in or actor.kind == "system"
