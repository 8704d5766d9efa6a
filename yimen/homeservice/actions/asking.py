"""Somebody asks for a visit; the request is completed; it is cancelled."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.homeservice import perms, queries
from yimen.homeservice.actions.planning import take_off
from yimen.homeservice.actions.record import (
    end_visit,
    lock_route,
    lock_visit,
    put_visit,
    say,
    write_down,
)
from yimen.homeservice.models import Stop, Visit
from yimen.ledger import rows
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.lib.time import local
from yimen.notices.actions import tell
from yimen.people.actions import register
from yimen.people.models import Party
from yimen.people.queries import mandates_of_agent, same_person
from yimen.places.actions import forget_address, keep_address
from yimen.places.models import Address, ServicePoint

State = Visit.State
PARTS = ("road", "lane", "number", "room", "text")


@dataclass(frozen=True)
class Wish:
    """What somebody wants: matters by code, a day and a half of it (or none), where (by parts;
    None: where the person is registered)."""

    hard_to_move: bool = False
    matters: tuple[str, ...] = ()
    day: date | None = None
    half: str = ""
    address: Mapping[str, str] | None = None


@together()
def ask(
    centre: ServicePoint, person: Party, wish: Wish, *, channel: str, by: Actor, at: datetime
) -> Visit:
    """Ask for a visit to `person`: staff for anybody, residents for themselves and for whoever gave
    them a mandate. Raises Refused when the person may not have one, or has one already."""
    body = _body(centre)
    if not (perms.may_take_down(by, body.pk) or _speaks_for(by, person, at)):
        raise Forbidden("ask_visit", _("您不能替这个人申请上门服务。"))
    return _ask(centre, body, person, wish, channel, by, at)


@together()
def ask_for_other(
    centre: ServicePoint, wish: Wish, *, name: str, phone: str, birth: date | None, channel: str,
    by: Actor, at: datetime,
) -> Visit:  # fmt: skip
    """Ask for somebody who is not on record with whoever asks: a neighbour, a mother, oneself at the
    machine. A name and a telephone are enough; the card is looked at when we are there."""
    body = _body(centre)
    if by.kind not in ("resident", "system") and not perms.may_take_down(by, body.pk):
        raise Forbidden("ask_visit", _("请先登录，或者打电话给服务中心。"))
    if not phone.strip():
        text = _("没有填写电话。")
        raise Invalid("phone", text, (FieldError("phone", text, _("我们要打电话约时间。")),))
    person = register(
        centre.street, name=name, id_type=Party.IdType.OTHER, phone=phone, birth_date=birth,
        by=by, at=at,
    )  # fmt: skip
    return _ask(centre, body, person, wish, channel, by, at, birth=birth)


def _body(centre: ServicePoint) -> Body:
    body = queries.body_of(centre)
    if body is None or not centre.is_open:
        raise Refused("no_centre", _("这个中心没有上门服务，请选择其他中心。"))
    return body


def _speaks_for(by: Actor, person: Party, at: datetime) -> bool:
    if by.kind != "resident" or by.party is None:
        return False
    if person.pk == by.party or person.pk in by.records:
        return True
    held = mandates_of_agent(by.party, local(at).date())
    return held.filter(principal__in=same_person(person.pk)).exists()


def _ask(
    centre: ServicePoint, body: Body, person: Party, wish: Wish, channel: str, by: Actor,
    at: datetime, birth: date | None = None,
) -> Visit:  # fmt: skip
    # whoever asks for the same person at this moment waits here
    person = Party.objects.select_for_update(no_key=True, of=("self",)).get(pk=person.pk)
    today = local(at).date()
    ground = _ground(person, wish, today, birth)
    known = queries.open_of(person.pk)
    if known is not None:
        raise Refused("asked_before", _("已经申请过了。要改时间或内容，请打电话给服务中心。"))
    _check(centre.street, wish, today)
    visit = Visit(
        id=new_id(), street=centre.street, number=_number(centre.street), centre=centre, body=body,
        person=person, address=_kept(person, wish), ground=ground, matters=list(wish.matters),
        wish_day=wish.day, wish_half=wish.half, channel=channel, asked_by_id=by.account, asked_at=at,
    )  # fmt: skip
    names = [f.attname for f in Visit._meta.concrete_fields]
    rows.insert(Visit, [{name: getattr(visit, name) for name in names}])
    write_down(visit, "ask", by=by, at=at, ground=ground, channel=channel, matters=visit.matters)
    say(visit, "asked", by=by, at=at)
    tell(
        street=visit.street, template="homevisit.new", about=visit.stream,
        facts={"number": visit.number}, key=f"{visit.pk}:new", to_body=body.pk, by=by, at=at,
    )  # fmt: skip
    return visit


def _ground(person: Party, wish: Wish, today: date, birth: date | None) -> str:
    found = queries.may_have(person, today, hard_to_move=wish.hard_to_move)
    if not found and birth is not None and person.birth_date is None:
        person.birth_date = birth  # a record of the same telephone that had none
        found = queries.may_have(person, today)
    if not found:
        text = _(
            "上门服务给 %(age)d 岁以上的老人和行动不便的残疾人。行动不便的，请勾选“行动不便”，不用证明。"
        )
        raise Refused("not_entitled", text % {"age": settings.YIMEN_HOME_SERVICE["age"]})
    return found


def _check(street: str, wish: Wish, today: date) -> None:
    if wish.day is not None and wish.day <= today:
        text = _("希望的日子最早是明天。")
        raise Invalid("day", text, (FieldError("day", text, _("请另选一天，或者不选。")),))
    offered = {row.matter_id for row in queries.at_home(street)} if wish.matters else set()
    if len(wish.matters) > 8 or not offered.issuperset(wish.matters):
        text = _("有的事项不能上门办。")
        raise Invalid(
            "matters", text, (FieldError("matters", text, _("请从列表里选，最多八项。")),)
        )


def _kept(person: Party, wish: Wish) -> Address | None:
    """A copy of its own, which goes when the visit is over."""
    parts: Mapping[str, str] | None = wish.address
    if parts is None and person.address is not None:
        parts = {name: getattr(person.address, name) for name in PARTS}
    if parts is None:
        return None
    return keep_address(person.street, parts, division=person.division)


def _number(street: str) -> str:
    """Eight digits behind an H that no other visit of the street has."""
    while True:
        number = f"H{secrets.randbelow(10**8):08d}"
        if not Visit.objects.filter(street=street, number=number).exists():
            return number


@together()
def complete(visit: Visit, wish: Wish, *, by: Actor, at: datetime) -> Visit:
    """What the desk learns on the telephone: where, what for, when it suits."""
    row = lock_visit(visit.pk)
    _must_keep(by, row)
    if row.state != State.REQUESTED:
        raise Refused("not_requested", _("已经排进路线，不能改内容。请先从路线上取下来。"))
    _check(row.street, wish, local(at).date())
    columns: dict[str, Any] = {
        "matters": list(wish.matters), "wish_day": wish.day, "wish_half": wish.half,
    }  # fmt: skip
    before = row.address_id
    if wish.address is not None:
        division = row.person.division if row.person else ""
        columns["address_id"] = keep_address(row.street, wish.address, division=division).pk
    put_visit(row, "complete", by=by, at=at, **columns)
    if wish.address is not None and before:
        forget_address(before)
    return row


@together()
def cancel(visit: Visit, *, by: Actor, at: datetime) -> Visit:
    """Not wanted any more. What is on a route comes off it."""
    row = _locked_with_route(visit.pk)
    if not perms.may_cancel(by, row):
        raise Unseen("visit", _("没有这次上门服务。请核对编号。"))
    if row.state not in (State.REQUESTED, State.SCHEDULED):
        raise Refused("too_late", _("已经在上门或者已经结束，不能取消。"))
    take_off(row, by=by, at=at)
    end_visit(row, State.CANCELLED, "cancelled", by=by, at=at)
    say(row, "cancelled", by=by, at=at)
    return row


def _locked_with_route(pk: UUID) -> Visit:
    """Route first, as everywhere."""
    on = Stop.objects.filter(visit=pk, state__in=Stop.OPEN).values_list("route", flat=True).first()
    if on is not None:
        lock_route(on)
    return lock_visit(pk)


def _must_keep(by: Actor, visit: Visit) -> None:
    if not perms.keeps(by, visit.body_id):
        raise Unseen("visit", _("没有这次上门服务。请核对编号。"))
