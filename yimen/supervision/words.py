"""Names of indicators (ranking.py), for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

INDICATORS: dict[str, Any] = {
    "served": _("办理人次"),
    "wait_min": _("平均等候（分钟，少为好）"),
    "good_percent": _("评价者中满意（%，不足十条不计分）"),
    "no_show_percent": _("过号（%，少为好）"),
    "visit_percent": _("行风检查得分率（%，本中心）"),
    "training_hours": _("培训（小时）"),
    "complaints": _("属实的投诉（件，本中心，少为好）"),
}
