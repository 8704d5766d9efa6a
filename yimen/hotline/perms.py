"""Who works on the line: pure predicates."""

from __future__ import annotations

from yimen.lib.actor import Actor, Can

OPERATES = (Can.INTAKE, Can.COORDINATE, Can.DIRECT)
WATCHES = (*OPERATES, Can.SUPERVISE, Can.AUDIT)


def operates(actor: Actor) -> bool:
    """Takes calls, transfers, calls back: the counters of the street and who runs them."""
    return actor.kind == "staff" and bool(actor.street) and actor.can(*OPERATES)


def watches(actor: Actor) -> bool:
    """Reads the figures of the line."""
    return actor.kind == "staff" and bool(actor.street) and actor.can(*WATCHES)
