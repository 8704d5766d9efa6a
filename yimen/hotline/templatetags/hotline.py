"""`{% load hotline %}`: needs, rates and what callers said, in words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from yimen.hotline.kinds import said
from yimen.lib.masking import mask_name

register = template.Library()
SOLVED = {"yes": _("解决了"), "partly": _("部分解决"), "no": _("没有解决")}


@register.filter
def need(code: str) -> str:
    """The name of a need."""
    return said(code)


@register.filter
def solved(answer: str) -> str:
    return str(SOLVED.get(answer, ""))


@register.filter
def percent(share: float | None) -> str:
    """A share as percent; a dash where nobody was asked."""
    return "–" if share is None else f"{100 * share:.0f}%"


@register.filter
def masked_name(name: str) -> str:
    return mask_name(name)
