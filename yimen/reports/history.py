"""Questions about days that are over: read from daily facts, never from all cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Max, Min, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth

from yimen.bodies.models import Appointment
from yimen.ledger.models import Entry
from yimen.reports import working
from yimen.reports.models import CountedDay, DailyFact, DailyWork, OverdueDay
from yimen.reports.queries import Scope

DAY = timedelta(days=1)
TREND_DAYS = 30
TREND = ("received", "decided", "overdue_days")
DONE = (*working.WORK, *working.EXTRA)
SUMMED = (*DONE, "weighted")
PUBLISHED = ("received", "decided", "on_time", "handling_days")


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
class Span:
    """The days that a sheet of work is about: a month or a year."""

    first: date
    last: date
    named: str  # as addresses write it: 2026-11 or 2026

    @classmethod
    def month(cls, first: date) -> Span:
        return cls(first, ends(first), f"{first:%Y-%m}")

    @classmethod
    def year(cls, number: int) -> Span:
        return cls(date(number, 1, 1), date(number, 12, 31), str(number))


def spans() -> list[Span]:
    """The years and months that have counted days, newest first."""
    known = months()
    years = sorted({m.year for m in known}, reverse=True)
    return [*map(Span.month, known), *map(Span.year, years)]


@dataclass(frozen=True)
class Worked:
    """What somebody did in a span, in one body or (None) in all."""

    account: UUID | None
    body: UUID | None
    month: date | None
    counts: dict[str, int]

    @property
    def weighted(self) -> float:
        return self.counts["weighted"] / working.HUNDREDTHS


def worked(
    street: str,
    bodies: Collection[UUID] | None,
    span: Span,
    *by: str,
    account: UUID | None = None,
) -> list[Worked]:
    """Acts in a span by `account`, `body` or `month` or several of them, most first."""
    rows = DailyWork.objects.filter(street=street, day__range=(span.first, span.last)).order_by()
    if bodies is not None:
        rows = rows.filter(body__in=bodies)
    if account is not None:
        rows = rows.filter(account=account)
    if "month" in by:
        rows = rows.annotate(month=TruncMonth("day"))
    summed: Any = rows.values(*by).annotate(**{name: Sum(name) for name in SUMMED})
    found = [
        Worked(
            row.get("account"), row.get("body"), row.get("month"),
            {name: row[name] for name in SUMMED},
        )
        for row in summed
    ]  # fmt: skip
    return sorted(found, key=lambda w: (-w.counts["weighted"], str(w.account), str(w.body)))


def acts_behind(
    street: str, bodies: Collection[UUID] | None, account: UUID, span: Span, what: str
) -> QuerySet[Entry]:
    """Exactly the acts that a figure of the workload counts."""
    last = counted_until()
    until = min(span.last, last.day) if last else span.first - DAY
    found: Any = working.acts(span.first, until).filter(street=street, account=account)
    if bodies is not None:
        seats = Appointment.objects.filter(seat__body__in=bodies)
        found = found.filter(power__in=seats.values("pk"))
    wanted: QuerySet[Entry] = working.of_sort(found, what, street, span.first, until)
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
