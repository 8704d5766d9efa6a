"""The back offices' work: offer, sign, return, finish; posting and its objections."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.bodies.queries import works_for
from yimen.bodies.register import register
from yimen.cases import perms
from yimen.cases.actions.procedure import advance, finish_task, new_task
from yimen.cases.actions.verb import OPEN, need_reason, no, verb, wrong
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.models import Posting, Stage, Task
from yimen.cases.perms import NO, Leave
from yimen.cases.posting import problem as unfit_to_post
from yimen.lib.actor import Actor
from yimen.lib.ids import new_id
from yimen.lib.spans import Span, Unit
from yimen.lib.time import local
from yimen.people.models import Account

# the paper by which a person allows income and property to be checked; where a matter asks for it,
# no check is finished without it
AUTHORISATION = "check-authorisation"
ENGINE = ("accept", "decide", "deliver")
VERDICTS = ("agree", "object")
# a task whose place was settled after a dispute; one of somebody who only helps along
SETTLED = "settled"
ASSIST = "assist"
HELP_ALONG = {"zh": "协助办理", "en": "Help along"}


def pick(d: Dossier, by: Actor, task: Any) -> Task:
    """The open task that is meant: by id, or the only one that the actor's bodies have."""
    if task:
        found = d.task(task)
        if found is None:
            raise wrong("task", _("这个办件没有这项任务。"))
        if found.state not in Task.OPEN:
            raise no("task_over", _("这项任务已经结束，不能再办理。"))
        return found
    mine = [t for t in d.open_tasks if t.body_id in by.bodies() and t.sort not in ENGINE]
    mine = mine or [t for t in d.open_tasks if t.body_id in by.bodies()]
    if len(mine) != 1:
        raise wrong("task", _("请指明是哪一项任务。"))
    return mine[0]


def _may_work(by: Actor, d: Dossier, task: Any = "", **_args: Any) -> Leave:
    if task:
        found = d.task(task)
        return _may_do(by, found) if found else perms.may_lead(by, d)
    leaves = [_may_do(by, t) for t in d.open_tasks]
    return next((leave for leave in leaves if leave.ok), NO)


def _may_do(by: Actor, task: Task) -> Leave:
    """A body's own people; or those of a partner unit, who sign, return and finish and no more."""
    leave = perms.may_work(by, task)
    return leave if leave.ok else perms.serves(by, task)


def _may_offer(by: Actor, d: Dossier, task: Any = "", **_args: Any) -> Leave:
    if task:
        found = d.task(task)
        return perms.may_reassign(by, d, found) if found else perms.may_lead(by, d)
    leaves = [perms.may_reassign(by, d, t) for t in d.open_tasks]
    return next((leave for leave in leaves if leave.ok), NO)


@verb("offer", stages=OPEN, may=_may_offer)
def offer(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    task: Any = "",
    body: str = "",
    assignee: str = "",
    reason: str = "",
    final: bool = False,
    **_args: Any,
) -> None:
    """Hand a task to another body or to a named officer of it.

    Who offers keeps it until the other side has signed (first asked, AFF-3). With neither named
    nothing would change hands; to give a signed task back to one's own office, name that office.
    `final` settles a dispute: the house that judged it offers so, and it is not given on or back.
    """
    work = pick(d, by, task)
    if not body and not assignee:
        raise wrong("body", _("请选择交给哪个单位，或者交给哪一名同事。"))
    to = _body(d, body) if body else None
    to_id = to.pk if to else work.body_id
    if to is not None and to.pk in d.case.excluded_bodies:
        raise no("conflict", _("被投诉的单位不能经办这个办件。"))
    if by.kind != "system" and to_id != work.body_id:
        d.kind.check_offer(d.case.pk, to_id)
    if by.kind != "system" and (final or (is_settled(work) and to_id != work.body_id)):
        raise no("settled", _settled_text())
    officer = _officer(assignee, to_id, at) if assignee else None
    if officer in d.case.excluded_bodies:
        raise no("conflict", _("被投诉的人不能经办这个办件。"))
    if to is not None and to.pk != work.body_id:
        ch.set(work, owner_id=work.body_id)
    ch.set(work, body_id=to_id, assignee_id=officer, state=Task.State.OFFERED, signed_at=None)
    if final or is_settled(work):
        ch.set(work, why=[{"code": SETTLED, "body": str(to_id)}] if final else [])
    ch.note("reason", reason, task=work)
    ch.tell(
        "task.reassigned", facts={"task": work.name, "due": work.due_at or ch.at}, to_body=to_id
    )


def is_settled(work: Task) -> bool:
    """Was it decided, after a dispute, that this body does it?"""
    return any(why["code"] == SETTLED for why in work.why)


def _settled_text() -> str:
    return _("这项任务经过裁定，不能退回，也不能转给别的单位。有困难请联系作出裁定的负责人。")


@verb("assist", stages=(Stage.HANDLING,), may=lambda *_a, **_k: NO, machine_only=True)
def assist(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, body: str = "", reason: str = "", **_a: Any
) -> None:
    """Ask one more body to help along. Nobody has to wait for it, and it holds no clock."""
    to = _body(d, body)
    if to.pk in d.case.excluded_bodies:
        raise no("conflict", _("被投诉的单位不能经办这个办件。"))
    stage = max((t.stage_no for t in d.open_tasks if t.sort == "review"), default=1)
    same = [t for t in d.tasks if t.key == ASSIST and t.round == d.case.round]
    if any(t.body_id == to.pk and t.state in Task.OPEN for t in same):
        raise no("twice", _("已经请这个单位协助了。"))
    work = new_task(
        ch, key=ASSIST, sort="review", name=HELP_ALONG, body=to.pk, owner=d.case.lead_id,
        stage_no=stage, required=False, attempt=len(same) + 1,
        why=[{"code": ASSIST, "body": str(to.pk)}],
    )  # fmt: skip
    ch.note("reason", reason, task=work)
    facts = {"task": HELP_ALONG, "due": d.case.due_at or ch.at}
    ch.tell("task.offered", facts=facts, to_body=to.pk)


def _body(d: Dossier, code: str) -> Body:
    found = register(d.case.street).codes.get(code)
    if found is None:
        raise wrong("body", _("没有代码为“%(code)s”的单位。") % {"code": code})
    return found


def _officer(username: str, body: UUID, at: datetime) -> UUID:
    account = Account.objects.filter(username=username, is_active=True).only("id").first()
    if account is None or not works_for(account.pk, body, local(at).date()):
        raise wrong("assignee", _("这个人今天不在该单位的岗位上。"), _("请选择在岗人员。"))
    return account.pk


@verb("sign", stages=OPEN, may=_may_work)
def sign(d: Dossier, ch: Changes, *, by: Actor, at: datetime, task: Any = "", **_a: Any) -> None:
    """Sign for a task: from now on one's own body answers for it."""
    work = pick(d, by, task)
    if work.state == Task.State.SIGNED and work.assignee_id in (None, by.account):
        raise no("signed", _("这项任务已经签收。"))
    ch.set(
        work,
        state=Task.State.SIGNED,
        signed_at=at,
        owner_id=work.body_id,
        assignee_id=by.account,
    )


@verb("return", stages=OPEN, may=_may_work)
def return_(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    task: Any = "",
    reason: str = "",
    **_a: Any,
) -> None:
    """Give a task back with a reason: a new attempt is with whoever offered it."""
    reason = need_reason(reason)
    work = pick(d, by, task)
    if (
        work.sort in ("decide", "deliver")
        or work.owner_id == work.body_id
        and work.attempt == 1
        and work.body_id == d.case.lead_id
        and not d.kind.lead_returns
    ):
        raise no("not_returnable", _("这项任务由本单位负责，不能退回。可以改派给其他单位。"))
    if is_settled(work):
        raise no("settled", _settled_text())
    back_to = work.owner_id if work.owner_id != work.body_id else d.case.lead_id
    finish_task(ch, work, Task.State.RETURNED)
    if work.key == ASSIST:
        ch.note("reason", reason, task=work)
        return
    share = Span(work.share_n, Unit(work.share_unit)) if work.share_n is not None else None
    again = new_task(
        ch,
        key=work.key,
        sort=work.sort,
        name=work.name,
        body=back_to,
        owner=back_to,
        stage_no=work.stage_no,
        share=share,
        required=work.required,
        silence=work.silence_consents,
        attempt=work.attempt + 1,
        why=[{"code": "returned", "body": str(back_to)}],
    )
    ch.note("reason", reason, task=work)
    ch.tell("task.returned", facts={"task": again.name}, to_body=back_to)


@verb("finish", stages=(Stage.HANDLING,), may=_may_work)
def finish(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    task: Any = "",
    verdict: str = "agree",
    reason: str = "",
    visitors: Iterable[str] = (),
    consent: bool | None = None,
    answer: str = "",
    **_args: Any,
) -> None:
    """Finish a piece of work with its finding; the last required one opens the next stage."""
    work = pick(d, by, task)
    if work.sort in ENGINE:
        raise no("engine_task", _("受理、决定和送达请用各自的操作。"))
    if verdict not in VERDICTS:
        raise wrong("verdict", _("请选择“同意”或“不同意”。"), "agree / object")
    if verdict == "object" or work.sort == "check" and answer == "differs":
        need_reason(reason)  # what was found, for whoever decides
    _check_posting(work, at)
    ch.note("finding", reason, task=work)
    authorised = d.content.material(AUTHORISATION) is None or bool(consent)
    findings = _findings(work, visitors, authorised, answer)
    finish_task(ch, work, verdict=verdict, findings=findings)
    if work.assignee_id is None and by.account is not None:
        ch.set(work, assignee_id=by.account)
    ch.set(work, owner_id=work.body_id)
    advance(ch)


def _findings(work: Task, visitors: Iterable[str], authorised: bool, answer: str) -> dict[str, Any]:
    """What an investigation must put on record, beside its text."""
    if work.sort == "visit":
        names = sorted({str(v).strip() for v in visitors if str(v).strip()})
        known = Account.objects.filter(username__in=names, is_active=True).values_list("username")
        if len(names) < 2 or len(known) < len(names):
            raise wrong(
                "visitors",
                _("实地核查须由两名以上工作人员进行（行政许可法第三十四条）。"),
                _("请选出到场的两名以上在职工作人员。"),
            )
        return {"visitors": names}
    if work.sort == "check":
        if not authorised:
            raise wrong("consent", _("核对收入或财产须有当事人的书面授权。请确认授权书已归档。"))
        if answer not in ("match", "differs", "no_record"):
            raise wrong("answer", _("请填写核对结果。"), _("选择与申报一致、不一致或查无记录。"))
        return {"authorised": authorised, "answer": answer}
    return {}


def _check_posting(work: Task, at: datetime) -> None:
    """A posting is over only when its days have passed and every objection has its answer."""
    if work.sort != "posting":
        return
    posting = Posting.objects.filter(task=work).first()
    if posting is None:
        raise no("not_posted", _("还没有公示。请先发布公示。"))
    if local(at).date() <= posting.ends_on:
        raise no(
            "still_posted",
            _("公示期还没有结束，%(day)s 以后才能完成。") % {"day": posting.ends_on.isoformat()},
        )
    if posting.objections.filter(answered_at=None).exists():
        raise no("objections_open", _("还有没有答复的异议。"))


@verb("post", stages=(Stage.HANDLING,), may=_may_work)
def post(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    task: Any = "",
    text: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    **_args: Any,
) -> None:
    """Publish a posting for its days, with a way to object."""
    work = pick(d, by, task)
    if work.sort != "posting":
        raise no("no_posting", _("这项任务不是公示。"))
    unfit = unfit_to_post(d, text)
    if unfit:
        raise wrong("text", unfit)
    starts = starts_on or local(at).date()
    if ends_on is None or ends_on <= starts:
        raise wrong("ends_on", _("公示截止日期要晚于开始日期。"))
    if Posting.objects.filter(task=work).exists():
        raise no("posted", _("已经公示过了。"))
    row = Posting(
        id=new_id(),
        street=d.case.street,
        case_id=d.case.pk,
        task_id=work.pk,
        text=text.strip(),
        starts_on=starts,
        ends_on=ends_on,
    )
    ch.add(row)
    ch.data["posted"] = {"task": str(work.pk), "from": str(starts), "to": str(ends_on)}
    if work.state == Task.State.OFFERED:
        ch.set(
            work,
            state=Task.State.SIGNED,
            signed_at=at,
            owner_id=work.body_id,
            assignee_id=by.account,
        )


@verb("consent", stages=(Stage.HANDLING,), may=lambda *_a, **_k: NO, machine_only=True)
def consent_by_silence(d: Dossier, ch: Changes, *, by: Actor, at: datetime, **_args: Any) -> None:
    """An assisting body that says nothing in its time has no objection, where the matter's rules
    say so."""
    silent = [
        t for t in d.open_tasks if t.silence_consents and t.due_at is not None and t.due_at < at
    ]
    if not silent:
        raise no("nothing_silent", _("没有逾期默认同意的任务。"))
    for task in silent:
        finish_task(ch, task, Task.State.CONSENTED, verdict="agree")
    advance(ch)
