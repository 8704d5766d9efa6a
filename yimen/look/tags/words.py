"""Filters that turn values into words."""

from __future__ import annotations

from typing import Any

from django import template

from yimen.look import dates, language

register = template.Library()
register.filter("cn_date", dates.cn_date)
register.filter("cn_month", dates.cn_month)
register.filter("cn_quarter", dates.cn_quarter)
register.filter("cn_time", dates.cn_time)
register.filter("cn_datetime", dates.cn_datetime)
register.filter("cn_weekday", dates.cn_weekday)
register.filter("short_datetime", dates.short_datetime)
register.filter("working_days_left", dates.working_days_left)
register.filter("bilingual", language.pick)


@register.filter
def get(mapping: Any, key: Any) -> Any:
    """`{{ mapping|get:key }}`: a dictionary's value, or nothing."""
    return mapping.get(key, "") if hasattr(mapping, "get") else ""
