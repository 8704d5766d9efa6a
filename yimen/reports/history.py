"""Questions about days that are over: read from daily facts, never from all cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Max, Min, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth

from yimen.bodies.models import Appointment
from yimen.ledger.models import Entry
from yimen.reports import counting
from yimen.reports.models import CountedDay, DailyFact, DailyWork, OverdueDay
from yimen.reports.queries import Scope

DAY = timedelta(days=1)
TREND_DAYS = 30
TREND = ("received", "decided", "overdue_days")
DONE = (*counting.WORK.values(), "overdue")
PUBLISHED = ("received", "decided", "on_time", "handling_days")
ACT_OF = {name: act for act, name in counting.WORK.items()}


def counted_until() -> CountedDay | None:
    """The last day that was counted, and when."""
    return CountedDay.objects.order_by("-day").first()


def months() -> list[date]:
    """The months that have counted days, newest first."""
    known = CountedDay.objects.aggregate(first=Min("day"), last=Max("day"))
    if known["first"] is None:
        return []
    found, month = [], known["last"].replace(day=1)
    while month >= known["first"].replace(day=1):
        found.append(month)
        month = (month - DAY).replace(day=1)
    return found


def ends(month: date) -> date:
    """The last day of a month."""
    return (month.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def _facts(scope: Scope) -> QuerySet[DailyFact]:
    facts = DailyFact.objects.filter(street=scope.actor.street)
    return facts if scope.bodies is None else facts.filter(body__in=scope.bodies)


def trend(scope: Scope, today: date) -> list[dict[str, Any]]:
    """The last thirty days before today, days without anything among them."""
    first = today - TREND_DAYS * DAY
    rows = _facts(scope).filter(day__gte=first, day__lt=today).order_by().values("day")
    summed = {row["day"]: row for row in rows.annotate(**{n: Sum(n) for n in TREND})}
    nought = dict.fromkeys(TREND, 0)
    days = (first + n * DAY for n in range(TREND_DAYS))
    return [{**nought, **summed.get(day, {}), "day": day} for day in days]


# -- overdue days ----------------------------------------------------------------------------


def _charges(scope: Scope) -> QuerySet[OverdueDay]:
    charges = OverdueDay.objects.filter(street=scope.actor.street)
    return charges if scope.bodies is None else charges.filter(body__in=scope.bodies)


def overdue_by_month(scope: Scope, wanted: Iterable[date]) -> dict[UUID, dict[date, int]]:
    """Overdue working days charged to each body in each of these months."""
    facts = _facts(scope).filter(day__gte=min(wanted), overdue_days__gt=0).order_by()
    rows: Any = facts.annotate(month=TruncMonth("day")).values_list("body", "month")
    found: dict[UUID, dict[date, int]] = defaultdict(dict)
    for body, month, n in rows.annotate(n=Sum("overdue_days")):
        found[body][month] = n
    return dict(found)


def charged(scope: Scope, body: UUID, month: date) -> dict[UUID, int]:
    """The cases whose overdue days were charged to a body in a month, with how many."""
    days = _charges(scope).filter(body=body, day__range=(month, ends(month)))
    return dict(days.order_by().values_list("case").annotate(n=Count("pk")))


# -- workload ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """What somebody did in a month."""

    account: UUID
    counts: dict[str, int]


def workload(scope: Scope, month: date) -> list[Person]:
    """Acts of each person in a month, most first."""
    rows = DailyWork.objects.filter(
        street=scope.actor.street, day__range=(month, ends(month))
    ).order_by()
    if scope.bodies is not None:
        rows = rows.filter(body__in=scope.bodies)
    summed: Any = rows.values("account").annotate(**{name: Sum(name) for name in DONE})
    found = [Person(row["account"], {name: row[name] for name in DONE}) for row in summed]
    return sorted(found, key=lambda p: (-sum(p.counts.values()), str(p.account)))


def acts_behind(scope: Scope, account: UUID, month: date, what: str) -> QuerySet[Entry]:
    """Exactly the acts that a figure of the workload counts."""
    last = counted_until()
    until = min(ends(month), last.day) if last else month - DAY
    found: Any = counting.acts(month, until).filter(street=scope.actor.street, account=account)
    if scope.bodies is not None:
        seats = Appointment.objects.filter(seat__body__in=scope.bodies)
        found = found.filter(power__in=seats.values("pk"))
    wanted: QuerySet[Entry] = (
        found.filter(late=True) if what == "overdue" else found.filter(act=ACT_OF[what])
    )
    return wanted


# -- what everybody may know -----------------------------------------------------------------------


def published(since: date) -> list[dict[str, Any]]:
    """Received, decided, in time and working days by field of affairs, all streets together; what
    a body without a field leads (a centre) stands by itself under its name."""
    rows: Any = DailyFact.objects.filter(day__gte=since).order_by()
    by = rows.annotate(
        name=Case(When(body__field="", then=F("body__name")), default=Value("")),
        name_en=Case(When(body__field="", then=F("body__name_en")), default=Value("")),
    ).values("body__field", "name", "name_en")
    return list(by.annotate(**{name: Sum(name) for name in PUBLISHED}))
