"""`{% load people %}`: mandates and disclosures in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _

from yimen.look.dates import cn_date
from yimen.people import rules
from yimen.people.models import Mandate

register = template.Library()


@register.simple_tag
def scope(codes: Sequence[str]) -> str:
    """Which matters a mandate is for."""
    if rules.ALL in codes:
        return _("全部事项")
    return _("、").join(codes)


@register.simple_tag
def mandate_state(mandate: Mandate, day: date) -> dict[str, Any]:
    """Whether a mandate holds today, in a word and a tone."""
    if mandate.revoked_at:
        return {"text": _("已终止"), "tone": "grey", "live": False}
    if mandate.valid_until and mandate.valid_until < day:
        return {"text": _("已到期"), "tone": "grey", "live": False}
    if mandate.valid_from > day:
        return {"text": _("未开始"), "tone": "blue", "live": True}
    return {"text": _("有效"), "tone": "green", "live": True}


@register.simple_tag
def field_name(field: str) -> str:
    if field.startswith("fact:"):
        return _("申请里的保密内容")
    return {"id_number": _("证件号码"), "phone": _("电话")}.get(field, field)


@register.simple_tag
def plain(value: Any) -> str:
    """A value of a compared line; a day as a day, nothing as a dash."""
    if isinstance(value, (date, datetime)):
        return str(cn_date(value))
    return str(value) if value else "—"
