"""Verbs that say what there is to do: posts, shifts, how many people."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from yimen.bodies.models import Body, Seat
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid
from yimen.lib.text import squeeze
from yimen.places.models import ServicePoint
from yimen.workforce import perms
from yimen.workforce.models import Need, On, Post, Shift


def _may(by: Actor, body: UUID, street: str) -> None:
    if not perms.may_set_up(by, body, street):
        sentence = _("岗位、班次和人数由中心主任或系统管理员设定。")
        raise Forbidden("set_up", sentence)


def record(place: ServicePoint, act: str, by: Actor, at: datetime, **data: Any) -> None:
    """Into the stream of the place's roster: identifiers, codes and dates only."""
    ledger.record(
        street=place.street,
        stream=f"roster:{place.code}",
        act=act,
        by=by,
        at=at,
        data={n: v.isoformat() if isinstance(v, date | time) else v for n, v in data.items()},
        power=by.power_for(Can.COORDINATE, Can.DIRECT, Can.HEAD, Can.ADMIN),
    )


@transaction.atomic
def set_post(
    place: ServicePoint,
    code: str,
    *,
    body: Body,
    name: str,
    name_en: str = "",
    seat: Seat | None = None,
    led_by: Body | None = None,
    guided_by: Body | None = None,
    funded_by: Body | None = None,
    is_active: bool = True,
    by: Actor,
    at: datetime,
) -> Post:
    """A post, new or changed. A seat, where named, belongs to the post's body."""
    _may(by, body.pk, place.street)
    if not squeeze(name):
        message = _("没有填写岗位名称。")
        raise Invalid("name", message, (FieldError("name", message),))
    if seat is not None and seat.body_id != body.pk:
        message = _("这个席位不属于这个岗位的单位。")
        raise Invalid("seat", message, (FieldError("seat", message, _("请另选。")),))
    post, _made = Post.objects.update_or_create(
        street=place.street, place=place, code=code,
        defaults={
            "body": body, "name": squeeze(name), "name_en": squeeze(name_en), "seat": seat,
            "led_by": led_by, "guided_by": guided_by, "funded_by": funded_by,
            "is_active": is_active,
        },
    )  # fmt: skip
    record(place, "post_set", by, at, post=code, body=body.code, active=is_active)
    return post


@transaction.atomic
def set_shift(
    place: ServicePoint,
    code: str,
    *,
    body: Body,
    name: str,
    name_en: str = "",
    begins: time,
    ends: time,
    on: str,
    is_active: bool = True,
    by: Actor,
    at: datetime,
) -> Shift:
    """The hours of a shift, new or changed; what is already on the roster keeps its hours."""
    _may(by, body.pk, place.street)
    if on not in On.values:
        message = _("没有这种日子。")
        raise Invalid("on", message, (FieldError("on", message, _("请从列表里选择。")),))
    shift, _made = Shift.objects.update_or_create(
        street=place.street, place=place, code=code,
        defaults={
            "name": squeeze(name), "name_en": squeeze(name_en), "begins": begins, "ends": ends,
            "on": on, "is_active": is_active,
        },
    )  # fmt: skip
    record(place, "shift_set", by, at, shift=code, begins=begins, ends=ends, on=on)
    return shift


@transaction.atomic
def set_need(
    post: Post, shift: Shift, *, people: int, valid_from: date, by: Actor, at: datetime
) -> Need | None:
    """From a day on so many people are needed; 0 ends the need. What was needed before stays
    true for the days before."""
    _may(by, post.body_id, post.street)
    if not 0 <= people <= 99:
        message = _("人数在 0 到 99 之间。")
        raise Invalid("people", message, (FieldError("people", message),))
    before = Need.objects.select_for_update().filter(street=post.street, post=post, shift=shift)
    before.filter(valid_from__gte=valid_from).delete()
    running = Q(valid_until=None) | Q(valid_until__gte=valid_from)
    for need in before.filter(running):
        need.valid_until = valid_from - timedelta(days=1)
        need.save(update_fields=["valid_until"])
    made = None
    if people:
        made = Need.objects.create(
            street=post.street, post=post, shift=shift, people=people, valid_from=valid_from
        )
    record(
        post.place, "need_set", by, at,
        post=post.code, shift=shift.code, people=people, first=valid_from,
    )  # fmt: skip
    return made
