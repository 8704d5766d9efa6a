"""Where departments' systems stand on the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yimen.bridges import perms
from yimen.look.navigation import Entry

DESK = [
    Entry(
        _("部门系统"), "bridges:systems", when=perms.may_look, order=75,
        hint=_("接入的部门自有系统，推送是否送到，要转录的和还没有答复的办件"),
    ),
]  # fmt: skip
