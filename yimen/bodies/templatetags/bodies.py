"""`{% load bodies %}`: bodies, seats and powers in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.translation import gettext as _

from yimen.bodies import fields
from yimen.bodies.words import can_name
from yimen.look.language import pick

register = template.Library()


@register.filter
def body_name(body: Any) -> str:
    """The name of a body, or a dash."""
    return pick({"zh": body.name, "en": body.name_en}) if body else "—"


@register.filter
def seat_title(seat: Any) -> str:
    return pick({"zh": seat.title, "en": seat.title_en})


@register.filter
def powers(cans: Iterable[str]) -> str:
    """Powers by name."""
    return _("、").join(can_name(can) for can in cans) or "—"


@register.filter
def affairs(key: str) -> str:
    """A field of affairs by name."""
    return fields.name(key) if key else ""


@register.filter
def person(account: Any) -> str:
    """Whose account: the person's name, else the user name."""
    return str(account.party.name if account.party else account.username)
