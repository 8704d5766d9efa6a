"""Who may read and manage messages: predicates on the actor and a message."""

from __future__ import annotations

from yimen.lib.actor import Actor, Can
from yimen.notices.models import Message

MANAGERS = (Can.ADMIN, Can.DIRECT, Can.COORDINATE)


def may_mark_read(actor: Actor, message: Message) -> bool:
    """The recipient, or anybody who sits in the body that was told."""
    if message.to_account_id:
        return message.to_account_id == actor.account
    return bool(message.to_body_id) and message.to_body_id in actor.bodies()


def may_manage(actor: Actor) -> bool:
    """Resend, stop and post: who runs the house, not who handles cases."""
    return actor.kind == "system" or actor.can(*MANAGERS)


def may_see_errands(actor: Actor) -> bool:
    """The list of background work: technical and managerial."""
    return actor.can(Can.ADMIN, Can.DIRECT)


def may_write(actor: Actor) -> bool:
    """Draft an announcement: the counters too."""
    return may_manage(actor) or actor.can(Can.INTAKE)


def may_release(actor: Actor, street: str) -> bool:
    """Who runs a house of the street, whoever wrote it: their own or somebody else's."""
    return may_manage(actor) and (actor.kind == "system" or actor.street == street)
