"""Verb of reports: count days anew. The facts of a day are replaced as a whole, so counting twice
is counting once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from yimen.ledger import rows
from yimen.lib.ids import new_id
from yimen.reports import counting, working
from yimen.reports.models import CountedDay, DailyFact, DailyWork, OverdueDay

AT_ONCE = 31  # days in one transaction
LOCK = 0x7265706F  # one counter at a time
DAY = timedelta(days=1)


def count(days: Iterable[date], *, at: datetime) -> int:
    """Count these days and write their facts; returns how many days."""
    done = 0
    for first, last in stretches(days):
        _replace(first, last, at)
        done += (last - first).days + 1
    return done


def stretches(days: Iterable[date]) -> list[tuple[date, date]]:
    """The days as unbroken stretches of at most a month, each counted by the same few queries."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and day - found[-1][1] == DAY and (day - found[-1][0]).days < AT_ONCE:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


@transaction.atomic
def _replace(first: date, last: date, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    facts, charged = counting.facts(first, last)
    work = working.work(first, last)
    for model in (DailyFact, DailyWork, OverdueDay, CountedDay):
        model.objects.filter(day__range=(first, last)).delete()
    _insert(
        DailyFact,
        [
            {"street": street, "day": day, "body_id": body, "matter_code": matter, **counts}
            for (street, day, body, matter), counts in facts.items()
        ],
    )
    _insert(
        OverdueDay,
        [
            {"street": street, "day": day, "body_id": body, "case_id": case}
            for street, day, body, case in charged
        ],
    )
    _insert(DailyWork, work)
    length = (last - first).days + 1
    days = [{"day": first + n * DAY, "counted_at": at} for n in range(length)]
    rows.insert(CountedDay, days)


def _insert(model: Any, found: list[dict[str, Any]]) -> None:
    for start in range(0, len(found), 1000):
        rows.insert(model, [{"id": new_id(), **row} for row in found[start : start + 1000]])
