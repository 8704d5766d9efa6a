"""What a platform is told of its orders: written down, sent until it arrives, acknowledged."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import requests
from django.utils.translation import gettext as _

from yimen.bridges.actions.orders import judge_return, lock_order, tell, write_down
from yimen.bridges.actions.systems import TIMEOUT_S, headers
from yimen.bridges.models import Order, OrderAnswer, System
from yimen.bridges.orders import queries, rules
from yimen.cases.models import Note
from yimen.hotline.models import CallBack
from yimen.ledger import actions as ledger
from yimen.ledger.models import Errand
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.actor import system as system_actor
from yimen.lib.errors import Refused, Unseen
from yimen.lib.rounds import one_by_one
from yimen.lib.time import local, now
from yimen.notices.actions import tell as notify


class Resting(Exception):
    """The platform rests: its answers wait."""


def answer_orders(moment: datetime) -> int:
    """Write down an answer for everything that was decided or called back since the last time."""
    count = one_by_one(
        "bridges.answers", queries.answered().order_by("taken_at")[:500],
        lambda o: _reply(o.pk, moment),
    )  # fmt: skip
    return count + one_by_one(
        "bridges.called_back", queries.called_back().order_by("at", "id")[:500],
        lambda b: _called_back(b.pk, moment),
    )  # fmt: skip


@together()
def _reply(pk: UUID, at: datetime) -> int:
    order = _held(pk)
    if order.answers.filter(sort="reply", round=order.case.round).exists():
        return 0
    note = Note.objects.filter(case=order.case, sort="decision").order_by("-seq").first()
    tell(order, "reply", order.case.outcome, note.body if note else "", at)
    return 1


@together()
def _called_back(pk: UUID, at: datetime) -> int:
    back = CallBack.objects.select_related("request").get(pk=pk)
    count = 0
    for order in Order.objects.filter(case=back.request.case_id, state="open"):
        held = _held(order.pk)
        if held.answers.filter(sort="called_back", round=back.round).exists():
            continue
        if not held.answers.filter(sort="reply", round=back.round).exists():
            _late_reply(held, back.round, at)
        tell(held, "called_back", back.solved or "unreached", "", at, back.round)
        count += 1
    return count


def _late_reply(order: Order, number: int, at: datetime) -> None:
    """The round was over before the answer was read: it is told all the same."""
    notes = Note.objects.filter(case=order.case, sort="decision").order_by("seq")
    texts = list(notes.values_list("body", flat=True))
    text = texts[number - 1] if len(texts) >= number else ""
    tell(order, "reply", "answered", text, at, number)


def _held(pk: UUID) -> Order:
    rows = Order.objects.select_for_update(of=["self"]).select_related("case", "platform__system")
    return rows.get(pk=pk)


def deliver_answer(payload: dict[str, Any], *, key: str) -> None:
    """Errand: tell the platform one answer. Anything but 2xx is a failure, which is tried again; the
    reply's body may acknowledge it at once."""
    answer = OrderAnswer.objects.select_related("order__case", "order__platform__system").get(
        pk=UUID(payload["answer"])
    )
    system = answer.order.platform.system
    if system.resting_since is not None:
        raise Resting
    message = rules.event(
        str(answer.pk), answer.sort, answer.street, local(answer.made_at), said(answer)
    )
    body = orjson.dumps(message)
    response = requests.post(
        system.url, data=body, timeout=TIMEOUT_S, allow_redirects=False,
        headers=headers(system, message["id"], body),
    )  # fmt: skip
    response.raise_for_status()
    OrderAnswer.objects.filter(pk=answer.pk).update(sent_at=now())
    _take_receipt(answer, response)


def said(answer: OrderAnswer) -> dict[str, Any]:
    """An answer as the platform reads it: two numbers, a result, the words of the answer."""
    order = answer.order
    return {
        "answer": str(answer.pk), "their_number": order.their_number,
        "number": order.case.number, "round": answer.round, "result": answer.result,
        "text": answer.text or None,
    }  # fmt: skip


def _take_receipt(answer: OrderAnswer, response: Any) -> None:
    try:
        told = response.json()
    except ValueError:
        return
    if not isinstance(told, dict):
        return
    by, at = system_actor(answer.street, "bridges"), now()
    order = Order.objects.get(pk=answer.order_id)
    if answer.sort == "return" and isinstance(told.get("accepted"), bool):
        if order.state == Order.State.RETURNING:
            judge_return(order, accepted=told["accepted"], by=by, at=at)
    elif told.get("acknowledged") is True and answer.sort != "return":
        acknowledge(order, answer.pk, by=by, at=at)


@together()
def acknowledge(order: Order, answer: UUID, *, by: Actor, at: datetime) -> OrderAnswer:
    """The platform has it; of one without an interface somebody says so who copied it over."""
    rows = OrderAnswer.objects.select_for_update(of=["self"]).select_related("order__case")
    held = rows.filter(pk=answer, order__in=queries.reachable(by), order=order.pk).first()
    if held is None or held.sort == "return":
        raise Unseen("answer", _("没有这份答复。"))
    if held.acknowledged_at is None:
        held.acknowledged_at = at
        held.save(update_fields=["acknowledged_at"])
        write_down(held.order, "acknowledge", by, at, sort=held.sort, round=held.round)
    return held


@together()
def copy_over(order: Order, answer: UUID, *, by: Actor, at: datetime) -> OrderAnswer:
    """Somebody has copied an answer into a platform without an interface, or after it could not be
    sent. A return then waits for what the platform says."""
    held = lock_order(order, by)
    told = held.answers.filter(pk=answer).first()
    if told is None:
        raise Unseen("answer", _("没有这份答复。"))
    if held.platform.system.sort == System.Sort.OPEN and not _failed(told):
        raise Refused("sending", _("这份答复由系统发送，不用抄。"))
    if told.sent_at is not None or told.acknowledged_at is not None:
        return told  # a colleague was quicker: once is enough
    told.sent_at = at
    if told.sort != "return":
        told.acknowledged_at = at
    told.save(update_fields=["sent_at", "acknowledged_at"])
    write_down(held, "copy", by, at, sort=told.sort, round=told.round)
    return told


@together()
def send_again(order: Order, answer: UUID, *, by: Actor, at: datetime) -> bool:
    """Give an answer that could not be sent a fresh start; False where it is already on its way."""
    held = lock_order(order, by)
    told = held.answers.filter(pk=answer).first()
    if told is None:
        raise Unseen("answer", _("没有这份答复。"))
    errand = _failed(told)
    if errand is None or told.acknowledged_at is not None:
        return False
    ledger.resend(errand.pk, by=by, at=at)
    write_down(held, "send_again", by, at, sort=told.sort, round=told.round)
    return True


def _failed(told: OrderAnswer) -> Errand | None:
    rows = Errand.objects.filter(name="bridges.answer", key=queries.errand_key(told.pk))
    return rows.filter(state=Errand.State.FAILED).first()


def warn_orders(moment: datetime) -> int:
    """Tell the body that leads the case, once, that the platform's clock is about to run out."""
    return one_by_one(
        "bridges.order_clocks", queries.to_warn(moment).order_by("due_at")[:500],
        lambda o: _warn(o.pk, moment),
    )  # fmt: skip


@together()
def _warn(pk: UUID, at: datetime) -> int:
    order = _held(pk)
    if order.warned_at or order.due_at is None:
        return 0
    order.warned_at = at
    order.save(update_fields=["warned_at"])
    notify(
        street=order.street, template="bridge.order_due", about=order.case.number,
        facts={"number": order.case.number, "due": order.due_at},
        key=f"bridge.order_due:{order.pk}:{order.due_at:%Y%m%d%H%M}",
        by=system_actor(order.street, "bridges"), at=at, to_body=order.case.lead_id,
    )  # fmt: skip
    return 1
