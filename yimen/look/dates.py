"""Dates and times as people here write them: 2026年11月23日, or 23 November 2026."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.dates import MONTHS, MONTHS_3
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.lib.time import local
from yimen.look.language import is_english


def _moment(value: Any) -> date | datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return local(value) if value.tzinfo else value
    return value if isinstance(value, date) else None


def cn_date(value: Any) -> str:
    """The day in the reader's language; nothing for nothing."""
    day = _moment(value)
    if day is None:
        return ""
    if is_english():
        return f"{day.day} {MONTHS_3[day.month].title()} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


def cn_month(value: Any) -> str:
    """The month of a day: 2026年11月, or November 2026."""
    day = _moment(value)
    if day is None:
        return ""
    if is_english():
        return f"{MONTHS[day.month].title()} {day.year}"
    return f"{day.year}年{day.month}月"


def cn_quarter(value: Any) -> str:
    """The quarter of a day: 2026年第3季度, or third quarter of 2026 as Q3 2026."""
    day = _moment(value)
    if day is None:
        return ""
    n = (day.month + 2) // 3
    return f"Q{n} {day.year}" if is_english() else f"{day.year}年第{n}季度"


def cn_time(value: Any) -> str:
    moment = _moment(value)
    return f"{moment:%H:%M}" if isinstance(moment, datetime) else ""


def cn_datetime(value: Any) -> str:
    """Day and minute; a plain day stays a plain day."""
    moment = _moment(value)
    if not isinstance(moment, datetime):
        return cn_date(moment)
    return f"{cn_date(moment)} {moment:%H:%M}"


def short_datetime(value: Any) -> str:
    """For dense tables: 11-23 14:05, sorted by eye; a day alone has its year: 2026-11-23."""
    moment = _moment(value)
    if moment is None:
        return ""
    return f"{moment:%m-%d %H:%M}" if isinstance(moment, datetime) else f"{moment:%Y-%m-%d}"


def cn_weekday(value: Any) -> str:
    day = _moment(value)
    if day is None:
        return ""
    names = [
        _("星期一"),
        _("星期二"),
        _("星期三"),
        _("星期四"),
        _("星期五"),
        _("星期六"),
        _("星期日"),
    ]
    return names[day.weekday()]


def working_days_left(days: Any) -> str:
    """Words for a number of working days left (negative: overdue)."""
    if days is None or days == "":
        return ""
    n = int(days)
    if n == 0:
        return _("今天到期")
    if n > 0:
        return ngettext("还剩 %(n)d 个工作日", "还剩 %(n)d 个工作日", n) % {"n": n}
    return ngettext("已超 %(n)d 个工作日", "已超 %(n)d 个工作日", -n) % {"n": -n}
