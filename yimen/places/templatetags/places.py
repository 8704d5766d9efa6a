"""`{% load places %}`: opening hours in words."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext as _

from yimen.look.language import pick

register = template.Library()


@register.simple_tag
def hours(intervals: Sequence[Sequence[str]] | str) -> str:
    """`08:30–16:30`, several intervals with a comma between them."""
    if not intervals:
        return _("不开放")
    return _("，").join(f"{begin}–{end}" for begin, end in intervals)


@register.simple_tag
def both(zh: str, en: str) -> str:
    """The one of two texts that fits the reader's language."""
    return pick({"zh": zh, "en": en})
