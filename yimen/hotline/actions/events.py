"""One thing with many callers: a burst pipe is one job. The first request does the work, the others
go along with it, are answered with it in one transaction and called back each on its own.

Locks: the heads of events by their id, then members; a member is never locked before its head."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.cases.actions import perform
from yimen.cases.actions.along import goes_along
from yimen.cases.dossier import Dossier, load
from yimen.cases.kind import kind
from yimen.cases.models import Case, Note, Stage
from yimen.hotline import queries, rules
from yimen.hotline.actions.answering import answered
from yimen.hotline.actions.calling import must_operate
from yimen.hotline.actions.dispatching import first as send
from yimen.hotline.models import HelpRequest
from yimen.ledger.actions import record
from yimen.ledger.together import together
from yimen.lib.actor import Actor, system
from yimen.lib.errors import FieldError, Invalid, Refused, Unseen
from yimen.notices.actions import Reach, tell

LOST = "同一件事的第一件已经结束，没有答复"


@together()
def join_event(
    request: HelpRequest | UUID, event: HelpRequest | UUID, *, reason: str, by: Actor, at: datetime
) -> HelpRequest:
    """An open request turns out to be about the same thing as another. Those that were joined to it
    come along."""
    must_operate(by)
    why = _need(reason)
    head_id = _head_id(event, by)
    held = _lock([head_id, _pk(request)], by)
    head, mine = held[head_id], held[_pk(request)]
    if head.pk == mine.pk or mine.event_id == head.pk:
        raise Refused("joined", _("这两件已经是同一件事。"))
    if mine.event_id or head.event_id:
        raise Refused("elsewhere", _("这一件已经并在另一件事里。请先把它分出来。"))
    first, d = load(head.case.number, lock=True), load(mine.case.number, lock=True)
    must_fit(first, d.case.excluded_bodies)
    line = system(head.street, "hotline")
    perform(d.case.number, "go_along", by=line, other=first.case.number, reason=why)
    members = list(mine.same_thing.select_for_update().order_by("id"))
    HelpRequest.objects.filter(pk__in=[mine.pk, *(m.pk for m in members)]).update(event=head)
    _write_down(head, "join", d.case.number, by, at)
    mine.event = head
    return mine


@together()
def leave_event(
    request: HelpRequest | UUID, *, reason: str, by: Actor, at: datetime
) -> HelpRequest:
    """Split off what was another thing after all: its own work is offered. Where the first one goes,
    the next one does the work for the rest."""
    must_operate(by)
    why = _need(reason)
    head_id = _head_id(request, by)
    held = _lock([head_id], by, _pk(request))
    mine, head = held[_pk(request)], held[head_id]
    if mine.pk != head.pk and mine.event_id != head.pk:
        raise Refused("moved", _("别人刚刚改动了这件事。请看过最新情况后再试。"))
    d = load(mine.case.number, lock=True)
    if d.case.stage != Stage.HANDLING:
        raise Refused("answered", _("已经答复或办结的不用再分：求助人说没有解决，会重新办理。"))
    if mine.pk == head.pk:
        if not _promote(head, why, at):
            raise Refused("single", _("这件事只有这一件求助，没有什么可分的。"))
    else:
        HelpRequest.objects.filter(pk=mine.pk).update(event=None)
        mine.event = None
        if goes_along(d):
            perform(d.case.number, "go_alone", by=system(d.case.street, "hotline"), reason=why)
            send(mine, at=at)
    _write_down(head, "leave", d.case.number, by, at)
    return mine


@together()
def tell_everybody(
    event: HelpRequest | UUID, *, news: str, until: datetime | None = None, by: Actor, at: datetime
) -> int:
    """One message to every caller whose request is open: own number, no name. Whoever was told the
    same before is not told again; returns how many were told now."""
    must_operate(by)
    if news not in rules.NEWS:
        raise _wrong("news", _("请选择告诉大家什么。"))
    if news == "until" and (until is None or until <= at):
        raise _wrong("until", _("请填写预计什么时候好，要晚于现在。"))
    moment = until if news == "until" else None
    head_id = _head_id(event, by)
    head = _lock([head_id], by)[head_id]
    rows = queries.callers(head).exclude(case__stage=Stage.CLOSED)
    told, template = 0, f"line.event_{news}"
    known = queries.told(head.street, [r.case.number for r in rows], template, moment)
    for row in rows:
        if row.case.number in known:
            continue
        tell(
            street=row.street, template=template, about=row.case.number, by=by, at=at,
            facts={"number": row.case.number} | ({"until": moment} if moment else {}),
            key=f"event:{row.pk}:{news}:{moment:%Y%m%d%H%M}" if moment else f"event:{row.pk}:{news}",
            to_party=row.case.applicant_id,
            reach=Reach(account=True) if kind(row.case.kind).quiet(row.case.facts) else None,
        )  # fmt: skip
        told += 1
    if not told:
        raise Refused("told", _("这句话已经告诉过每一位来电人。"))
    record(
        street=head.street, stream=f"event:{head.pk}", act="tell", by=by, at=at,
        data={"news": news, "count": told, "until": f"{moment:%Y-%m-%dT%H:%M%z}" if moment else ""},
    )  # fmt: skip
    return told


def lock_members(head: HelpRequest) -> list[HelpRequest]:
    """Whoever goes along, under their locks. The head's own lock must be held: nobody joins then."""
    return list(
        HelpRequest.objects.filter(event=head)
        .select_related("case")
        .select_for_update(of=("self",))
        .order_by("id")
    )


def carry(head: HelpRequest, text: str, at: datetime) -> list[HelpRequest]:
    """The first one is answered: the same answer for all who went along, each of whom is called
    back. Inside the act that answered."""
    line, done = system(head.street, "hotline"), []
    first = Case.objects.only("number", "outcome").get(pk=head.case_id)
    for row in lock_members(head):
        if not goes_along(load(row.case.number, lock=True)):
            continue
        perform(
            row.case.number, "answer_along", by=line, other=first.number, outcome=first.outcome,
            reason=text,
        )  # fmt: skip
        if row.contacted_in_time is None:
            row.contacted_in_time = head.contacted_in_time
        answered(row, load(row.case.number), by=line, at=at)
        done.append(row)
    return done


@together()
def follow(head_id: UUID, *, at: datetime) -> int:
    """What time does to an event whose first request ended by another way than its reply: those who
    went along are answered like it, or, where there was no answer, the next one does the work."""
    head = HelpRequest.objects.select_for_update().get(pk=head_id)
    d = load(head.case.number, lock=True)
    if d.case.stage == Stage.HANDLING:
        return 0
    if d.case.decided_at is None:
        return _promote(head, LOST, at)
    said = Note.objects.filter(case=d.case, sort="decision", public=True).order_by("-seq").first()
    return len(carry(head, said.body if said and said.body else LOST, at))


def must_fit(first: Dossier, excluded: Iterable[UUID]) -> None:
    """May others go along with this one? It must be worked on; a complaint is handled for itself, for
    the body complained of must not answer it with something else."""
    if first.case.stage != Stage.HANDLING or not first.open_tasks:
        raise Refused("over", _("那一件已经答复或者没有在办，不能再并进去。"))
    if first.open_task("decide"):
        raise Refused("over", _("那一件已经办好，只等答复，不能再并进去。"))
    if [*excluded, *first.case.excluded_bodies]:
        raise Refused("complaint", _("投诉单独办理，不和别的并在一起。"))


def _promote(head: HelpRequest, why: str, at: datetime) -> int:
    """The head goes its own way: the first of the others that still waits is the new head. Returns
    how many there were."""
    rows = lock_members(head)
    waiting = [r for r in rows if goes_along(load(r.case.number, lock=True))]
    if not waiting:
        return 0
    new, line = waiting[0], system(head.street, "hotline")
    HelpRequest.objects.filter(event=head).exclude(pk=new.pk).update(event=new)
    HelpRequest.objects.filter(pk=new.pk).update(event=None)
    perform(new.case.number, "go_alone", by=line, reason=why)
    send(new, at=at)
    return len(rows)


def _pk(request: HelpRequest | UUID) -> UUID:
    return request.pk if isinstance(request, HelpRequest) else request


def _head_id(request: HelpRequest | UUID, by: Actor) -> UUID:
    """The first of the event that a request belongs to: itself where it is alone."""
    found = queries.visible_to(by).filter(pk=_pk(request), street=by.street).first()
    if found is None:
        raise Unseen("request", _("没有这个求助。"))
    return found.event_id or found.pk


def _lock(heads: Iterable[UUID], by: Actor, *members: UUID) -> dict[UUID, HelpRequest]:
    """Heads first, by id; then members. All must be visible."""
    held: dict[UUID, HelpRequest] = {}
    for some in (set(heads), set(members) - set(heads)):
        rows = HelpRequest.objects.filter(pk__in=some).select_for_update(of=("self",))
        held |= {r.pk: r for r in rows.select_related("case").order_by("id")}
    seen = queries.visible_to(by).filter(pk__in=held, street=by.street).count()
    if seen != len({*heads, *members}):
        raise Unseen("request", _("没有这个求助。"))
    return held


def _need(reason: str) -> str:
    if not reason.strip():
        raise _wrong("reason", _("请写明理由。"))
    return reason.strip()[:300]


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(field, sentence, (FieldError(field, sentence),))


def _write_down(head: HelpRequest, act: str, number: str, by: Actor, at: datetime) -> None:
    record(
        street=head.street, stream=f"event:{head.pk}", act=act, by=by, at=at,
        data={"case": number, "of": head.case.number},
    )  # fmt: skip
