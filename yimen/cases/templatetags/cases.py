"""`{% load cases %}`: due moments as people say them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template

from yimen.lib.time import local
from yimen.look.dates import cn_date, cn_datetime, short_datetime

register = template.Library()


def _whole_day(moment: Any) -> bool:
    """A term in days ends with its last day; the minute before midnight says nothing more."""
    return isinstance(moment, datetime) and f"{local(moment):%H:%M}" == "23:59"


@register.filter
def due(moment: Any) -> str:
    """`2026年11月23日`, with the time only where the term is in hours or minutes."""
    return cn_date(moment) if _whole_day(moment) else cn_datetime(moment)


@register.filter
def short_due(moment: Any) -> str:
    """The same for dense tables."""
    return short_datetime(local(moment).date()) if _whole_day(moment) else short_datetime(moment)
