"""What the hall prints by the press. Strip printers get their own bytes (`errands.bytes_of`)."""

from __future__ import annotations

from django.conf import settings

from yimen.counters import queries
from yimen.counters.models import Ticket
from yimen.lib.time import local, now
from yimen.printing import render
from yimen.printing.documents import Qr, Turn


def turn(ticket: Ticket, follow: str, lang: str, *, again: bool = False) -> bytes:
    """A ticket on a strip of 80 mm, as it stands now."""
    waits = ticket.state == Ticket.State.WAITING
    wait = queries.estimate(ticket, now()) if waits else None
    point, desk = ticket.centre, ticket.desk
    facts = Turn(
        number=ticket.number,
        issuer={"zh": point.name, "en": point.name_en or point.name},
        issued_at=local(ticket.taken_at),
        demo=settings.YIMEN_DEMO,
        desk={"zh": desk.name, "en": desk.name_en or desk.name},
        taken_at=local(ticket.taken_at),
        follow=Qr(follow),
        before=max(0, queries.position(ticket) - 1),
        low_min=wait.low_min if wait else None,
        high_min=wait.high_min if wait else None,
        again=again,
    )
    return render("turn", facts, lang)
