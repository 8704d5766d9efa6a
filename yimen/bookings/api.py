"""Bookings for machines: what can be booked, when there is room, and the booking itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from yimen.bookings import actions, perms, queries
from yimen.bookings.models import Booking, Resource
from yimen.bookings.rules import Slot
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Unseen
from yimen.lib.time import ZONE, local, now
from yimen.look import paging
from yimen.people.api import PersonIn
from yimen.people.models import Party

router = Router(tags=["bookings"])


class BookingIn(Schema):
    """`starts` as the slots say it. `person` only by staff of the resource: residents book for
    themselves. `subject` is a word of the house that offers it; at the hall a matter's code."""

    resource: UUID
    starts: datetime
    person: PersonIn | None = None
    subject: str = Field("", max_length=64, pattern="^[a-z0-9-]*$")
    channel: Literal["desk", "phone", "kiosk"] = "desk"


class BookingActIn(Schema):
    """`starts` is asked by change."""

    act: str
    starts: datetime | None = None


def as_json(booking: Booking) -> dict[str, Any]:
    """A booking; never who has it."""
    return {
        "id": str(booking.pk),
        "code": booking.code,
        "resource": str(booking.resource_id),
        "subject": booking.subject or None,
        "starts": _moment(booking.starts_at),
        "ends": _moment(booking.ends_at),
        "state": booking.state,
        "channel": booking.channel,
        "changes": booking.changes,
        "ended_at": _moment(booking.ended_at),
    }


def _moment(at: datetime | None) -> str | None:
    return local(at).isoformat(timespec="seconds") if at else None


def _resource_json(resource: Resource) -> dict[str, Any]:
    return {
        "id": str(resource.pk),
        "centre": resource.centre_id,
        "kind": resource.kind,
        "code": resource.code,
        "name": {"zh": resource.name, "en": resource.name_en or resource.name},
        "slot_min": resource.slot_min,
        "ahead_days": resource.ahead_days,
        "notice_min": resource.notice_min,
        "online": resource.online,
    }


def _offered(actor: Actor) -> QuerySet[Resource]:
    """What the actor may book: what is offered to everybody, and what they keep."""
    open_ = Q(is_active=True, online=True)
    if bodies := actor.bodies(*perms.KEEPS):
        open_ |= Q(is_active=True, body__in=bodies)
    return Resource.objects.filter(open_).select_related("centre")


def _resource(actor: Actor, pk: UUID) -> Resource:
    found = _offered(actor).filter(pk=pk).first()
    if found is None:
        raise Unseen("resource", _("没有这项预约。请从头选择。"))
    return found


@router.get("/resources", summary="What can be booked, of a centre or everywhere")
def list_resources(
    request: HttpRequest, centre: str = "", kind: str = "", cursor: str = ""
) -> dict[str, Any]:
    found = _offered(request.actor)  # type: ignore[attr-defined]
    if centre:
        found = found.filter(centre=centre)
    if kind:
        found = found.filter(kind=kind)
    page = paging.page(found, keys=("centre_id", "id"), cursor=cursor or None, count=False)
    return {"items": [_resource_json(r) for r in page], "next": page.next}


@router.get("/resources/{uuid:id}/slots", summary="When there is room")
def list_slots(
    request: HttpRequest, id: UUID, first: date | None = None, last: date | None = None
) -> dict[str, Any]:
    """Every slot that can be booked, the full ones with `free` 0; staff see those that began."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    resource = _resource(actor, id)
    days = queries.days(resource, now(), staff=perms.keeps(actor, resource))
    wanted = [
        slot
        for day, slots in days.items()
        if (first is None or first <= day) and (last is None or day <= last)
        for slot in slots
    ]
    return {"resource": str(resource.pk), "items": [_slot_json(slot) for slot in wanted]}


def _slot_json(slot: Slot) -> dict[str, Any]:
    return {
        "starts": _moment(slot.starts), "ends": _moment(slot.ends), "places": slot.places,
        "free": slot.free,
    }  # fmt: skip


@router.post("/bookings", summary="Book a slot", response={201: dict})
def create_booking(request: HttpRequest, body: BookingIn) -> Status:
    """Staff of the resource for anybody; a resident for themselves. The same slot twice for one
    person is refused (409), so a request whose answer was lost can be sent again."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    resource, at = _resource(actor, body.resource), now()
    staff = perms.keeps(actor, resource)
    if not staff and (actor.party is None or body.person is not None):
        raise Forbidden("book", _("您不能为这个人预约这一项。"))
    with together():
        made = actions.book(
            resource,
            person=_person(body, resource, actor, at, staff),
            starts=_aware(body.starts),
            channel=body.channel if staff else Booking.Channel.WEB,
            subject=body.subject,
            by=actor,
            at=at,
        )
    return Status(201, as_json(made))


def _person(body: BookingIn, of: Resource, actor: Actor, at: datetime, staff: bool) -> Party:
    """Staff always say for whom: left out, it must not become themselves."""
    if body.person is not None:
        return body.person.party(of.street, path="person", by=actor, at=at)
    if staff:
        text = _("请写明为谁预约。")
        raise Invalid("person", text, (FieldError("person", text),))
    assert actor.party is not None  # asked by the caller
    return Party.objects.get(pk=actor.party)


def _aware(moment: datetime) -> datetime:
    """A moment without an offset is meant on a Chinese clock."""
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def _booking(actor: Actor, pk: UUID) -> Booking:
    found = queries.visible_to(actor).select_related("resource__centre").filter(pk=pk).first()
    if found is None:
        raise Unseen("booking", _("没有这个预约。请核对预约号。"))
    return found


@router.get("/bookings/{uuid:id}", summary="One booking")
def get_booking(request: HttpRequest, id: UUID) -> dict[str, Any]:
    return as_json(_booking(request.actor, id))  # type: ignore[attr-defined]


@router.get("/bookings", summary="One's own bookings, and those one keeps")
def list_bookings(
    request: HttpRequest, resource: UUID | None = None, day: date | None = None, cursor: str = ""
) -> dict[str, Any]:
    """In the order of coming; `day` and `resource` narrow it."""
    found = queries.visible_to(request.actor)  # type: ignore[attr-defined]
    if resource:
        found = found.filter(resource=resource)
    if day:
        begins = queries.midnight(day)
        found = found.filter(starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1))
    page = paging.page(found, keys=("starts_at", "id"), cursor=cursor or None, count=False)
    return {"items": [as_json(b) for b in page], "next": page.next}


@router.post("/bookings/{uuid:id}/acts", summary="Change, cancel, arrive")
def act_on_booking(request: HttpRequest, id: UUID, body: BookingActIn) -> dict[str, Any]:
    """Answers the booking; `arrive` at a hall also the ticket that it became."""
    how: dict[str, Any] = {"by": request.actor, "at": now()}  # type: ignore[attr-defined]
    booking, more = _booking(how["by"], id), {}
    if body.act == "change":
        if body.starts is None:
            text = _("请选一个时间。")
            raise Invalid("starts", text, (FieldError("starts", text),))
        actions.change(booking, starts=_aware(body.starts), **how)
    elif body.act == "cancel":
        actions.cancel(booking, **how)
    elif body.act == "arrive":
        more = _arrive(booking, how)
    else:
        text = _("没有“%(act)s”这个操作。") % {"act": body.act[:20]}
        raise Invalid("act", text, (FieldError("act", text, "arrive、cancel、change"),))
    return as_json(Booking.objects.get(pk=id)) | more


def _arrive(booking: Booking, how: dict[str, Any]) -> dict[str, Any]:
    """What coming means at that resource: at the hall a ticket; else that they are here."""
    path = settings.YIMEN_ARRIVALS.get(booking.resource.kind)
    if path:
        told: dict[str, Any] = import_string(path)(booking, **how)
        return told
    actions.arrive(booking, **how)
    return {}
