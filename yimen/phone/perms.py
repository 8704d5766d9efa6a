"""Who sees calls and calls back, and who may tick one off."""

from __future__ import annotations

from yimen.lib.actor import Actor, Can
from yimen.phone.models import CallBack

SEES_ALL = (Can.COORDINATE, Can.DIRECT, Can.AUDIT)
WORKS_ALL = (Can.COORDINATE, Can.DIRECT)


def may_see(actor: Actor) -> bool:
    """Whoever sits at a counter, coordinates, directs or audits."""
    return actor.kind == "staff" and actor.can(Can.INTAKE, *SEES_ALL)


def may_work(actor: Actor, owed: CallBack) -> bool:
    """Those of the body that owes it, and who coordinates."""
    if actor.kind != "staff":
        return False
    if actor.street == owed.street and actor.can(*WORKS_ALL):
        return True
    return actor.can(Can.INTAKE, body=owed.body_id)
