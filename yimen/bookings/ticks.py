"""What time does to bookings: closed days are noticed, people reminded, days end."""

from __future__ import annotations

from datetime import datetime

from yimen.bookings import actions, queries
from yimen.bookings.models import Booking
from yimen.lib.actor import Actor, system


def _by(booking: Booking) -> Actor:
    return system(booking.street, "bookings")


def closed(moment: datetime) -> int:
    """Find whoever booked a time at which the resource is closed now. Returns how many were told."""
    found = queries.out_of_hours(moment)
    return sum(actions.displace(b, by=_by(b), at=moment) for b in found)


def remind(moment: datetime) -> int:
    """Remind whoever comes soon. Returns how many."""
    return sum(actions.remind(b, by=_by(b), at=moment) for b in queries.to_remind(moment))


def missed(moment: datetime) -> int:
    """End the open bookings of days that are over. Returns how many."""
    return sum(actions.miss(b, by=_by(b), at=moment) for b in queries.over(moment))
