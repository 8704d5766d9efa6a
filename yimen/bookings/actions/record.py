"""What every verb of bookings shares: the lock, the columns, the entry, the message."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yimen.bookings import queries
from yimen.bookings.models import Booking, Resource
from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.ledger.chain import stamp
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.notices.actions import tell


def lock_resource(pk: UUID) -> Resource:
    """Whoever books the same resource at this moment waits here."""
    found = Resource.objects.select_for_update().filter(pk=pk).first()
    if found is None:
        raise Unseen("resource", _("没有这项预约。请从头选择。"))
    return found


def lock_booking(booking: Booking | UUID, by: Actor) -> Booking:
    """The row under its lock, with the resource locked first (one order for all verbs)."""
    pk = booking.pk if isinstance(booking, Booking) else booking
    seen = queries.visible_to(by).filter(pk=pk).values_list("resource", flat=True).first()
    if seen is None:
        raise Unseen("booking", _("没有这个预约。请核对预约号。"))
    resource = lock_resource(seen)
    row = Booking.objects.select_for_update().get(pk=pk)
    row.resource = resource
    return row


def put(booking: Booking, act: str, *, by: Actor, at: datetime, **columns: Any) -> Booking:
    """Write these columns and their entry."""
    for name, value in columns.items():
        setattr(booking, name, value)
    rows.update(Booking, {"id": booking.pk}, **columns)
    write_down(booking, act, by=by, at=at)
    return booking


def write_down(booking: Booking, act: str, *, by: Actor, at: datetime) -> None:
    record(
        street=booking.street, stream=booking.stream, act=act, by=by, at=at,
        data={
            "resource": str(booking.resource_id),
            "person": str(booking.person_id) if booking.person_id else None,
            "state": booking.state,
            "starts_at": stamp(booking.starts_at),
            "seat": booking.seat,
        },
        power=None,
    )  # fmt: skip


def say(booking: Booking, what: str, *, by: Actor, at: datetime, **more: Any) -> None:
    """Tell the person; nobody to tell after they were erased."""
    if booking.person_id is None:
        return
    tell(
        street=booking.street, template=f"booking.{what}", about=booking.stream,
        facts={**booking.facts(), **more}, key=f"{booking.pk}:{what}:{booking.changes}",
        to_party=booking.person_id, by=by, at=at,
    )  # fmt: skip
