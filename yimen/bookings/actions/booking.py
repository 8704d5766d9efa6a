"""Somebody books, changes, cancels, and comes."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from yimen.bookings import perms, queries, rules
from yimen.bookings.actions.record import lock_booking, lock_resource, put, say, write_down
from yimen.bookings.models import Booking, Resource
from yimen.bookings.rules import Slot
from yimen.ledger import rows
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Refused
from yimen.lib.ids import new_id
from yimen.lib.time import local
from yimen.people.models import Party
from yimen.people.queries import same_person

State = Booking.State


@together()
def book(
    resource: Resource,
    *,
    person: Party,
    starts: datetime,
    channel: str,
    subject: str = "",
    by: Actor,
    at: datetime,
) -> Booking:
    """Take a place in the slot that begins at `starts`. Raises Refused when it is full, over, not
    offered, or when the person has too many bookings already (by themselves)."""
    resource = lock_resource(resource.pk)
    if not perms.may_book(by, resource, person.pk):
        raise Forbidden("book", _("您不能为这个人预约这一项。"))
    staff = perms.keeps(by, resource)
    if not resource.is_active or (not staff and not resource.online):
        raise Refused("not_offered", _("这一项现在不接受预约。可以直接到大厅取号。"))
    _not_twice(person, starts)
    if not staff or by.kind == "system":
        _within_bounds(person, at)
    slot, seat = _free(resource, starts, at, staff)
    booking = _made(resource, person, slot, seat, at)
    booking.channel, booking.subject, booking.booked_by_id = channel, subject, by.account
    names = [f.attname for f in Booking._meta.concrete_fields]
    rows.insert(Booking, [{name: getattr(booking, name) for name in names}])
    write_down(booking, "book", by=by, at=at)
    say(booking, "made", by=by, at=at)
    return booking


def _made(resource: Resource, person: Party, slot: Slot, seat: int, at: datetime) -> Booking:
    return Booking(
        id=new_id(), street=resource.street, resource=resource, code=_code(resource.street),
        person=person, starts_at=slot.starts, ends_at=slot.ends, seat=seat, places=slot.places,
        booked_at=at, changed_at=at,
    )  # fmt: skip


def _code(street: str) -> str:
    """Eight digits that no open booking of the street has."""
    while True:
        code = f"{secrets.randbelow(10**8):08d}"
        if not Booking.objects.filter(street=street, code=code, state__in=Booking.OPEN).exists():
            return code


def _not_twice(person: Party, starts: datetime) -> None:
    same = Booking.objects.filter(
        person__in=same_person(person.pk), starts_at=starts, state=State.BOOKED
    ).first()
    if same:
        text = _("您已经预约了这个时间，预约号 %(code)s。")
        raise Refused("booked_before", text % {"code": same.code})


def _within_bounds(person: Party, at: datetime) -> None:
    """What one may do by oneself; staff at the desk may do more."""
    again = queries.paused_until(person.pk, local(at).date())
    if again:
        text = _(
            "您最近几次预约没有到场。%(day)s 起可以再自己预约；现在可以打电话、到总服务台预约，或者直接取号。"
        )
        raise Refused("paused", text % {"day": f"{again:%Y-%m-%d}"})
    most = settings.YIMEN_BOOKINGS["open_per_person"]
    if queries.open_of(person.pk).count() >= most:
        text = ngettext(
            "最多可以同时有 %(n)d 个预约。请先取消或改期已有的预约。",
            "最多可以同时有 %(n)d 个预约。请先取消或改期已有的预约。",
            most,
        )
        raise Refused("too_many", text % {"n": most})


def _free(resource: Resource, starts: datetime, at: datetime, staff: bool) -> tuple[Slot, int]:
    slot, taken = queries.slot_at(resource, starts, at, staff=staff)
    if slot is None:
        text = _("这个时间不能预约了。请另选一个时间。")
        raise Refused("no_slot", text, (FieldError("starts", text),))
    seat = rules.seat(taken, slot)
    if seat is None:
        text = _("这个时间刚刚约满了。请另选一个时间。")
        raise Refused("full", text, (FieldError("starts", text),))
    return slot, seat


@together()
def change(booking: Booking, *, starts: datetime, by: Actor, at: datetime) -> Booking:
    """Come at another time; the code stays. Also the way back for whom a holiday displaced."""
    row = lock_booking(booking, by)
    _may(by, row)
    _still_open(row)
    if row.state == State.BOOKED and row.starts_at == starts:
        return row
    slot, seat = _free(row.resource, starts, at, perms.keeps(by, row.resource))
    put(
        row, "change", by=by, at=at, state=State.BOOKED, starts_at=slot.starts, ends_at=slot.ends,
        seat=seat, places=slot.places, changes=row.changes + 1, changed_at=at, reminded_at=None,
    )  # fmt: skip
    say(row, "changed", by=by, at=at)
    return row


@together()
def cancel(booking: Booking, *, by: Actor, at: datetime) -> Booking:
    """Not coming: the place is free again at once."""
    row = lock_booking(booking, by)
    _may(by, row)
    _still_open(row)
    why = "person" if perms.owns(by, row.person_id) else "staff"
    put(row, "cancel", by=by, at=at, state=State.CANCELLED, ended_at=at, ended_why=why)
    say(row, "cancelled", by=by, at=at)
    return row


@together()
def arrive(booking: Booking, *, by: Actor, at: datetime) -> str:
    """They are here. Returns how they came (`rules.IN_TIME` or `rules.LATE`); too early and
    another day are refused with a sentence. At the desk, or by the machine of the house."""
    row = lock_booking(booking, by)
    if not perms.keeps(by, row.resource):
        raise Forbidden("arrive", _("请在自助机上或到总服务台签到。"))
    if row.state == State.ARRIVED:
        raise Refused("arrived", _("这个预约已经签到。"))
    how = settings.YIMEN_BOOKINGS
    early, grace = timedelta(minutes=how["early_min"]), timedelta(minutes=how["grace_min"])
    came = rules.arrival(row.starts_at, at, early, grace)
    if row.state != State.BOOKED or came == rules.OTHER_DAY:
        text = _("这个预约是 %(when)s 的，状态是“%(state)s”，现在不能签到。可以直接取号。")
        when = f"{local(row.starts_at):%Y-%m-%d %H:%M}"
        raise Refused("not_now", text % {"when": when, "state": State(row.state).label})
    if came == rules.EARLY:
        text = _("您来早了。%(time)s 起可以签到；不想等，也可以直接取号。")
        from_when = f"{local(row.starts_at - early):%H:%M}"
        raise Refused("early", text % {"time": from_when})
    put(row, "arrive", by=by, at=at, state=State.ARRIVED, ended_at=at, ended_why=came)
    return came


def _may(by: Actor, booking: Booking) -> None:
    if not perms.may_change(by, booking):
        raise Forbidden("booking", _("您不能更改这个预约。"))


def _still_open(booking: Booking) -> None:
    if not booking.is_open:
        text = _("这个预约的状态是“%(state)s”，不能再更改。")
        raise Refused("ended", text % {"state": State(booking.state).label})
