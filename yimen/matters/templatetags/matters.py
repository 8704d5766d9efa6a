"""`{% load matters %}`: the catalogue's codes in words."""

from __future__ import annotations

from typing import Any

from django import template

from yimen.look.language import pick
from yimen.matters import phrases
from yimen.matters.content import Law

register = template.Library()
for _name in ("span", "validity", "papers", "need", "deliveries", "statutory", "extension"):
    register.filter(_name, getattr(phrases, _name))


@register.filter
def mode_words(code: str) -> Any:
    return phrases.MODE.get(code, code)


@register.filter
def handling_words(code: str) -> Any:
    return phrases.HANDLING.get(code, code)


@register.filter
def item_type_words(code: str) -> Any:
    return phrases.ITEM_TYPE.get(code, code)


@register.filter
def law_words(law: Law) -> str:
    return phrases.law(law)


@register.simple_tag
def both(zh: str, en: str) -> str:
    """The text in the reader's language, from two columns."""
    return pick({"zh": zh, "en": en})
