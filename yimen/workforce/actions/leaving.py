"""Verbs of leave: asked, decided by another, taken back."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.places.models import ServicePoint
from yimen.workforce import perms, queries, rules
from yimen.workforce.actions.roster import clear_for_leave
from yimen.workforce.actions.setting_up import record
from yimen.workforce.actions.telling import tell_leave
from yimen.workforce.models import Duty, Leave

State = Leave.State
LONGEST = 366  # days


@transaction.atomic
def ask_leave(
    place: ServicePoint, *, sort: str, first: date, last: date, by: Actor, at: datetime
) -> Leave:
    """Ask for leave for oneself."""
    if by.account is None or not perms.works_here(by):
        raise Forbidden("leave", _("没有任职，不能在这里请假。"))
    if sort not in Leave.Sort.values:
        message = _("没有选假别。")
        raise Invalid("sort", message, (FieldError("sort", message, _("请从列表里选择。")),))
    if last < first or (last - first).days >= LONGEST or last < at.date():
        message = _("最后一天早于第一天，或已经过去，或超过一年。")
        raise Invalid("days", message, (FieldError("last", message, _("请核对日期。")),))
    same = Leave.objects.filter(account=by.account, state__in=(State.ASKED, State.APPROVED))
    if same.filter(first__lte=last, last__gte=first).exists():
        raise Refused("overlap", _("这几天已经请过假。请先取消原来的。"))
    made = Leave.objects.create(
        street=place.street, place=place, account_id=by.account, sort=sort, first=first,
        last=last, asked_at=at,
    )  # fmt: skip
    _record(made, "leave_asked", by, at)
    return made


def _locked(leave: Leave | UUID, by: Actor) -> Leave:
    pk = leave.pk if isinstance(leave, Leave) else leave
    visible = queries.leaves_visible_to(by).order_by().values("pk")
    found = Leave.objects.select_for_update(of=("self",)).filter(pk=pk, pk__in=visible).first()
    if found is None:
        raise Unseen("leave")
    return found


@transaction.atomic
def decide_leave(leave: Leave | UUID, *, approve: bool, by: Actor, at: datetime) -> int:
    """Somebody else decides. Approved leave takes the person off the roster for these days;
    returns how many duties became gaps."""
    held = _locked(leave, by)
    if not perms.may_decide(by, held.street):
        raise Forbidden("leave", _("请假由常务副主任或主任批准。"))
    if held.account_id == by.account:
        raise Forbidden("own", _("不能批准自己的请假。请由另一位负责人批准。"))
    if held.state != State.ASKED:
        raise Refused("decided", _("这个请假已经处理过。"))
    held.state = State.APPROVED if approve else State.REFUSED
    held.decided_by_id, held.decided_at = by.account, at
    held.save(update_fields=["state", "decided_by", "decided_at"])
    gone = _take_off(held, at) if approve else 0
    _record(held, "leave_approved" if approve else "leave_refused", by, at)
    tell_leave(held, by=by, at=at)
    return gone


def _take_off(leave: Leave, at: datetime) -> int:
    taken = rules.whole_days(leave.first, leave.last)
    gone = clear_for_leave(leave.account_id, leave.street, taken, at)
    try:
        with transaction.atomic():
            Duty.objects.create(
                street=leave.street, place=leave.place, account_id=leave.account_id,
                sort=Duty.Sort.LEAVE, leave=leave, day=leave.first, begins_at=taken.begins,
                ends_at=taken.ends,
            )  # fmt: skip
    except IntegrityError as error:
        sentence = _("这几天里有培训或新排的班。请先处理，再批准请假。")
        raise Refused("busy", sentence) from error
    return len(gone)


@transaction.atomic
def cancel_leave(leave: Leave | UUID, *, by: Actor, at: datetime) -> Leave:
    """Whoever asked takes it back before it has begun."""
    held = _locked(leave, by)
    if held.account_id != by.account:
        raise Forbidden("leave", _("由请假人本人取消。"))
    if held.state not in (State.ASKED, State.APPROVED) or held.first <= at.date():
        raise Refused("decided", _("这个请假已经开始或处理过，不能取消。"))
    held.state = State.CANCELLED
    held.save(update_fields=["state"])
    Duty.objects.filter(leave=held, cancelled_at=None).update(cancelled_at=at)
    _record(held, "leave_cancelled", by, at)
    return held


def _record(leave: Leave, act: str, by: Actor, at: datetime) -> None:
    record(
        leave.place, act, by, at,
        leave=str(leave.pk), account=str(leave.account_id), first=leave.first, last=leave.last,
    )  # fmt: skip
