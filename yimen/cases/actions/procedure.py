"""How a case walks through its matter's procedure: which tasks open, which terms start.

Parts used by several verbs. Nothing here decides whether a verb may be done.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.bodies.queries import route
from yimen.bodies.register import counter_body, register
from yimen.cases.changes import Changes
from yimen.cases.dossier import DECIDE_STAGE, DELIVER_STAGE, Dossier
from yimen.cases.models import Obligation, Stage, Task, Term
from yimen.lib.ids import new_id
from yimen.lib.spans import Span
from yimen.lib.time import local
from yimen.matters.content import Task as TaskRule
from yimen.places.queries import points

ACCEPT = {"zh": "审核收件并决定是否受理", "en": "Check the submission and decide on acceptance"}
DECIDE = {"zh": "作出决定", "en": "Decide"}
DELIVER = {"zh": "送达结果", "en": "Deliver the result"}


def start_term(
    ch: Changes, name: str, span: Span, *, basis: str = "", bearer: str = "body", start: Any = None
) -> Term:
    """Begin a term; its due moment is reckoned at once."""
    term = Term(
        id=new_id(),
        street=ch.d.case.street,
        case_id=ch.d.case.pk,
        name=name,
        round=ch.d.case.round,
        basis=basis,
        unit=str(span.unit),
        length=span.n,
        bearer=bearer,
        started_at=start or ch.at,
    )
    ch.add(term)
    ch.reckon_term(term)
    return term


def end_term(ch: Changes, name: str, *, met: bool = True) -> None:
    """A running term was met, or lost its object."""
    term = ch.d.term(name)
    if term is not None:
        ch.set(term, **({"met_at": ch.at} if met else {"dropped_at": ch.at}))


def end_all_terms(ch: Changes) -> None:
    for term in list(ch.d.running_terms):
        ch.set(term, dropped_at=ch.at)


def owed(d: Dossier, sort: str, what: str, *, blocks: str, due_on: date | None) -> Obligation:
    return Obligation(
        id=new_id(),
        street=d.case.street,
        case_id=d.case.pk,
        sort=sort,
        what=what,
        blocks=blocks,
        due_on=due_on,
    )


def new_task(
    ch: Changes,
    *,
    key: str,
    sort: str,
    name: dict[str, str],
    body: UUID,
    owner: UUID,
    stage_no: int,
    share: Span | None = None,
    required: bool = True,
    silence: bool = False,
    attempt: int = 1,
    why: list[dict[str, str]] | None = None,
) -> Task:
    """Offer a task. Until `body` signs for it, `owner` answers for it."""
    task = Task(
        id=new_id(),
        street=ch.d.case.street,
        case_id=ch.d.case.pk,
        round=ch.d.case.round,
        stage_no=stage_no,
        key=key,
        sort=sort,
        name=name,
        body_id=body,
        owner_id=owner,
        required=required,
        silence_consents=silence,
        attempt=attempt,
        received_at=ch.d.case.received_at,
        offered_at=ch.at,
        share_n=share.n if share else None,
        share_unit=str(share.unit) if share else "",
        why=why or [],
    )
    ch.add(task)
    if share is not None:
        ch.reckon_task(task)
    return task


def finish_task(ch: Changes, task: Task, state: str = Task.State.FINISHED, **more: Any) -> None:
    signed = {"signed_at": ch.at} if task.signed_at is None and state == "finished" else {}
    ch.set(task, state=state, ended_at=ch.at, **signed, **more)


def cancel_open_tasks(ch: Changes) -> None:
    for task in ch.d.open_tasks:
        finish_task(ch, task, Task.State.CANCELLED)


def counter_id(ch: Changes, which: str) -> UUID:
    """The counter body of the accepting or the collecting centre."""
    return counter_body(points()[getattr(ch.d.case, f"{which}_id")]).pk


def open_acceptance(ch: Changes, routing: Any) -> Task:
    """Acceptance is a task too, of the centre that is responsible for it."""
    body = counter_id(ch, "accepting")
    owner = body if ch.d.case.mode == "direct" else counter_id(ch, "centre")
    task = new_task(
        ch,
        key="accept",
        sort="accept",
        name=ACCEPT,
        body=body,
        owner=owner,
        stage_no=0,
        why=[b.as_data() for b in routing.because],
    )
    if body != owner:
        ch.tell("task.offered", facts={"task": ACCEPT}, to_body=body)
    return task


def open_stage(ch: Changes, number: int) -> None:
    """Open the procedure's stage `number` (from 1), all its tasks in parallel; past the last one
    the decision is due."""
    stages = () if ch.d.content.on_the_spot else ch.d.content.procedure
    if number > len(stages):
        open_decision(ch)
        return
    rules = [t for t in stages[number - 1].tasks if t.sort != "decide"]
    for rule in rules:
        _open_task(ch, rule, number)
    if not any(t.required for t in rules):
        open_stage(ch, number + 1)


def _open_task(ch: Changes, rule: TaskRule, number: int) -> None:
    body, why = body_for(ch, rule.field, rule.body)
    share = ch.d.kind.span(rule.share, ch.d.case.round) if rule.share else None
    task = new_task(
        ch,
        key=rule.key,
        sort=rule.sort,
        name={"zh": rule.name.zh, "en": rule.name.en},
        body=body,
        owner=ch.d.case.lead_id,
        stage_no=number,
        share=share,
        required=rule.required,
        silence=rule.silence_consents,
        attempt=1 + _attempts(ch.d, rule.key, number),
        why=why,
    )
    ch.tell(
        "task.offered",
        facts={"task": task.name, "due": task.due_at or ch.d.case.due_at or ch.at},
        to_body=body,
    )


def _attempts(d: Dossier, key: str, number: int) -> int:
    """How often this task was there before in this round: a stage may open again."""
    same = (t for t in d.tasks if (t.round, t.stage_no, t.key) == (d.case.round, number, key))
    return max((t.attempt for t in same), default=0)


def body_for(ch: Changes, field: str, code: str) -> tuple[UUID, list[dict[str, str]]]:
    """The body that a task goes to, and the sentences that say why."""
    case = ch.d.case
    if code:
        body = register(case.street).codes.get(code)
        if body is not None and body.pk not in case.excluded_bodies:
            return body.pk, [{"code": "named", "body": str(body.pk)}]
    if not field or field == (ch.d.content.lead.field or ch.d.content.field):
        return case.lead_id, list(case.routing.get("because", []))
    routing = route(
        case.street,
        field=field,
        matter_code=ch.d.content.code,
        place=case.place,
        on=local(ch.at).date(),
        excluded=case.excluded_bodies,
    )
    return routing.main or routing.lead or case.lead_id, [b.as_data() for b in routing.because]


def open_decision(ch: Changes) -> Task:
    task = new_task(
        ch,
        key="decide",
        sort="decide",
        name=DECIDE,
        body=ch.d.case.lead_id,
        owner=ch.d.case.lead_id,
        stage_no=DECIDE_STAGE,
        why=list(ch.d.case.routing.get("because", [])),
    )
    ch.tell("task.ready_to_decide", to_body=ch.d.case.lead_id)
    return task


def open_delivery(ch: Changes) -> Task:
    """The centre that took the submission hands the answer over, in ten working days
    (Licence Law art. 44)."""
    body = counter_id(ch, "centre")
    start_term(ch, "deliver", ch.d.content.terms.deliver, basis=_("行政许可法第四十四条"))
    return new_task(
        ch,
        key="deliver",
        sort="deliver",
        name=DELIVER,
        body=body,
        owner=ch.d.case.lead_id,
        stage_no=DELIVER_STAGE,
    )


def advance(ch: Changes) -> None:
    """Open the next stage when every required task of the present one is done."""
    d = ch.d
    mine = [t for t in d.tasks if t.round == d.case.round and 1 <= t.stage_no < DECIDE_STAGE]
    if not mine or d.open_task("decide"):
        return
    number = max(t.stage_no for t in mine)
    if any(t.required and t.state in Task.OPEN for t in mine):
        return
    open_stage(ch, number + 1)


def close(ch: Changes, ending: str) -> None:
    """End the case: nothing stays open, no clock runs."""
    cancel_open_tasks(ch)
    end_all_terms(ch)
    for hold in ch.d.open_holds:
        ch.set(hold, until=ch.at)
    ch.case(stage=Stage.CLOSED, ending=ending, closed_at=ch.at)
