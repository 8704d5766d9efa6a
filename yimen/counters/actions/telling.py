"""What follows a ticket: the message that it is nearly one's turn, and its paper."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from yimen.counters.models import Ticket
from yimen.ledger import actions as ledger
from yimen.ledger import rows
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.crypto import seal
from yimen.notices.actions import tell


@together()
def tell_nearly(ticket: UUID, *, by: Actor, at: datetime) -> bool:
    """ "Three before you", by text message and once. False when the turn has come meanwhile."""
    row = Ticket.objects.select_for_update().select_related("desk").filter(pk=ticket).first()
    if row is None or row.state != Ticket.State.WAITING or row.told_at or row.person_id is None:
        return False
    rows.update(Ticket, {"id": row.pk}, told_at=at)
    desk = {"zh": row.desk.name, "en": row.desk.name_en or row.desk.name}
    tell(
        street=row.street, template="hall.nearly_your_turn", about=row.stream,
        facts={"number": row.number, "desk": desk}, key=f"ticket:{row.pk}:near",
        to_party=row.person_id, channel="sms", by=by, at=at,
    )  # fmt: skip
    return True


def print_ticket(ticket: Ticket, *, printer: str, follow: str, at: datetime) -> None:
    """Queue the paper, in the act's transaction. A printer that is away never stops a ticket.
    `follow` is the secret address of the phone's page: it waits sealed."""
    ledger.queue(
        "counters.paper",
        street=ticket.street,
        key=str(ticket.pk),
        payload={
            "ticket": str(ticket.pk),
            "printer": printer,
            "follow": seal(follow, about=f"ticket:{ticket.pk}"),
        },
        at=at,
    )
