"""A call comes, and ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yimen.hotline import perms, queries
from yimen.hotline.models import HelpRequest, Line, LineCall
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.masking import CALLER
from yimen.people.actions import register
from yimen.people.models import Party


def must_operate(by: Actor) -> UUID:
    """The account of whoever works on the line."""
    if by.account is None or not perms.operates(by):
        raise Forbidden("line", _("由求助热线的接线人员办理。"))
    return by.account


@transaction.atomic
def answer(
    *,
    number: str = "",
    line: str = Line.ONE,
    rang_at: datetime | None = None,
    by: Actor,
    at: datetime,
) -> LineCall:
    """Take a call. Somebody unknown is a person too: the number gets a record of its own."""
    operator = must_operate(by)
    if line not in Line.values:
        raise Invalid("line", _("没有这条热线。"))
    known = queries.behind_number(by.street, number) if number else []
    holder = known[0] if known else None
    if number and holder is None:
        holder = register(
            by.street, name=CALLER, id_type=Party.IdType.OTHER, phone=number, by=by, at=at
        )
    made = LineCall(
        street=by.street, number_of=holder, line=line, rang_at=rang_at or at, answered_at=at,
        operator_id=operator,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused("busy", _("您手上还有一通电话。请先结束它。")) from error
    unsigned = queries.notes(by).filter(signed_by=None).exclude(by=operator).count()
    write_down(made, "answer", by=by, at=at, unsigned=unsigned)
    return made


def lock_call(call: LineCall | UUID, by: Actor) -> LineCall:
    """The operator's own open call, under its lock."""
    pk = call.pk if isinstance(call, LineCall) else call
    found = LineCall.objects.select_for_update().filter(pk=pk, street=by.street).first()
    if found is None or found.operator_id != by.account:
        raise Unseen("call", _("这不是您的电话。"))
    if found.ended_at:
        raise Refused("ended", _("这通电话已经结束。"))
    return found


def lock_request(request: HelpRequest | UUID, by: Actor) -> HelpRequest:
    """A request that the actor may know of, under its lock. Sight is asked first: beside a lock it
    would be asked of rows that another has just changed."""
    pk = request.pk if isinstance(request, HelpRequest) else request
    if not queries.visible_to(by).filter(pk=pk).exists():
        raise Unseen("request", _("没有这个求助。"))
    return HelpRequest.objects.select_for_update().get(pk=pk)


def end(call: LineCall, outcome: str, *, by: Actor, at: datetime, **more: str) -> None:
    """A call from which something was taken ends as that, whatever is said of its end."""
    if outcome != LineCall.Outcome.REQUEST and call.requests.exists():
        outcome = LineCall.Outcome.REQUEST
    call.ended_at, call.outcome, call.draft = at, outcome, {}
    call.save(update_fields=["ended_at", "outcome", "draft"])
    write_down(call, "end", by=by, at=at, **more)


@transaction.atomic
def hang_up(call: LineCall | UUID, *, outcome: str = "", by: Actor, at: datetime) -> LineCall:
    """The call ends without a request: answered, more to something open, nobody there, abuse. Or,
    after an alarm, the talk is over: then there is nothing to choose."""
    must_operate(by)
    held = lock_call(call, by)
    if held.requests.exists():
        end(held, LineCall.Outcome.REQUEST, by=by, at=at)
        return held
    if outcome not in LineCall.Outcome.values or outcome == LineCall.Outcome.REQUEST:
        sentence = _("请选择这通电话怎样结束。")
        raise Invalid("outcome", sentence, (FieldError("outcome", sentence),))
    end(held, outcome, by=by, at=at)
    return held


@transaction.atomic
def keep_draft(call: LineCall | UUID, *, draft: Mapping[str, Any], by: Actor, at: datetime) -> None:
    """What was typed so far survives a reload and a broken connection. Not an act: no entry."""
    held = lock_call(call, by)
    held.draft = {k: str(v)[:4000] for k, v in draft.items()}
    held.save(update_fields=["draft"])


def write_down(call: LineCall, act: str, *, by: Actor, at: datetime, **more: int | str) -> None:
    record(
        street=call.street, stream=call.stream, act=act, by=by, at=at,
        data={"line": call.line, "outcome": call.outcome, **more},
    )  # fmt: skip
