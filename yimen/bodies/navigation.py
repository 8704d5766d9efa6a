"""What this house offers in the desk's navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.bodies.perms import may_read
from yimen.lib.actor import Can
from yimen.look.navigation import Entry

DESK = [
    Entry(
        _("请假代理"), "bodies:leave", when=may_read, order=60,
        hint=_("不在岗的日子由谁代理"),
    ),
    Entry(
        _("机构和席位"), "bodies:bodies", when=may_read, order=70,
        hint=_("谁领导、谁指导、谁出经费，哪一天由谁任职"),
    ),
    Entry(
        _("责任表"), "bodies:matrix", when=may_read, order=71,
        hint=_("哪个领域由谁牵头、主负责、配合、监督，为什么"),
    ),
    Entry(
        _("账号"), "bodies:accounts", can=(Can.ADMIN,), order=85,
        hint=_("建立、锁定账号，任命席位，重置两步验证"),
    ),
]  # fmt: skip
