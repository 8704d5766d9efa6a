"""A call rings, is picked up by one operator, or nobody is there any more; and the way back."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.hotline import queries, ringing
from yimen.hotline.actions.calling import must_operate, write_down
from yimen.hotline.models import HelpRequest, Line, LineCall, Ringing, ThreeWay, Transfer
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import Invalid, Refused, Unseen
from yimen.lib.masking import CALLER
from yimen.people.actions import disclose, register
from yimen.people.models import Account, Party
from yimen.phone import originate

log = logging.getLogger("yimen.hotline")
LOST_AFTER = timedelta(minutes=15)  # no exchange lets a call ring so long
Outcome = Ringing.Outcome


@transaction.atomic
def ring(
    *, street: str, line: str, exchange_id: str, number: str, by: Actor, at: datetime
) -> Ringing:
    """A call has come. Told twice it is one; it rings first at whoever has been free longest."""
    if line not in Line.values or not exchange_id or len(exchange_id) > 64:
        raise Invalid("line", _("没有这条热线。"))
    known = Ringing.objects.filter(street=street, exchange_id=exchange_id).first()
    if known:
        return known
    made = Ringing(
        street=street, exchange_id=exchange_id, line=line, rang_at=at,
        number_of=_holder(street, number, by, at),
        offered_to_id=next(iter(ringing.free(street, at)), None),
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return Ringing.objects.get(street=street, exchange_id=exchange_id)
    _note(made, "ring", by, at)
    return made


def _holder(street: str, number: str, by: Actor, at: datetime) -> Party | None:
    """Who it may be. Somebody unknown is a person too: the number gets a record of its own."""
    if not number:
        return None
    known = queries.behind_number(street, number)
    return (
        known[0]
        if known
        else register(street, name=CALLER, id_type=Party.IdType.OTHER, phone=number, by=by, at=at)
    )


def _locked(pk: UUID, street: str) -> Ringing:
    found = Ringing.objects.select_for_update().filter(pk=pk, street=street).first()
    if found is None:
        raise Unseen("ringing", _("没有这通来电。"))
    return found


@transaction.atomic
def pick_up(pk: UUID, *, by: Actor, at: datetime) -> LineCall:
    """One operator has it; whoever presses later is told so and has nothing on hand."""
    operator = must_operate(by)
    held = _locked(pk, by.street)
    if held.outcome == Outcome.PICKED:
        raise Refused("picked", _("同事已经接起这通电话。"))
    if held.ended_at:
        raise Refused("gone", _("对方已经挂断，可以回拨。"))
    made = _begin(held, held.rang_at, operator, at)
    held.ended_at, held.outcome, held.call = max(at, held.rang_at), Outcome.PICKED, made
    held.save(update_fields=["ended_at", "outcome", "call"])
    unsigned = queries.notes(by).filter(signed_by=None).exclude(by=operator).count()
    write_down(made, "answer", by=by, at=at, unsigned=unsigned)
    return made


def _begin(held: Ringing, rang_at: datetime, operator: UUID, at: datetime) -> LineCall:
    made = LineCall(
        street=held.street, number_of=held.number_of, line=held.line, rang_at=rang_at,
        answered_at=max(at, rang_at), operator_id=operator,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("busy", _("您手上还有一通电话。请先结束它。")) from error
    return made


@transaction.atomic
def gone(pk: UUID, *, street: str, by: Actor, at: datetime) -> bool:
    """The caller hung up. Before anybody picked up, that is a call that was not connected."""
    held = _locked(pk, street)
    if held.ended_at:
        return False
    _end(held, Outcome.ABANDONED, by, at)
    return True


@transaction.atomic
def lose(pk: UUID, *, by: Actor, at: datetime) -> int:
    """The exchange never said how it ended."""
    held = Ringing.objects.select_for_update().get(pk=pk)
    if held.ended_at or held.rang_at > at - LOST_AFTER:
        return 0
    _end(held, Outcome.LOST, by, at)
    return 1


def _end(held: Ringing, outcome: str, by: Actor, at: datetime) -> None:
    held.ended_at, held.outcome = max(at, held.rang_at), outcome
    held.save(update_fields=["ended_at", "outcome"])
    _note(held, outcome, by, at)


@transaction.atomic
def call_back_ringing(pk: UUID, *, by: Actor, at: datetime) -> tuple[LineCall, str]:
    """Call somebody who gave up waiting. The operator's telephone rings first; where no exchange
    can be asked, the number is handed out to be dialled. Either way it is on record."""
    operator = must_operate(by)
    held = _locked(pk, by.street)
    if held.ended_at is None or held.outcome == Outcome.PICKED:
        raise Refused("not_missed", _("这通来电不用回拨。"))
    if held.number_of is None:
        raise Refused("no_number", _("对方没有留下号码。"))
    if held.called_back_id or not ringing.missed(by).filter(pk=pk).exists():
        raise Refused("called", _("已经回拨，或者对方又打通了。"))
    made = _begin(held, at, operator, at)
    held.called_back = made
    held.save(update_fields=["called_back"])
    write_down(made, "call_back", by=by, at=at)
    return made, _dial(held.number_of, f"call:{made.pk}", by, at)


@transaction.atomic
def dial_request(request: HelpRequest, *, by: Actor, at: datetime) -> str:
    """Call whoever asked for help, to ask whether it is solved."""
    must_operate(by)
    record(
        street=request.street, stream=f"line:{request.street}", act="dial", by=by, at=at,
        data={"case": request.case.number},
    )  # fmt: skip
    return _dial(request.case.applicant, request.case.number, by, at)


def _dial(party: Party, about: str, by: Actor, at: datetime) -> str:
    """Connect the operator with somebody; the number to dial by hand, "" where the exchange does."""
    number = disclose(party, "phone", reason=_("热线回拨"), about=about[:64], by=by, at=at)
    if not number:
        raise Refused("no_number", _("对方没有留下号码。"))
    exchange = originate.exchange()
    username = Account.objects.only("username").get(pk=by.account).username
    dial = settings.YIMEN_LINE_PHONES.get(username, "")
    return "" if exchange and exchange.call(dial, number) else number


@transaction.atomic
def join(transfer: UUID, *, by: Actor, at: datetime) -> ThreeWay:
    """110, 119, 120 or 122, the caller and we talk together. Said once."""
    operator = must_operate(by)
    held = Transfer.objects.select_for_update().filter(pk=transfer, street=by.street).first()
    if held is None:
        raise Unseen("transfer")
    known = ThreeWay.objects.filter(transfer=held).first()
    if known:
        return known
    if held.learned_at:
        raise Refused("learned", _("结果已经登记。"))
    made = ThreeWay.objects.create(street=held.street, transfer=held, at=at, by_id=operator)
    record(
        street=held.street, stream=f"transfer:{held.pk}", act="three_way", by=by, at=at,
        data={"to": held.to},
    )  # fmt: skip
    return made


def _note(held: Ringing, act: str, by: Actor, at: datetime) -> None:
    record(
        street=held.street, stream=f"ringing:{held.pk}", act=act, by=by, at=at,
        data={"line": held.line},
    )  # fmt: skip
