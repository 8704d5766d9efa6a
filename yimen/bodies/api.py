"""Bodies, seats, leave and the matrix for machines: the same queries and actions as the pages."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status

from yimen.bodies import actions, perms, queries
from yimen.bodies.models import Appointment, Body, Seat
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid, Unseen
from yimen.lib.time import now, today
from yimen.people.models import Account
from yimen.people.queries import accounts_visible_to

router = Router(tags=["bodies"])


class BodyCard(Schema):
    """A body; who leads, guides and pays are codes of bodies."""

    id: UUID
    street: str
    code: str
    name: str
    name_en: str
    sort: str
    field: str
    led_by: str | None
    guided_by: str | None
    funded_by: str | None


class BodyList(Schema):
    items: list[BodyCard]
    next: str | None = None


class Holder(Schema):
    """Who held a seat on the day, and the deputy, if one stood in."""

    appointment: UUID
    seat: str
    account: str
    powers: list[str]
    valid_from: date
    valid_until: date | None
    deputy: str | None


class BodyPage(BodyCard):
    holders: list[Holder]


class Routed(Schema):
    """Codes of bodies by role, and the reasons as sentences."""

    lead: str | None
    main: str | None
    cooperates: list[str]
    supervises: list[str]
    because: list[str]


class NewRule(Schema):
    field: str
    role: Literal["leads", "main", "cooperates", "supervises"]
    body: str
    matter_code: str = ""
    place: str = ""
    valid_from: date
    valid_to: date | None = None
    basis: str = ""


class NewAppointment(Schema):
    body: str
    seat: str
    account: str
    valid_from: date
    valid_until: date | None = None
    basis: str = ""


class NewCover(Schema):
    appointment: UUID
    deputy: str
    valid_from: date
    valid_until: date
    reason: str


class Done(Schema):
    id: UUID


def _card(body: Body) -> dict[str, Any]:
    plain = ("id", "street", "code", "name", "name_en", "sort", "field")
    related = ("led_by", "guided_by", "funded_by")
    codes = {n: getattr(body, n).code if getattr(body, n) else None for n in related}
    return {**{n: getattr(body, n) for n in plain}, **codes}


def _body(actor: Actor, code: str) -> Body:
    """The body of that code: of one's street, else the city's."""
    found = queries.visible_to(actor).filter(code=code).order_by("-street")
    body = found.select_related("led_by", "guided_by", "funded_by").first()
    if body is None:
        raise Unseen("body")
    return body


def _account(street: str, username: str) -> Account:
    found = Account.objects.filter(street=street, username=username).first()
    if found is None:
        message = _("没有这个账号。")
        raise Invalid("account", message, (FieldError("account", message, _("请核对用户名。")),))
    return found


@router.get("bodies", response=BodyList, summary="The bodies of a day")
def bodies(request: HttpRequest, on: date | None = None) -> dict[str, Any]:
    """Those of one's street and of the city: some hundreds at most, one page."""
    if not perms.may_read(request.actor):
        raise Unseen("bodies")
    rows = queries.tree(request.actor, on or today())
    return {"items": [_card(body) for _depth, body in rows], "next": None}


@router.get("bodies/{code}", response=BodyPage, summary="Who could act for a body on a day")
def body(request: HttpRequest, code: str, on: date | None = None) -> dict[str, Any]:
    found = _body(request.actor, code)
    holders = [
        {
            "appointment": row["appointment"].pk,
            "seat": row["seat"].key,
            "account": row["account"].username,
            "powers": [str(can) for can in row["powers"]],
            "valid_from": row["appointment"].valid_from,
            "valid_until": row["appointment"].valid_until,
            "deputy": row["cover"].deputy.username if row["cover"] else None,
        }
        for row in queries.who_could(found.pk, on or today())
    ]
    return {**_card(found), "holders": holders}


@router.get("matrix/route", response=Routed, summary="Why would this go where?")
def route(
    request: HttpRequest,
    field: str,
    matter_code: str = "",
    place: str = "",
    on: date | None = None,
    excluded: str = "",
) -> dict[str, Any]:
    """`excluded` is the code of the body complained of."""
    actor = request.actor
    if not perms.may_read(actor):
        raise Unseen("matrix")
    avoided = [_body(actor, excluded).pk] if excluded else []
    found = queries.route(
        actor.street, field=field, matter_code=matter_code, place=place or actor.street, on=on,
        excluded=avoided,
    )  # fmt: skip
    codes = queries.codes(found.bodies)
    return {
        "lead": codes.get(found.lead) if found.lead else None,
        "main": codes.get(found.main) if found.main else None,
        "cooperates": [codes[id] for id in found.cooperates],
        "supervises": [codes[id] for id in found.supervises],
        "because": queries.explain(found.because),
    }


@router.post("matrix", response={201: Done}, summary="Set a rule of the matrix")
def set_rule(request: HttpRequest, payload: NewRule) -> Status[dict[str, Any]]:
    facts = payload.dict()
    facts["body"] = _body(request.actor, facts["body"])
    made = actions.set_rule(request.actor.street, by=request.actor, at=now(), **facts)
    return Status(201, {"id": made.pk})


@router.post("appointments", response={201: Done}, summary="Appoint somebody to a seat")
def appoint(request: HttpRequest, payload: NewAppointment) -> Status[dict[str, Any]]:
    facts = payload.dict()
    of = _body(request.actor, facts.pop("body"))
    seat = Seat.objects.select_related("body").filter(body=of, key=facts.pop("seat")).first()
    if seat is None:
        raise Unseen("seat")
    account = _account(of.street, facts.pop("account"))
    made = actions.appoint(seat, account, by=request.actor, at=now(), **facts)
    return Status(201, {"id": made.pk})


@router.post("covers", response={201: Done}, summary="Arrange a deputy")
def cover(request: HttpRequest, payload: NewCover) -> Status[dict[str, Any]]:
    facts, actor = payload.dict(), request.actor
    seen = queries.appointments_to_cover(actor, today())
    held: Appointment | None = seen.filter(pk=facts.pop("appointment")).first()
    if held is None:
        raise Unseen("appointment")
    deputy = _account(held.seat.body.street, facts.pop("deputy"))
    made = actions.cover(held, deputy, by=actor, at=now(), **facts)
    return Status(201, {"id": made.pk})


@router.get("me", summary="Who am I, by which powers")
def me(request: HttpRequest) -> dict[str, Any]:
    """The account behind the token or session, with the powers it has today."""
    actor = request.actor
    codes = queries.codes(actor.bodies())
    account = accounts_visible_to(actor).get(pk=actor.account)
    return {
        "account": str(account.pk),
        "username": account.username,
        "kind": actor.kind,
        "street": actor.street,
        "powers": sorted(
            {(str(p.can), codes.get(p.body, ""), p.place, p.deputy) for p in actor.powers}
        ),
    }
