"""What time does to bookings: closed days are noticed, people reminded, days end."""

from __future__ import annotations

from datetime import datetime

from yimen.bookings import actions, queries
from yimen.bookings.models import Booking
from yimen.lib.actor import Actor, system
from yimen.lib.rounds import one_by_one


def _by(booking: Booking) -> Actor:
    return system(booking.street, "bookings")


def closed(moment: datetime) -> int:
    """Find whoever booked a time at which the resource is closed now. Returns how many were told."""
    return one_by_one(
        "bookings.closed",
        queries.out_of_hours(moment),
        lambda b: actions.displace(b, by=_by(b), at=moment),
    )


def remind(moment: datetime) -> int:
    """Remind whoever comes soon. Returns how many."""
    return one_by_one(
        "bookings.remind",
        queries.to_remind(moment),
        lambda b: actions.remind(b, by=_by(b), at=moment),
    )


def missed(moment: datetime) -> int:
    """End the open bookings of days that are over. Returns how many."""
    return one_by_one(
        "bookings.missed", queries.over(moment), lambda b: actions.miss(b, by=_by(b), at=moment)
    )
