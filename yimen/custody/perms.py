"""Who may see papers, move them, and answer for missing scans."""

from __future__ import annotations

from uuid import UUID

from yimen.custody.models import Parcel
from yimen.lib.actor import Actor, Can

HANDLERS = (Can.INTAKE, Can.HANDLE, Can.COORDINATE, Can.HEAD)
WATCHERS = (*HANDLERS, Can.DIRECT, Can.SUPERVISE, Can.AUDIT)


def may_see(actor: Actor) -> bool:
    """Staff with a seat that has to do with cases."""
    return actor.kind == "system" or actor.can(*WATCHERS)


def may_move(actor: Actor, body: UUID | None = None) -> bool:
    """Handle the papers that lie with a body (with any, when none is named)."""
    return actor.kind == "system" or actor.can(*HANDLERS, body=body)


def sees_whole_street(actor: Actor) -> bool:
    """The hand-over between front and back office has an owner; supervisors look on."""
    return actor.kind == "system" or actor.can(Can.COORDINATE, Can.DIRECT, Can.SUPERVISE, Can.AUDIT)


def own_bodies(actor: Actor) -> frozenset[UUID]:
    """The bodies for which the actor may move papers."""
    return actor.bodies(*HANDLERS)


def may_report(actor: Actor, parcel: Parcel) -> bool:
    """Number and state of a parcel: whoever works for the sender or ordered it, and its carrier."""
    ordered = actor.account is not None and parcel.created_by == actor.account
    return (
        may_move(actor, parcel.sender_id)
        or (ordered and may_move(actor))
        or carries(actor, parcel.street)
    )


def carries(actor: Actor, street: str) -> bool:
    """A carrier's own account reports on the parcels of its street; a unit of the help line carries
    none."""
    return (
        not actor.can(Can.SERVE)
        and actor.kind in ("machine", "partner")
        and actor.street in (street, "0")
    )
