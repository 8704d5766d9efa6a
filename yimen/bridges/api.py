"""Orders for machines: a platform hands in, looks up and speaks about its own orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from yimen.bridges import actions
from yimen.bridges.models import Order, Platform
from yimen.bridges.orders import queries
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid, Unseen
from yimen.lib.time import local, now

router = Router(tags=["orders"])


class OrderIn(Schema):
    """One order. `category` is their code; `place` a division code; moments are theirs, with their
    offset; `our_number` where the caller quoted our number; `complained_of` codes of our bodies."""

    their_number: str = Field(max_length=60)
    title: str = Field("", max_length=200)
    text: str = Field("", max_length=4000)
    category: str = Field("", max_length=40)
    place: str = Field("", max_length=12)
    where: str = Field("", max_length=200)
    name: str = Field("", max_length=60)
    phone: str = Field("", max_length=30)
    secret: bool = False
    received_at: AwareDatetime
    due_at: AwareDatetime | None = None
    return_by: AwareDatetime | None = None
    our_number: str = Field("", max_length=40)
    complained_of: list[str] = Field(default_factory=list, max_length=5)


class OrderOut(Schema):
    """Two numbers, two clocks. `unsorted`: their category is not known here and somebody sorts it."""

    their_number: str
    number: str
    state: str
    case_state: str
    due_at: datetime | None
    our_due_at: datetime | None
    return_by: datetime
    joined: bool
    unsorted: bool
    answers: list[dict[str, Any]]


class OrderActIn(Schema):
    """`act`: acknowledge (with `answer`), accept_return, refuse_return."""

    act: str
    answer: UUID | None = None


def _platform(request: HttpRequest) -> Platform:
    platform = queries.platform_of(request.actor)  # type: ignore[attr-defined]
    if platform is None:
        raise Unseen("platform")
    return platform


def _find(request: HttpRequest, their_number: str) -> Order:
    found = Order.objects.filter(platform=_platform(request), their_number=their_number)
    order = found.select_related("case").first()
    if order is None:
        raise Unseen("order", _("没有这个工单。"))
    return order


def _out(order: Order) -> dict[str, Any]:
    order = Order.objects.select_related("case").get(pk=order.pk)
    answers = order.answers.order_by("made_at", "id")
    return {
        "their_number": order.their_number, "number": order.case.number, "state": order.state,
        "case_state": order.case.stage, "due_at": order.due_at and local(order.due_at),
        "our_due_at": order.case.due_at and local(order.case.due_at),
        "return_by": local(order.return_by), "joined": order.joined, "unsorted": order.unsorted,
        "answers": [
            {
                "answer": str(a.pk), "sort": a.sort, "round": a.round, "result": a.result,
                "text": a.text or None, "acknowledged": a.acknowledged_at is not None,
            }
            for a in answers
        ],
    }  # fmt: skip


@router.post(
    "orders",
    response={200: OrderOut, 201: OrderOut},
    summary="Hand in an order, once by its number",
)
def take_order(request: HttpRequest, said: OrderIn) -> Status[dict[str, Any]]:
    """201 for a new one, 200 for one that is here; other words under a known number are refused."""
    given = said.dict() | {"complained_of": tuple(said.complained_of)}
    actor: Actor = request.actor  # type: ignore[attr-defined]
    order, new = actions.take_order(_platform(request), actions.Said(**given), by=actor, at=now())
    return Status(201 if new else 200, _out(order))


@router.get("orders/{their_number}", response=OrderOut, summary="One order of the platform")
def get_order(request: HttpRequest, their_number: str) -> dict[str, Any]:
    return _out(_find(request, their_number))


@router.post(
    "orders/{their_number}/acts",
    response=OrderOut,
    summary="Acknowledge, accept or refuse a return",
)
def act_on_order(request: HttpRequest, their_number: str, said: OrderActIn) -> dict[str, Any]:
    order = _find(request, their_number)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if said.act == "acknowledge" and said.answer:
        actions.acknowledge(order, said.answer, by=actor, at=now())
    elif said.act in ("accept_return", "refuse_return"):
        accepted = said.act == "accept_return"
        actions.judge_return(order, accepted=accepted, by=actor, at=now())
    else:
        text = _("没有“%(act)s”这个操作。") % {"act": said.act}
        fields = (FieldError("act", text, "acknowledge + answer / accept_return / refuse_return"),)
        raise Invalid("act", text, fields)
    return _out(order)
