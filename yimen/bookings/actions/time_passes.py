"""What happens to bookings without anybody pressing a button; called by ticks, through the lock."""

from __future__ import annotations

from datetime import datetime

from yimen.bookings import queries
from yimen.bookings.actions.record import lock_booking, put, say
from yimen.bookings.models import Booking
from yimen.ledger.together import together
from yimen.lib.actor import Actor

State = Booking.State


@together()
def displace(booking: Booking, *, by: Actor, at: datetime) -> bool:
    """Closed on that day: the person is told and offered another slot; nothing is lost in silence.
    False when the booking has moved meanwhile."""
    row = lock_booking(booking, by)
    if row.state != State.BOOKED or row.starts_at != booking.starts_at:
        return False
    put(row, "displace", by=by, at=at, state=State.DISPLACED)
    free = queries.next_free(row.resource, at, row.starts_at, most=1)
    offer = {"offer": free[0].starts} if free else {}
    say(row, "closed", by=by, at=at, **offer)
    return True


@together()
def remind(booking: Booking, *, by: Actor, at: datetime) -> bool:
    """The evening before, once."""
    row = lock_booking(booking, by)
    if row.state != State.BOOKED or row.reminded_at is not None:
        return False
    put(row, "remind", by=by, at=at, reminded_at=at)
    say(row, "reminder", by=by, at=at)
    return True


@together()
def miss(booking: Booking, *, by: Actor, at: datetime) -> bool:
    """The day is over. Who had a place did not come; whom we closed out did nothing wrong."""
    row = lock_booking(booking, by)
    if not row.is_open:
        return False
    displaced = row.state == State.DISPLACED
    put(
        row, "end_day", by=by, at=at, ended_at=at,
        state=State.CANCELLED if displaced else State.MISSED,
        ended_why="closed" if displaced else "missed",
    )  # fmt: skip
    return True
