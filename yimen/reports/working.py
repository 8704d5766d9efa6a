"""What members of staff did: acts of the record, counted by person, day and body (AFF-14).

Front and back office alike: tickets served, submissions taken in, tasks, decisions, answers,
papers scanned. An act counts for the person who recorded it, for the body whose seat gave the
power, on the day on which it was recorded. It is overtime when it lies outside the office hours of
a working day and the person was not on duty by the roster. Its weight is that of the sort of act
times that of the matter (`YIMEN_WORK_WEIGHTS`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractHour, ExtractMinute, Substr

from yimen.bodies.models import Appointment
from yimen.cases.models import Case as CaseRow
from yimen.cases.models import Task
from yimen.clock.queries import shelf
from yimen.clock.rules import OFFICE_HOURS
from yimen.ledger.models import Entry
from yimen.lib.time import ZONE
from yimen.reports.counting import day_of, within
from yimen.workforce.models import Duty

DAY = timedelta(days=1)
STREAM = len("case:") + 1
# which act of which stream counts as which work
WORK: dict[str, tuple[str, str]] = {
    "served": ("ticket:", "finish"), "received": ("case:", "receive"),
    "accepted": ("case:", "accept"), "finished": ("case:", "finish"),
    "decided": ("case:", "decide"), "delivered": ("case:", "confirm"),
    "answered": ("enquiry:", "answered"), "scanned": ("paper:", "scanned"),
}  # fmt: skip
EXTRA = ("overdue", "overtime")  # of these acts, told beside them
HUNDREDTHS = 100


def _is(stream: str, act: str) -> Q:
    return Q(stream__startswith=stream, act=act)


def acts(first: date, last: date) -> QuerySet[Any]:
    """Acts that count, recorded in these days: `what` of WORK; `late`, the task that the act ended
    was past its own term; `inside` office hours; `on_duty` by the roster; `matter` of a case."""
    counted = Q()
    for stream, act in WORK.values():
        counted |= _is(stream, act)
    ended = Task.objects.filter(
        case__number=Substr(OuterRef("stream"), STREAM), case__street=OuterRef("street"),
        ended_at=OuterRef("at"), due_at__lt=F("ended_at"), state=Task.State.FINISHED,
    )  # fmt: skip
    on_duty = Duty.objects.filter(
        account=OuterRef("account"), sort__in=Duty.WORK, cancelled_at=None,
        begins_at__lte=OuterRef("recorded_at"), ends_at__gt=OuterRef("recorded_at"),
    )  # fmt: skip
    of_case = CaseRow.objects.filter(
        number=Substr(OuterRef("stream"), STREAM), street=OuterRef("street")
    )
    clock = ExtractHour("recorded_at", tzinfo=ZONE) * 60 + ExtractMinute("recorded_at", tzinfo=ZONE)
    opens, closes = (t.hour * 60 + t.minute for t in (OFFICE_HOURS.opens, OFFICE_HOURS.closes))
    return (
        Entry.objects.filter(within("recorded_at", first, last))
        .filter(counted, power__isnull=False)
        .annotate(
            what=Case(
                *(When(_is(*how), then=Value(what)) for what, how in WORK.items()),
                output_field=CharField(),
            ),
            late=Case(When(stream__startswith="case:", then=Exists(ended)), default=Value(False)),
            on_duty=Exists(on_duty),
            minute=clock,
            inside=Case(
                When(minute__gte=opens, minute__lt=closes, then=Value(True)), default=Value(False)
            ),
            day=day_of("recorded_at"),
            matter=Coalesce(
                Case(
                    When(
                        stream__startswith="case:", then=Subquery(of_case.values("matter_code")[:1])
                    )
                ),
                Value(""),
            ),
        )
    )


def days_off(street: str, first: date, last: date) -> list[date]:
    """The days of a stretch on which nobody works by the calendar."""
    calendar = shelf().calendar(street).provisional
    days = (first + n * DAY for n in range((last - first).days + 1))
    return [day for day in days if not calendar.is_working(day)]


def of_sort(found: QuerySet[Any], what: str, street: str, first: date, last: date) -> QuerySet[Any]:
    """Exactly those acts that one figure counts."""
    if what == "overdue":
        return found.filter(late=True)
    if what == "overtime":
        off = days_off(street, first, last)
        return found.filter(Q(inside=False) | Q(day__in=off), on_duty=False)
    return found.filter(what=what)


def weight(what: str, matter: str) -> float:
    """What one act counts: its sort's weight times its matter's, 1 where nothing is set."""
    known = settings.YIMEN_WORK_WEIGHTS
    return float(known["acts"].get(what, 1)) * float(known["matters"].get(matter, 1))


def work(first: date, last: date) -> list[dict[str, Any]]:
    """Acts by street, day, person and the body for which they acted."""
    names = ("street", "day", "account", "power", "what", "matter", "inside", "on_duty")
    grouped: Any = acts(first, last).order_by().values(*names)
    rows = list(grouped.annotate(n=Count("seq"), overdue=Count("seq", filter=Q(late=True))))
    appointed = Appointment.objects.filter(pk__in={row["power"] for row in rows})
    bodies = dict(appointed.values_list("pk", "seat__body_id"))
    off = {street: set(days_off(street, first, last)) for street in {r["street"] for r in rows}}
    summed: dict[tuple[Any, ...], Counter[str]] = defaultdict(Counter)
    for row in rows:
        place = (row["street"], row["day"], row["account"], bodies[row["power"]])
        extra = not row["on_duty"] and (not row["inside"] or row["day"] in off[row["street"]])
        summed[place].update(
            {
                row["what"]: row["n"],
                "overdue": row["overdue"],
                "overtime": row["n"] * extra,
                "weighted": round(row["n"] * HUNDREDTHS * weight(row["what"], row["matter"])),
            }
        )
    columns = ("street", "day", "account_id", "body_id")
    counts = (*WORK, *EXTRA, "weighted")
    return [
        dict(zip(columns, place, strict=True)) | {name: n[name] for name in counts}
        for place, n in summed.items()
    ]
