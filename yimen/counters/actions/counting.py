"""Days of the halls are counted, and counted anew: the facts of a day are replaced as a whole, so
counting twice is counting once."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime

from django.db import connection, transaction

from yimen.counters import figures
from yimen.counters.models import Desk, HallDay, Ticket
from yimen.ledger import rows
from yimen.lib.ids import new_id

LOCK = 0x68616C6C  # one counter at a time


@transaction.atomic
def count_day(day: date, *, at: datetime) -> int:
    """Count one day of all halls. Returns how many facts it has."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    HallDay.objects.filter(day=day).delete()
    halls = list(Desk.objects.values_list("centre", flat=True).distinct())
    found = [
        {
            "id": new_id(), "street": street, "centre_id": centre, "day": day, "part": by,
            "key": key, "counts": asdict(tally), "counted_at": at,
        }
        for by in figures.PARTS
        for (street, centre, key), tally in figures.tally(
            Ticket.objects.filter(centre__in=halls, day=day), by, "street", "centre_id"
        ).items()
    ]  # fmt: skip
    rows.insert(HallDay, found)
    return len(found)
