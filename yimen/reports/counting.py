"""What a stretch of days amounted to: a few grouped queries over cases and record, nothing written.

Days are Chinese days. Cases count by their legal dates, acts of staff by when they were recorded.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce, Substr, TruncDate

from yimen.cases.models import Case, Ending, Warning
from yimen.clock.queries import shelf
from yimen.contacts.models import Enquiry, Handover
from yimen.ledger.models import Entry
from yimen.lib.time import ZONE, local
from yimen.reports.charging import charges

DAY = timedelta(days=1)
Key = tuple[str, date, UUID, str]  # street, day, body, matter
Facts = dict[Key, dict[str, int]]
Charged = tuple[str, date, UUID, UUID]  # street, day, body, case
ENDINGS = {
    Ending.NOT_ACCEPTED: "not_accepted",
    Ending.WITHDRAWN: "withdrawn",
    Ending.COMPLETED: "completed",
}
STREAM = len("case:") + 1
COLUMNS = ("pk", "street", "matter_code", "owner_body_id", "owned_since", "first_body_id")


def begins(day: date) -> datetime:
    """The first moment of a day in China."""
    return datetime.combine(day, time.min, ZONE)


def within(column: str, first: date, last: date) -> Q:
    return Q(**{f"{column}__gte": begins(first), f"{column}__lt": begins(last + DAY)})


def day_of(column: str) -> TruncDate:
    return TruncDate(column, tzinfo=ZONE)


def facts(first: date, last: date) -> tuple[Facts, list[Charged]]:
    """The facts of the days from `first` to `last`, both counted, and the overdue days of single
    cases that are summed in them."""
    found: Facts = defaultdict(lambda: defaultdict(int))
    for column, name in (
        ("received_at", "received"), ("accepted_at", "accepted"), ("delivered_at", "delivered"),
    ):  # fmt: skip
        for street, day, body, matter, n in _cases_by(column, first, last):
            found[street, day, body, matter][name] += n
    for street, day, body, matter, ending, n in _cases_by("closed_at", first, last, "ending"):
        if ending in ENDINGS:
            found[street, day, body, matter][ENDINGS[ending]] += n
    _add_decided(found, first, last)
    _add_warnings(found, first, last)
    _add_questions(found, first, last)
    charged = charges(first, last)
    _add_overdue(found, charged)
    return found, charged


def _cases_by(column: str, first: date, last: date, *more: str) -> QuerySet[Any]:
    grouped = (
        Case.objects.filter(within(column, first, last)).order_by().annotate(day=day_of(column))
    )
    return grouped.values_list("street", "day", "lead_id", "matter_code", *more).annotate(
        n=Count("pk")
    )


def _add_decided(found: Facts, first: date, last: date) -> None:
    """Decided cases, grouped by the day of acceptance too: so the working days between are
    reckoned once for each pair of days."""
    in_time = Q(limit=None) | Q(limit__gte=F("day"))
    rows = (
        Case.objects.filter(within("decided_at", first, last))
        .order_by()
        .annotate(
            day=day_of("decided_at"),
            began=day_of("accepted_at"),
            limit=Coalesce("promised_due_on", "statutory_due_on"),
        )
        .values_list("street", "day", "lead_id", "matter_code", "began")
        .annotate(n=Count("pk"), good=Count("pk", filter=in_time))
    )
    books = shelf()
    for street, day, body, matter, began, n, good in rows:
        calendar = books.calendar(street).provisional
        fact = found[street, day, body, matter]
        fact["decided"] += n
        fact["on_time"] += good
        fact["handling_days"] += n * (calendar.working_days_between(began, day) if began else 0)


def _add_warnings(found: Facts, first: date, last: date) -> None:
    rungs = {"warned_yellow": Q(rung=1), "warned_red": Q(rung=2), "escalated": Q(rung__gte=3)}
    ours = Q(term=None) | Q(term__bearer="body")  # not the reminders of a resident's own term
    rows: Any = (
        Warning.objects.filter(ours, within("warned_at", first, last))
        .order_by()
        .annotate(day=day_of("warned_at"), of=Coalesce("task__body_id", "case__lead_id"))
        .values("street", "day", "of", "case__matter_code")
        .annotate(**{name: Count("pk", filter=q) for name, q in rungs.items()})
    )
    for row in rows:
        fact = found[row["street"], row["day"], row["of"], row["case__matter_code"]]
        for name in rungs:
            fact[name] += row[name]


def _add_overdue(found: Facts, charged: list[Charged]) -> None:
    codes = dict(
        Case.objects.filter(pk__in={case for *_rest, case in charged}).values_list(
            "pk", "matter_code"
        )
    )
    for street, day, body, case in charged:
        found[street, day, body, codes[case]]["overdue_days"] += 1


# -- questions -------------------------------------------------------------------------------


def _add_questions(found: Facts, first: date, last: date) -> None:
    """Questions open at the end of a day that were asked on an earlier working day, for the body
    that had signed for them by then."""
    rows = list(
        Enquiry.objects.filter(asked_at__lt=begins(last))
        .filter(Q(ended_at=None) | Q(ended_at__gte=begins(first + DAY)))
        .annotate(asked_on=day_of("asked_at"))
        .values_list(*COLUMNS, "asked_on", "ended_at")
    )
    signed = _signed({row[0] for row in rows})
    books = shelf()
    for pk, street, matter, owner, since, first_body, asked_on, ended_at in rows:
        held = [(since, owner), *signed.get(pk, ())]
        working = books.calendar(street).provisional
        until = min(last, local(ended_at).date() - DAY) if ended_at else last
        day = max(first, asked_on + DAY)
        while day <= until:
            if working.working_days_between(asked_on, day) >= 1:
                body = _owner(first_body, held, begins(day + DAY))
                found[street, day, body, matter]["unanswered_enquiries"] += 1
            day += DAY


def _signed(enquiries: set[UUID]) -> dict[UUID, list[tuple[datetime, UUID]]]:
    found: dict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
    rows = Handover.objects.filter(enquiry__in=enquiries, state=Handover.State.SIGNED)
    for enquiry, at, body in rows.values_list("enquiry_id", "signed_at", "to_body_id"):
        if at is not None:
            found[enquiry].append((at, body))
    return found


def _owner(first: UUID, held: list[tuple[datetime, UUID]], before: datetime) -> UUID:
    """Who answered for a question then: whoever was asked first, until another had signed for it
    (or it had come back)."""
    return max((h for h in held if h[0] < before), default=(before, first))[1]


# -- which days ------------------------------------------------------------------------------


def first_day() -> date | None:
    """The day of the oldest case or question."""
    cases = Case.objects.order_by("received_at").values_list("received_at", flat=True).first()
    asked = Enquiry.objects.order_by("asked_at").values_list("asked_at", flat=True).first()
    moments = [m for m in (cases, asked) if m]
    return local(min(moments)).date() if moments else None


def reached_back(since: datetime, until: datetime) -> set[date]:
    """Days before their recording that acts recorded in this stretch have changed: a paper that
    was signed days ago, a deemed acceptance that is dated back."""
    late = Entry.objects.filter(
        recorded_at__gte=since, recorded_at__lt=until, stream__startswith="case:"
    ).annotate(legal=day_of("at"), written=day_of("recorded_at"))
    numbers = late.filter(Q(legal__lt=F("written")) | Q(act="deem")).annotate(
        number=Substr("stream", STREAM)
    )
    cases = Case.objects.filter(number__in=numbers.values("number"))
    columns = ("received_at", "accepted_at", "decided_at", "delivered_at", "closed_at")
    return {local(m).date() for row in cases.values_list(*columns) for m in row if m}
