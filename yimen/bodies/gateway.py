"""The name over every door and print, the number of the line, and who is its host (HLP-9)."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from yimen.bodies.models import Gateway
from yimen.ledger.editions import Kept


def _read(_all: str) -> dict[str, Gateway]:
    """The version in force of every street that has one."""
    newest = Gateway.objects.order_by("street", "-version").distinct("street")
    return {row.street: row for row in newest}


_kept: Kept[str, dict[str, Gateway]] = Kept("bodies", _read)


def of(street: str, *, ask: bool = True) -> Gateway | None:
    """What a street has set. Who belongs to no street reads that of the only one there is. Without
    `ask` it is what this process read last: the database is left alone."""
    known = (_kept("") if ask else _kept.last("")) or {}
    if street in ("", "0") and len(known) == 1:
        return next(iter(known.values()))
    return known.get(street)


def in_force(street: str, *, ask: bool = True) -> dict[str, Any]:
    """Name and number for pages and prints: of the street, else of the installation."""
    own: dict[str, Any] = settings.YIMEN_GATEWAY
    found = of(street, ask=ask)
    if found is None:
        return own
    names = {"zh": found.name, "en": found.name_en or found.name}
    return {**own, "name": names, "phone": found.number}


def number(street: str) -> str:
    """What people ring: the one number of the street, else that of the installation's help line."""
    found = of(street)
    return str(found.number if found else "") or str(settings.YIMEN_HELP_LINE["number"])


def sign(street: str) -> str:
    """Who signs a text message: the name that carriers registered, where the installation has one; else
    the centre's own, as it is called now."""
    registered = str(settings.YIMEN_SMS_GATEWAY.get("sign", ""))
    return registered or name(street)["zh"]


def name(street: str) -> dict[str, str]:
    """The name in both languages, for a print."""
    names: dict[str, str] = in_force(street)["name"]
    return names
