"""Who may change the catalogue. Reading what is in force is open to everybody."""

from __future__ import annotations

from yimen.lib.actor import Actor, Can


def may_edit(actor: Actor, street: str = "") -> bool:
    """Loaders, and editors: of the city's catalogue, or of what their own street or its district
    added."""
    if actor.kind == "system":
        return True
    return actor.can(Can.CATALOGUE) and actor.street.startswith(street)
