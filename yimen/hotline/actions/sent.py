"""What the verbs about dispatches share: the lock, the columns with their entry, the message."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.bodies.queries import holders_in, impartial
from yimen.cases.actions import perform
from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Task
from yimen.hotline import perms, queries
from yimen.hotline.models import Dispatch, HelpRequest
from yimen.ledger.actions import record
from yimen.lib.actor import Actor, system
from yimen.lib.errors import Unseen
from yimen.notices.actions import tell

WHO = "hotline"


def lock(number: str, by: Actor) -> tuple[HelpRequest, Dossier]:
    """A request that the actor may know of, under its lock and then that of its case: the order of
    every act on both, answers and calls back among them. A dispatch that points at a request takes
    hold of its row, so the case alone would not do. Dispatches need no lock of their own."""
    row = queries.visible_to(by).filter(case__number=number).first()
    if row is None:
        raise Unseen("request", _("没有这个求助。"))
    held = HelpRequest.objects.select_for_update().get(pk=row.pk)
    return held, load(number, lock=True)


def lock_dispatch(pk: UUID, by: Actor) -> tuple[Dispatch, Dossier]:
    """One dispatch under the lock of its case, with its request, unit and body."""
    found = Dispatch.objects.filter(pk=pk).values_list("request__case__number", flat=True).first()
    if found is None:
        raise Unseen("dispatch", _("没有这个派单。"))
    row, d = lock(found, by)
    made = Dispatch.objects.select_related("unit", "body", "task").get(pk=pk)
    made.request = row
    return made, d


def work_of(d: Dossier) -> list[Task]:
    """What is open of the procedure's own, the work itself before the first contact."""
    mine = [t for t in d.open_tasks if t.sort == "review" and t.required]
    return sorted(mine, key=lambda t: (t.key == "contact", t.key))


def put(made: Dispatch, act: str, *, by: Actor, at: datetime, **columns: Any) -> None:
    """Write these columns and their entry."""
    for name, value in columns.items():
        setattr(made, name, value)
    made.save(update_fields=list(columns))
    write_down(made, act, by=by, at=at)


def write_down(made: Dispatch, act: str, *, by: Actor, at: datetime) -> None:
    """Codes and identifiers; no word of anybody."""
    record(
        street=made.street, stream=made.stream, act=act, by=by, at=at,
        data={
            "request": str(made.request_id), "round": made.round, "role": made.role,
            "unit": str(made.unit_id or "") or None, "body": str(made.body_id or "") or None,
            "state": made.state, "final": made.final, "price": str(made.price_id or "") or None,
        },
    )  # fmt: skip


def give_back(made: Dispatch, d: Dossier, reason: str, at: datetime) -> None:
    """What lies with the body that was sent goes back to the one in charge; there it stays."""
    if made.body_id is None or made.body_id == d.case.lead_id:
        return
    line = system(d.case.street, WHO)
    lead = d.case.lead.code
    for task in [t for t in d.open_tasks if t.body_id == made.body_id and t.sort == "review"]:
        if task.required != (made.role == Dispatch.Role.LEAD):
            continue
        if made.final:
            more: dict[str, Any] = {"body": lead, "reason": reason}
            perform(d.case.number, "offer", by=line, at=at, task=str(task.pk), **more)
        else:
            perform(d.case.number, "return", by=line, at=at, task=str(task.pk), reason=reason)


def tell_back(made: Dispatch, *, at: datetime) -> None:
    """Whoever sent is told that it came back; where the matrix did, whoever works on the line.
    Never somebody who is complained of."""
    case = made.request.case
    told = [made.by_id] if made.by_id else holders_in(made.street, perms.OPERATES, at.date())
    for account in impartial(told, case.excluded_bodies, at.date()):
        tell(
            street=made.street, template="line.came_back", about=case.number,
            facts={"number": case.number, "since": made.at},
            key=f"{made.stream}:{account}", to_account=account, by=system(made.street, WHO), at=at,
        )  # fmt: skip
