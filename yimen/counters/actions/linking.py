"""What came of a turn: the numbers of the cases that were handed in at the window."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.counters import perms, queries
from yimen.counters.actions.record import change
from yimen.counters.models import Ticket
from yimen.ledger.together import together
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Invalid

MOST = 50  # cases of one turn


@together()
def visit_sent(
    ticket: UUID, numbers: Sequence[str], matters: Sequence[str], *, by: Actor, at: datetime
) -> Ticket:
    """Put the cases on the ticket, whatever state it is in by now: a clerk may call the next and
    hand in the papers of the one before. A ticket without a matter has from here on the first of
    theirs, so that its times count there. Raises Invalid when it is not the actor's to serve."""
    row = Ticket.objects.select_for_update().filter(pk=ticket).first()
    body = queries.body_of(row.centre) if row else None
    if row is None or body is None or not perms.may_serve(by, body, row.street):
        text = _("没有这张号。请核对号码。")
        raise Invalid("ticket", text, (FieldError("ticket", text),))
    new = [number for number in numbers if number not in row.case_numbers]
    if not new or len(row.case_numbers) + len(new) > MOST:
        return row
    power = by.power_for(Can.INTAKE, body=body) or by.power_for(*perms.RUNS)
    return change(
        row, "case", by=by, at=at, power=power,
        case_numbers=[*row.case_numbers, *new],
        matter_code=row.matter_code or next(iter(matters), ""),
    )  # fmt: skip
