"""Names of powers for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from yimen.lib.actor import Can

CANS: dict[Can, Any] = {
    Can.INTAKE: _("收件"),
    Can.HANDLE: _("办理"),
    Can.DECIDE: _("决定"),
    Can.HEAD: _("单位负责"),
    Can.DIRECT: _("主持中心"),
    Can.COORDINATE: _("统筹大厅和前后台交接"),
    Can.SUPERVISE: _("行风监督"),
    Can.AUDIT: _("审计"),
    Can.CATALOGUE: _("事项目录"),
    Can.CALENDAR: _("工作日历"),
    Can.ADMIN: _("系统管理"),
    Can.SERVE: _("承接派单"),
    Can.UNMASK: _("查看完整号码"),
}


def can_name(can: str) -> str:
    """The name of a power in the reader's language."""
    return str(CANS[Can(can)])
