"""What time does to reports: the days that are over are counted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db.models import Max, Min

from yimen.lib.time import local
from yimen.reports import counting
from yimen.reports.actions import count
from yimen.reports.models import CountedDay

DAY = timedelta(days=1)


def daily(now: datetime) -> int:
    """Count yesterday (again), every day not counted yet, and the days that acts recorded since
    the last count have reached back into."""
    yesterday = local(now).date() - DAY
    known = CountedDay.objects.aggregate(last=Max("counted_at"), first=Min("day"))
    start = known["first"] or counting.first_day()
    if start is None:
        return 0
    days = {yesterday} | _uncounted(start, yesterday)
    if known["last"]:
        days |= counting.reached_back(known["last"], now)
    return count([d for d in days if d <= yesterday], at=now)


def _uncounted(first: date, last: date) -> set[date]:
    days = {first + n * DAY for n in range((last - first).days + 1)}
    return days - set(CountedDay.objects.values_list("day", flat=True))
