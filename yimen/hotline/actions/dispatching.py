"""Somebody is sent. What the engine has open is handed over by its own verbs; the dispatch stands
beside it and says who, as what, until when, and at which price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.bodies.queries import heads_of
from yimen.bodies.register import bodies_of
from yimen.cases.actions import perform
from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Stage, Task
from yimen.clock.queries import shelf
from yimen.directory.models import Unit
from yimen.hotline import perms, proposing, sending
from yimen.hotline.actions.calling import must_operate
from yimen.hotline.actions.coming_back import follow
from yimen.hotline.actions.sent import WHO, give_back, lock, lock_dispatch, put, work_of, write_down
from yimen.hotline.models import Dispatch, HelpRequest, PriceAnswer
from yimen.ledger.together import together
from yimen.lib.actor import Actor, system
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused
from yimen.lib.time import local
from yimen.people.models import Account

State, Role = Dispatch.State, Dispatch.Role


@dataclass(frozen=True)
class To:
    """Who is sent: a unit (with its body, if it works on the platform) or a body alone."""

    unit: Unit | None
    body: Body | None
    price: PriceAnswer | None = None
    fee: str = "free"


@together()
def dispatch(
    number: str,
    *,
    to: str,
    by: Actor,
    at: datetime,
    role: str = Role.LEAD,
    reason: str = "",
) -> Dispatch:
    """Send a unit (`unit:CODE`) or a body (`body:CODE`), to lead or to assist. After two returns
    whoever runs the line decides, with the reason, and that is not returned."""
    operator = must_operate(by)
    row, d = lock(number, by)
    if d.case.stage != Stage.HANDLING:
        raise Refused("not_open", _("这个求助现在不用派单。"))
    follow(row, d, at=at)
    past = list(row.dispatches.filter(round=d.case.round))
    target = _target(to, row, d, at)
    leads, settles = role == Role.LEAD, perms.settles(by)
    values = [_past(p) for p in past]
    disputed = leads and sending.in_dispute(values)
    _check(values, target, leads=leads, settles=settles)
    if disputed and not reason.strip():
        raise _wrong("reason", _("有争议的，请写明为什么由这个单位办。"))
    if leads:
        _replace(past, by=by, at=at)
    task = _hand_over(target, d, leads=leads, final=disputed, reason=reason, at=at)
    return _make(
        row, d, target, past, role=role, task=task, by=by, at=at, by_id=operator, final=disputed,
        reason=reason.strip()[:500],
    )  # fmt: skip


def _past(made: Dispatch) -> sending.Past:
    return sending.Past(
        made.state, leads=made.role == Role.LEAD, automatic=made.by_id is None, final=made.final
    )


def _target(to: str, row: HelpRequest, d: Dossier, at: datetime) -> To:
    """Whoever is meant, if anybody may be sent there at all."""
    sort, _colon, code = to.partition(":")
    avoided = proposing.avoided(d, at)
    if sort == "unit":
        unit = Unit.objects.select_related("body").filter(
            street=row.street, code=code, is_active=True
        ).first()  # fmt: skip
        if unit is None:
            raise _wrong("to", _("没有这个单位，或者已经不合作。"))
        if unit.body_id in avoided:
            raise Refused("conflict", _("被投诉的单位不能经办这个求助。"))
        fee = proposing.fee_of(unit, row.need)
        return To(unit, unit.body, proposing.yes_to_price(row, unit), fee)
    body = proposing.body_of(row.street, code)
    if sort != "body" or body is None:
        raise _wrong("to", _("请选择派给谁。"))
    if body.pk in avoided:
        raise Refused("conflict", _("被投诉的单位不能经办这个求助。"))
    return To(None, body)


def _check(past: list[sending.Past], to: To, *, leads: bool, settles: bool) -> None:
    code = sending.refusal(
        past, leads=leads, settles=settles, fee=to.fee, agreed=to.price is not None
    )
    if code == "dispute":
        raise Forbidden(
            code, _("这个求助已经退回过两次。由热线负责人裁定派给谁，裁定以后不能退回。")
        )
    sentences = {
        "sent": _("已经派出去了。要改派，先撤回现在的派单。"),
        "price": _("这是收费服务。先告诉求助人价格，同意了再派。"),
    }
    if code:
        raise Refused(code, sentences[code])


def _replace(past: list[Dispatch], *, by: Actor, at: datetime) -> None:
    """What the matrix named at first gives way to what the operator chose."""
    for made in past:
        if made.role == Role.LEAD and made.is_open and made.by_id is None:
            put(made, "replace", by=by, at=at, state=State.WITHDRAWN, ended_at=at)


def _hand_over(
    to: To, d: Dossier, *, leads: bool, final: bool, reason: str, at: datetime
) -> Task | None:
    """Give the engine's work to the body that was chosen; a unit that is rung up has none."""
    if to.body is None:
        return None
    line, number = system(d.case.street, WHO), d.case.number
    given: dict[str, Any] = {"by": line, "at": at, "body": to.body.code, "reason": reason}
    if not leads:
        d = perform(number, "assist", **given)
        return next(t for t in d.tasks[::-1] if t.body_id == to.body.pk and not t.required)
    work = work_of(d)
    for task in work:
        if task.body_id != to.body.pk or final:
            perform(number, "offer", task=str(task.pk), final=final, **given)
    if not work:
        raise Refused("no_task", _("承办单位已经办完，等着答复，不用再派。"))
    return work[0]


def _make(
    row: HelpRequest, d: Dossier, to: To, past: list[Dispatch], *, role: str, by: Actor,
    at: datetime, **columns: Any,
) -> Dispatch:  # fmt: skip
    """The row of it, and its entry. What settles a dispute is never taken back by time."""
    final = columns.get("final", False)
    timed = role == Role.LEAD and not final
    number = row.dispatches.order_by("-number").values_list("number", flat=True).first() or 0
    made = Dispatch.objects.create(
        street=row.street, request=row, round=d.case.round, number=number + 1,
        unit=to.unit, body=to.body, role=role, at=at, price=to.price if to.fee != "free" else None,
        sign_by=sign_by(row, at) if timed else None, **columns,
    )  # fmt: skip
    write_down(made, "dispatch", by=by, at=at)
    return made


def sign_by(row: HelpRequest, at: datetime) -> datetime:
    """Until when it is to be signed for, by the class of its need."""
    calendar = shelf().calendar(row.place or row.street)
    return sending.sign_by(row.sort, at, calendar, settings.YIMEN_SIGN_LIMITS)


def first(row: HelpRequest, *, at: datetime) -> Dispatch | None:
    """What the matrix named counts as sent too: it is signed for in time or the operator sees it."""
    d = load(row.case.number, lock=True)
    follow(row, d, at=at)
    work = work_of(d)
    if not work or row.dispatches.filter(role=Role.LEAD, state__in=Dispatch.OPEN).exists():
        return None
    body = bodies_of([work[0].body_id], row.street)[work[0].body_id]
    line = system(row.street, WHO)
    return _make(row, d, To(None, body), [], role=Role.LEAD, by=line, at=at, task=work[0])


def again(row: HelpRequest, *, at: datetime) -> None:
    """The second handling: the head of the unit in charge gets the work."""
    d = load(row.case.number, lock=True)
    line = system(row.street, WHO)
    for task in work_of(d):
        heads = heads_of(task.body_id, local(at).date())
        head = Account.objects.filter(pk__in=heads[:1]).values_list("username", flat=True).first()
        if head:
            perform(d.case.number, "offer", by=line, at=at, task=str(task.pk), assignee=head)
    first(row, at=at)


@together()
def recall(made: UUID, *, reason: str, by: Actor, at: datetime) -> Dispatch:
    """The operator takes back what was sent: a wrong unit, or it is no longer needed."""
    must_operate(by)
    held, d = lock_dispatch(made, by)
    follow(held.request, d, at=at)
    held.refresh_from_db()
    if not held.is_open:
        raise Refused("over", _("这个派单已经结束。"))
    if held.final and not perms.settles(by):
        raise Forbidden("final", _("这是裁定的派单，由热线负责人撤回。"))
    if not reason.strip():
        raise _wrong("reason", _("请写明为什么撤回。"))
    give_back(held, d, reason.strip(), at)
    put(
        held, "recall", by=by, at=at, state=State.WITHDRAWN, ended_at=at,
        reason=reason.strip()[:500],
    )  # fmt: skip
    return held


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(field, sentence, (FieldError(field, sentence),))
