"""Where figures stand on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yimen.lib.actor import Actor
from yimen.look.navigation import Entry
from yimen.reports import perms, queries

CAP = 99


def undelivered(actor: Actor) -> int:
    """Decided cases without proof of receipt, counted to 99 and one more."""
    return queries.undelivered(actor).order_by().values("pk")[: CAP + 1].count()


DESK = [
    Entry(
        _("我的工作量"), "reports:my_work", when=lambda a: a.kind == "staff" and bool(a.bodies()),
        order=54, hint=_("本人每月办了多少，每个数字都能点开"),
    ),
    Entry(
        _("看板"), "reports:board", key="b", when=perms.sees_board, order=12,
        hint=_("在办、临期、逾期、未送达、未答复，按单位和人员；每个数字都能点开"),
    ),
    Entry(
        pgettext_lazy("count", "未送达"), "reports:undelivered", when=perms.sees_undelivered, order=45,
        hint=_("已经决定、还没有送达凭证的办件，每件都有负责人"), figure=undelivered,
    ),
]  # fmt: skip
