"""Verbs of a swap: asked, accepted, approved; nothing changes on the roster before."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When
from django.utils.translation import gettext as _

from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.people.models import Account
from yimen.workforce import perms, queries
from yimen.workforce.actions.roster import check_person, check_rest
from yimen.workforce.actions.setting_up import record
from yimen.workforce.actions.telling import tell_person
from yimen.workforce.models import Duty, Swap
from yimen.workforce.rules import Span
from yimen.workforce.words import broken_rule

State = Swap.State


@transaction.atomic
def ask_swap(
    duty: Duty,
    *,
    of: Account | None = None,
    other: Duty | None = None,
    by: Actor,
    at: datetime,
) -> Swap:
    """Ask a colleague to take one's duty, in exchange for `other` or for nothing."""
    held = _duty(duty.pk)
    if held.account_id != by.account:
        raise Forbidden("swap", _("只能为自己的班找人换。"))
    if held.begins_at <= at or (other is not None and other.begins_at <= at):
        raise Refused("begun", _("班已经开始，不能再换。"))
    whom = other.account_id if other is not None else of.pk if of is not None else None
    if whom is None or whom == by.account:
        message = _("没有选和谁换。")
        raise Invalid("of", message, (FieldError("of", message, _("请选一位同事。")),))
    _check(held, whom, other)
    try:
        with transaction.atomic():
            made = Swap.objects.create(
                street=held.street, duty=held, other=other, asked_by_id=held.account_id,
                asked_of_id=whom, asked_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused("asked", _("这个班已经在换。请先取消原来的请求。")) from error
    _record(made, "swap_asked", by, at)
    tell_person(made, "roster.swap_asked", whom, by=by, at=at)
    return made


def _duty(pk: UUID) -> Duty:
    found = Duty.objects.select_for_update(of=("self",)).select_related("post", "place")
    held = found.filter(pk=pk, cancelled_at=None, sort=Duty.Sort.POST).first()
    if held is None:
        raise Unseen("duty")
    return held


def _check(duty: Duty, whom: UUID, other: Duty | None) -> None:
    """Both may work what they would get, and no rule of rest is broken."""
    assert duty.post is not None
    gone = [d for d in (duty, other) if d is not None]
    check_person(whom, duty.post, duty.day)
    check_rest(whom, Span(duty.begins_at, duty.ends_at), gone)
    if other is not None:
        assert other.post is not None
        check_person(duty.account_id, other.post, other.day)
        check_rest(duty.account_id, Span(other.begins_at, other.ends_at), gone)


def _locked(swap: Swap | UUID, by: Actor) -> Swap:
    pk = swap.pk if isinstance(swap, Swap) else swap
    visible = queries.swaps_visible_to(by).order_by().values("pk")
    found = Swap.objects.select_for_update(of=("self",)).filter(pk=pk, pk__in=visible).first()
    if found is None:
        raise Unseen("swap")
    return found


@transaction.atomic
def answer_swap(swap: Swap | UUID, *, accept: bool, by: Actor, at: datetime) -> Swap:
    """The colleague who was asked says yes or no."""
    held = _locked(swap, by)
    if held.asked_of_id != by.account:
        raise Forbidden("swap", _("由被请求的同事本人回答。"))
    if held.state != State.ASKED:
        raise Refused("answered", _("这个换班请求已经处理过。"))
    held.state = State.ACCEPTED if accept else State.DECLINED
    held.answered_at = at
    held.save(update_fields=["state", "answered_at"])
    _record(held, "swap_accepted" if accept else "swap_declined", by, at)
    if not accept:
        tell_person(held, "roster.swap_declined", held.asked_by_id, by=by, at=at)
    return held


@transaction.atomic
def cancel_swap(swap: Swap | UUID, *, by: Actor, at: datetime) -> Swap:
    """Whoever asked takes it back before it is approved."""
    held = _locked(swap, by)
    if held.asked_by_id != by.account:
        raise Forbidden("swap", _("由提出换班的人取消。"))
    if held.state not in Swap.OPEN:
        raise Refused("answered", _("这个换班请求已经处理过。"))
    held.state, held.decided_at = State.CANCELLED, at
    held.save(update_fields=["state", "decided_at"])
    _record(held, "swap_cancelled", by, at)
    return held


@transaction.atomic
def decide_swap(swap: Swap | UUID, *, approve: bool, by: Actor, at: datetime) -> Swap:
    """A third approves what two have agreed; then the roster changes, both duties at once."""
    held = _locked(swap, by)
    if not perms.may_decide(by, held.street):
        raise Forbidden("swap", _("换班由常务副主任或主任批准。"))
    if by.account in (held.asked_by_id, held.asked_of_id):
        raise Forbidden("own", _("不能批准自己的换班。请由另一位负责人批准。"))
    if held.state != State.ACCEPTED:
        raise Refused("not_accepted", _("对方还没有同意，或已经处理过。"))
    if approve:
        _exchange(held, at)
    held.state = State.APPROVED if approve else State.REFUSED
    held.decided_at, held.decided_by_id = at, by.account
    held.save(update_fields=["state", "decided_at", "decided_by"])
    _record(held, "swap_approved" if approve else "swap_refused", by, at)
    template = "roster.swap_approved" if approve else "roster.swap_refused"
    for account in (held.asked_by_id, held.asked_of_id):
        tell_person(held, template, account, by=by, at=at)
    return held


def _exchange(swap: Swap, at: datetime) -> None:
    """Both duties change hands in one statement, so that the constraint sees only the end."""
    pair = sorted(pk for pk in (swap.duty_id, swap.other_id) if pk)
    held = {pk: _duty(pk) for pk in pair}
    duty, other = held[swap.duty_id], held.get(swap.other_id) if swap.other_id else None
    moved = duty.account_id != swap.asked_by_id
    moved = moved or (other is not None and other.account_id != swap.asked_of_id)
    if moved or any(d.begins_at <= at for d in held.values()):
        raise Refused("moved", _("这两个班在此期间变了或已开始，不能再换。"))
    _check(duty, swap.asked_of_id, other)
    changed = Case(
        When(account=swap.asked_by_id, then=Value(swap.asked_of_id)),
        When(account=swap.asked_of_id, then=Value(swap.asked_by_id)),
        default=F("account"),
    )
    try:
        with transaction.atomic():
            Duty.objects.filter(pk__in=pair).update(account=changed)
    except IntegrityError as error:
        raise Refused("rest_busy", broken_rule("busy")) from error


def _record(swap: Swap, act: str, by: Actor, at: datetime) -> None:
    data = {"swap": str(swap.pk), "duty": str(swap.duty_id), "of": str(swap.asked_of_id)}
    if swap.other_id:
        data["other"] = str(swap.other_id)
    record(swap.duty.place, act, by, at, **data)
