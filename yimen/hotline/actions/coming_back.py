"""What became of what was sent: read from the engine's tasks, said by telephone, or by time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.bodies.register import bodies_of
from yimen.cases.dossier import Dossier
from yimen.cases.models import Stage, Task
from yimen.hotline import queries, sending
from yimen.hotline.actions.calling import must_operate
from yimen.hotline.actions.sent import (
    WHO,
    give_back,
    lock,
    lock_dispatch,
    put,
    tell_back,
    write_down,
)
from yimen.hotline.models import Dispatch, HelpRequest
from yimen.ledger.together import together
from yimen.lib.actor import Actor, system
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused

State, Role = Dispatch.State, Dispatch.Role


def follow(row: HelpRequest, d: Dossier, *, at: datetime) -> int:
    """Bring the open dispatches of a locked request to where the engine's tasks are. How many moved."""
    moved = 0
    for made in row.dispatches.filter(state__in=Dispatch.OPEN).select_related("unit", "body"):
        task = d.task(made.task_id) if made.task_id else None
        state = _state(made, d, task)
        if state != made.state:
            _move(made, state, task, at)
            moved += 1
    return moved


def _state(made: Dispatch, d: Dossier, task: Task | None) -> str:
    if task is not None:
        return sending.follows(made.state, task.state, here=task.body_id == made.body_id)
    over = d.case.stage != Stage.HANDLING or d.case.round != made.round
    if not over:
        return made.state
    return State.DONE if made.state == State.SIGNED else State.WITHDRAWN


def _move(made: Dispatch, state: str, task: Task | None, at: datetime) -> None:
    line = system(made.street, WHO)
    columns = {"state": state}
    if task is not None and task.signed_at and not made.signed_at and state != State.WITHDRAWN:
        columns["signed_at"] = task.signed_at  # type: ignore[assignment]
    if state not in Dispatch.OPEN:
        columns["ended_at"] = (task.ended_at if task else None) or at  # type: ignore[assignment]
    if state == State.RETURNED:
        columns["reason"] = queries.why_returned(task)
    put(made, f"follow_{state}", by=line, at=at, **columns)
    if state == State.RETURNED and made.role == Role.LEAD:
        tell_back(made, at=at)
    if state == State.WITHDRAWN and task is not None and made.role == Role.LEAD:
        _handed_on(made, task, at)


def _handed_on(made: Dispatch, task: Task, at: datetime) -> None:
    """Whoever had it gave it to a colleague's body: that one has it now."""
    number = made.request.dispatches.order_by("-number").values_list("number", flat=True)[0]
    body = bodies_of([task.body_id], made.street)[task.body_id]
    fresh = Dispatch.objects.create(
        street=made.street, request=made.request, round=made.round, number=number + 1, body=body,
        role=made.role, task=task, at=at, sign_by=None,
        state=State.SIGNED if task.signed_at else State.SENT, signed_at=task.signed_at,
    )  # fmt: skip
    write_down(fresh, "handed_on", by=system(made.street, WHO), at=at)


@together()
def catch_up(made: UUID, *, at: datetime) -> int:
    """The same for one dispatch that time came upon."""
    held, d = lock_dispatch(made, system(name=WHO))
    return follow(held.request, d, at=at)


@together()
def lapse(made: UUID, *, at: datetime) -> int:
    """Nobody signed in time: it is taken back, and the request stands first in the list again."""
    held, d = lock_dispatch(made, system(name=WHO))
    follow(held.request, d, at=at)
    held.refresh_from_db()
    if held.state != State.SENT or held.sign_by is None or held.sign_by > at:
        return 0
    give_back(held, d, _("没有按时签收，收回重派。"), at)
    put(held, "lapse", by=system(held.street, WHO), at=at, state=State.LAPSED, ended_at=at)
    tell_back(held, at=at)
    return 1


def _rung_up(made: UUID, by: Actor, at: datetime, *states: str) -> Dispatch:
    """A dispatch to a unit that is rung up, in one of these states."""
    must_operate(by)
    held, d = lock_dispatch(made, by)
    follow(held.request, d, at=at)
    held.refresh_from_db()
    if not held.by_phone:
        raise Forbidden("platform", _("这个单位在平台上办理，由它自己签收和答复。"))
    if held.state not in states:
        state = held.get_state_display()
        raise Refused("moved_on", _("这个派单现在是“%(state)s”。") % {"state": state})
    return held


@together()
def took(made: UUID, *, by: Actor, at: datetime) -> Dispatch:
    """The unit said on the telephone that it takes the job."""
    held = _rung_up(made, by, at, State.SENT)
    put(held, "took", by=by, at=at, state=State.SIGNED, signed_at=at)
    return held


@together()
def declined(made: UUID, *, reason: str, by: Actor, at: datetime) -> Dispatch:
    """The unit said on the telephone that it does not do it, and why."""
    held = _rung_up(made, by, at, State.SENT, State.SIGNED)
    if held.final:
        raise Refused("settled", _("这是裁定的派单，不能退回。有困难请联系作出裁定的负责人。"))
    if not reason.strip():
        raise _wrong("reason", _("请写明单位为什么不办。"))
    put(
        held, "declined", by=by, at=at, state=State.RETURNED, ended_at=at,
        reason=reason.strip()[:500],
    )  # fmt: skip
    return held


@together()
def reported(made: UUID, *, text: str, done: bool, by: Actor, at: datetime) -> Dispatch:
    """What the unit said of the job; with `done` it is over. The body in charge answers the caller."""
    held = _rung_up(made, by, at, State.SIGNED)
    if not text.strip():
        raise _wrong("text", _("请写下单位说了什么。"))
    over = {"state": State.DONE, "ended_at": at} if done else {}
    put(held, "reported", by=by, at=at, report=text.strip()[:1000], **over)
    return held


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(field, sentence, (FieldError(field, sentence),))


__all__ = ["catch_up", "declined", "follow", "lapse", "lock", "reported", "took"]
