"""Work after the act: the paper of a ticket."""

from __future__ import annotations

import socket
from typing import Any

from django.conf import settings

from yimen.counters.models import Ticket
from yimen.lib.crypto import unseal
from yimen.lib.time import local
from yimen.printing.strips import strip

WAIT_S = 5.0


def paper(payload: dict[str, Any], *, key: str) -> None:
    """Print one ticket; raise when it should be tried again. A turn that is over needs no paper."""
    ticket = Ticket.objects.select_related("centre", "desk").get(pk=payload["ticket"])
    if ticket.state != Ticket.State.WAITING:
        return
    follow = unseal(payload["follow"], about=f"ticket:{ticket.pk}")
    host, _, port = settings.YIMEN_TICKET_PRINTERS[payload["printer"]].rpartition(":")
    with socket.create_connection((host, int(port)), timeout=WAIT_S) as line:
        line.sendall(bytes_of(ticket, follow))


def bytes_of(ticket: Ticket, follow: str) -> bytes:
    """What the printer gets: nobody's name, and no reason for an earlier turn."""
    return strip(
        ticket.centre.name,
        ticket.number,
        [ticket.desk.name, f"{local(ticket.taken_at):%Y-%m-%d %H:%M}"],
        follow,
        ["扫码看前面还有几人", "叫到三次没有人来就过号，当天可以恢复一次"],
    )
