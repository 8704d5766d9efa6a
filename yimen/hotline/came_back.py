"""What became of a dispatch, also where the minute has not brought it yet: the state, why, when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from yimen.cases.models import Note
from yimen.hotline import queries, sending
from yimen.hotline.models import Dispatch, HelpRequest


def now_is(made: Dispatch) -> str:
    """The state of a dispatch with what the engine's task says since the last minute."""
    if made.task is None:
        return made.state
    here = made.task.body_id == made.body_id
    return sending.follows(made.state, made.task.state, here=here)


def how_it_ended(made: Dispatch) -> tuple[str, datetime | None]:
    """Why and when it ended, also where the minute has not brought it yet."""
    if made.task is None or not made.is_open:
        return made.reason, made.ended_at
    new = now_is(made) == Dispatch.State.RETURNED
    return queries.why_returned(made.task) if new else made.reason, made.task.ended_at


def with_last(rows: Iterable[HelpRequest]) -> list[HelpRequest]:
    """Requests of `to_dispatch`, each with who had it last in `sent_last` and why it came back in
    `why` of that: two queries for a list."""
    found = list(rows)
    leads = Dispatch.objects.filter(request__in=found, role=Dispatch.Role.LEAD)
    leads = leads.select_related("unit", "body", "task").order_by("number")
    last = {made.request_id: made for made in leads}
    new = [m.task_id for m in last.values() if m.is_open and m.task_id]
    said = Note.objects.filter(task__in=new, sort="reason").order_by("seq")
    words = dict(said.values_list("task", "body"))
    for row in found:
        made = last.get(row.pk)
        row.sent_last = made  # type: ignore[attr-defined]
        if made is not None:
            made.why = made.reason or words.get(made.task_id, "")  # type: ignore[attr-defined]
    return found
