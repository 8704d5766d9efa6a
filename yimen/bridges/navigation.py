"""Where departments' systems stand on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.bridges import perms
from yimen.bridges.orders.queries import to_work_off
from yimen.lib.actor import Actor, Can
from yimen.look.navigation import Entry

LOOK_AFTER = (Can.ADMIN, Can.DECIDE, Can.HEAD, Can.COORDINATE, Can.DIRECT, Can.AUDIT)


def _looks_after(actor: Actor) -> bool:
    """Not at every counter: those who answer for an office or for the hand-over."""
    return actor.kind == "staff" and actor.can(*LOOK_AFTER)


DESK = [
    Entry(
        _("平台工单"), "bridges:orders", when=perms.may_work_orders, order=23,
        hint=_("12345 和城市运行平台转来的：两个编号，两个期限"), figure=to_work_off,
    ),
    Entry(
        _("部门系统"), "bridges:systems", when=_looks_after, order=75,
        hint=_("接入的部门自有系统，推送是否送到，要转录的和还没有答复的办件"),
    ),
]  # fmt: skip
