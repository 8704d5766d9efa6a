"""Who may connect systems and look after them: pure predicates."""

from __future__ import annotations

from yimen.bridges.models import Platform
from yimen.hotline import perms as line
from yimen.lib.actor import Actor, Can


def may_connect(actor: Actor) -> bool:
    """Connecting a system is an administrator's act."""
    return actor.can(Can.ADMIN)


def may_look(actor: Actor) -> bool:
    """What has no answer yet concerns the back offices and who coordinates them."""
    return actor.can(Can.ADMIN, Can.HANDLE, Can.HEAD, Can.COORDINATE, Can.DIRECT, Can.AUDIT)


def may_copy_out(actor: Actor) -> bool:
    """Writing another system's number on a case is for who works on cases."""
    return actor.can(Can.HANDLE, Can.DECIDE, Can.HEAD, Can.COORDINATE)


def may_send(actor: Actor, platform: Platform) -> bool:
    """The account of a platform speaks about its own orders."""
    return actor.account is not None and actor.account == platform.account_id


def may_type_in(actor: Actor, platform: Platform) -> bool:
    """Who works on the line types in what came on paper, or while the interface was down."""
    return may_work_orders(actor) and actor.street == platform.street


def may_work_orders(actor: Actor) -> bool:
    """Whoever works on the help line sorts, joins and returns orders."""
    return line.operates(actor)
