"""Sentences of workforce that depend on a rule."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _


def broken_rule(why: str) -> str:
    """Why somebody cannot take a duty, and what to do."""
    rest = settings.YIMEN_REST
    if why == "between":
        told = _("和前后一个班之间不足 %(hours)d 小时休息。请另选一位或换一个班。")
        return told % {"hours": rest["between_hours"]}
    if why == "row":
        told = _("这样会连续上班超过 %(days)d 天。请另选一位。")
        return told % {"days": rest["days_in_row"]}
    if why == "week":
        told = _("这样一周会超过 %(hours)d 小时。请另选一位。")
        return told % {"hours": rest["week_hours"]}
    return _("这段时间已有安排（上班、培训或请假）。请另选一位或换一个班。")
