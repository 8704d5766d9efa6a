"""A booking as an entry of somebody's own calendar."""

from __future__ import annotations

from yimen.bookings.models import Booking
from yimen.lib.icalendar import Event
from yimen.look.language import pick

REMINDER_MIN = 60


def event(booking: Booking, *, site: str) -> Event:
    """A later version of the same booking replaces the earlier one; nobody's name is in it."""
    where = booking.resource.centre
    cancelled = booking.state not in Booking.SEATED
    return Event(
        uid=f"{booking.pk}@{site}",
        begins=booking.starts_at,
        ends=booking.ends_at,
        title=booking.resource.label,
        place=f"{where.label} {pick({'zh': where.address, 'en': where.address_en})}",
        note=booking.code,
        sequence=booking.changes + (booking.state == Booking.State.CANCELLED),
        cancelled=cancelled,
        reminder_min=REMINDER_MIN,
    )
