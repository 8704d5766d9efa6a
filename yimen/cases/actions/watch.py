"""What time does to a case: lights go on, people are told, and it is on record who was told.

The ladder (AFF-13): near due the handler, overdue the head of the body, one working day late the
centre's director, three days late the supervisors; then everybody again each week.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.bodies.queries import holders_in, holders_of
from yimen.cases import perms, reckoning
from yimen.cases.actions.verb import OPEN, no, verb
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.models import Task, Term, Warning
from yimen.cases.perms import NO
from yimen.lib.actor import Actor, Can
from yimen.lib.ids import new_id
from yimen.lib.time import local

YELLOW, RED, DIRECTOR, SUPERVISORS = 1, 2, 3, 4
Clock = Task | Term


@verb("warn", stages=OPEN, may=lambda *_a, **_k: NO, machine_only=True)
def warn(d: Dossier, ch: Changes, *, by: Actor, at: datetime, **_args: Any) -> None:
    """Send every warning that has come due, each clock's next rung only."""
    sent = 0
    for clock in list(due_clocks(d, ch, at)):
        rung = clock.warned + 1
        told = _tell(d, ch, clock, rung)
        ch.add(
            Warning(
                id=new_id(),
                street=d.case.street,
                case_id=d.case.pk,
                task=clock if isinstance(clock, Task) else None,
                term=clock if isinstance(clock, Term) else None,
                rung=rung,
                due_at=clock.due_at or at,
                warned_at=at,
                told=told,
            )
        )
        ch.set(clock, warned=rung)
        ch.data.setdefault("warned", []).append(
            {"clock": str(clock.pk), "rung": rung, "told": told}
        )
        sent += 1
    if not sent:
        raise no("nothing_due", _("没有需要警示的期限。"))


def due_clocks(d: Dossier, ch: Changes, at: datetime) -> Iterator[Clock]:
    """The running clocks whose next warning is due."""
    stopped = d.held
    for term in d.running_terms:
        if not (stopped and term.bearer == "body") and _ripe(term, ch, at):
            yield term
    for task in d.open_tasks:
        paused = any(h.task_id == task.pk for h in d.open_holds)
        own = task.share_n is not None and task.due_at is not None
        if own and not stopped and not paused and _ripe(task, ch, at):
            yield task


def _ripe(clock: Clock, ch: Changes, at: datetime) -> bool:
    assert clock.due_at is not None
    yellow = clock.yellow_at or clock.due_at
    moment = reckoning.rung_at(
        clock.warned, yellow, clock.due_at, ch.calendar, urgent=ch.d.kind.urgent
    )
    return moment <= at


def _tell(d: Dossier, ch: Changes, clock: Clock, rung: int) -> list[list[str]]:
    """Who is told at this rung; returns them as they go on record."""
    if isinstance(clock, Term) and clock.bearer == "resident":
        return _tell_resident(d, ch, clock, rung)
    body, handler = _bearer(d, clock)
    facts: dict[str, Any] = {"due": clock.due_at}
    kind = "case"
    if isinstance(clock, Task):
        kind, facts["task"] = "task", clock.name
    template = {YELLOW: f"{kind}.warning_yellow", RED: f"{kind}.warning_red"}.get(
        rung, "case.overdue" if rung == DIRECTOR else "case.escalated"
    )
    on = local(ch.at).date()
    accounts: list[UUID] = []
    if rung >= RED:
        accounts += holders_of(body, (Can.HEAD,), on)
    if rung >= DIRECTOR:
        accounts += holders_in(d.case.street, (Can.DIRECT,), on)
    if rung >= SUPERVISORS:
        accounts += holders_in(d.case.street, (Can.SUPERVISE,), on)
    told: list[list[str]] = []
    if handler is not None:
        accounts.insert(0, handler)
    else:
        ch.tell(template, facts=facts, to_body=body)
        told.append(["body", str(body)])
    for account in dict.fromkeys(accounts):
        ch.tell(template, facts=facts, to_account=account)
        told.append(["account", str(account)])
    return told


def _bearer(d: Dossier, clock: Clock) -> tuple[UUID, UUID | None]:
    """The body that must act, and its named handler where there is one."""
    if isinstance(clock, Task):
        return (clock.body_id if clock.signed_at else clock.owner_id), clock.assignee_id
    sort = {"accept": "accept", "deliver": "deliver"}.get(clock.name, "decide")
    task = d.open_task(sort)
    if task is not None:
        return task.body_id, task.assignee_id
    return d.case.lead_id, None


def _tell_resident(d: Dossier, ch: Changes, term: Term, rung: int) -> list[list[str]]:
    """A resident's own term: a reminder, and when it passed the counter hears of it."""
    if rung == YELLOW:
        facts = {"count": len(d.missing()), "due": local(term.due_at).date()}
        ch.tell("case.late_material_due", facts=facts, to_party=d.case.applicant_id)
        return [["party", str(d.case.applicant_id)]]
    task = d.open_task("accept")
    body = task.body_id if task else d.case.lead_id
    ch.tell("case.urged", facts={"due": term.due_at}, to_body=body)
    return [["body", str(body)]]


def _may_urge(by: Actor, d: Dossier, **_args: Any) -> Any:
    return perms.in_street(by, d, Can.DIRECT, Can.COORDINATE, Can.SUPERVISE)


@verb("urge", stages=OPEN, may=_may_urge)
def urge(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    task: Any = "",
    **_args: Any,
) -> None:
    """A director or supervisor urges (催办): whoever has an open task is told, on record."""
    tasks = [t for t in d.open_tasks if not task or str(t.pk) == str(task)]
    told = []
    for work in tasks:
        to: dict[str, Any] = (
            {"to_account": work.assignee_id} if work.assignee_id else {"to_body": work.body_id}
        )
        ch.tell("case.urged", facts={"due": work.due_at or d.case.due_at or at}, **to)
        told.append(["body", str(work.body_id)])
    ch.note("urging", reason)
    ch.data["urged"] = told
