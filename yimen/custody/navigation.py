"""Where papers stand on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.custody import perms, queries
from yimen.lib.time import now
from yimen.look.navigation import Entry

DESK = [
    Entry(
        _("材料流转"),
        "custody:scan",
        key="l",
        when=perms.may_move,
        order=40,
        hint=_("扫码接收，移交材料，打印交接单"),
        figure=queries.unscanned_count,
    ),
    Entry(
        _("未扫码的材料"),
        "custody:overdue",
        when=perms.may_see,
        order=41,
        hint=_("发出后超过时限还没有扫码接收的"),
        figure=lambda actor: queries.overdue(actor, now()).count(),
        tone="watch",
        menu=False,
    ),
    Entry(
        _("寄递"),
        "custody:parcels",
        when=perms.may_move,
        order=42,
        hint=_("结果和原件的邮件到哪里了"),
        menu=False,
    ),
]
