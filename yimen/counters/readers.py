"""Identity cards at the ticket machine. A reader is a small service beside the machine that answers
`{"name": "...", "number": "..."}` (200), or nothing when no card lies on it (204). A scanner needs
no reader: it types the number like a keyboard.

What was read lives as long as the request: it is never logged and never put into an address.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from ipaddress import ip_address, ip_network

import requests
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yimen.lib.documents import check
from yimen.lib.errors import FieldError, Invalid
from yimen.lib.time import today

WAIT_S = 6.0  # for somebody to lay the card down and the reader to answer


@dataclass(frozen=True, slots=True)
class Card:
    """What a card says; `name` is empty when only the number was scanned. Never printed."""

    number: str = field(repr=False)
    name: str = field(default="", repr=False)
    birth: date | None = field(default=None, repr=False)


def machine(request: HttpRequest) -> str:
    """The address of the ticket machine that asks; empty for any other browser."""
    address = get_adapter().get_client_ip(request) or ""
    networks = [ip_network(text, strict=False) for text in settings.YIMEN_KIOSKS]
    try:
        here = ip_address(address)
    except ValueError:
        return ""
    return address if any(here in one for one in networks) else ""


def reader_of(address: str) -> str:
    """Where the reader beside this machine answers; empty when it has none."""
    return str(settings.YIMEN_CARD_READERS.get(address, "")) if address else ""


def scanned(typed: str) -> Card:
    """A number that was scanned or typed. Raises Invalid with what is wrong, without the number."""
    verdict = check("resident_id", typed, on=today())
    if not verdict.ok:
        first = verdict.problems[0]
        raise Invalid("card", str(first.message), (FieldError("card", str(first.message)),))
    return Card(verdict.number, birth=verdict.birth)


def read(address: str) -> Card:
    """Ask the machine's reader. Raises Invalid with a sentence when it gives no card."""
    where = reader_of(address)
    try:
        answer = requests.get(where, timeout=WAIT_S) if where else None
        said = answer.json() if answer is not None and answer.status_code == 200 else None
    except (requests.RequestException, ValueError):
        raise _no_card(_("读卡器没有回答。请直接取号，或到总服务台。")) from None
    if not isinstance(said, dict) or not said.get("number"):
        raise _no_card(_("没有读到证件。请把身份证平放在读卡区，再按一次。"))
    name = str(said.get("name", ""))[:50].strip()
    return replace(scanned(str(said["number"])), name=name)


def _no_card(text: str) -> Invalid:
    return Invalid("card", text, (FieldError("card", text),))
