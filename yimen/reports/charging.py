"""Overdue working days of cases and who is charged with them, for a stretch of days.

The rule itself is `cases.reckoning.charge`; here are the rows it is asked about. Only cases that
were late in these days are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from yimen.cases.models import Hold, Task, Term
from yimen.cases.reckoning import Worked, charge
from yimen.clock.queries import Shelf, shelf
from yimen.lib.time import ZONE, local

DAY = timedelta(days=1)
AT_ONCE = 1000
Span = tuple[date, date]  # first and last day, both counted


@dataclass
class Late:
    """A case that was late in the stretch: on which days, and what excuses or explains them."""

    street: str
    place: str
    lead: UUID
    spans: list[Span] = field(default_factory=list)
    stops: list[Span] = field(default_factory=list)
    tasks: list[Worked] = field(default_factory=list)

    def days(self, first: date, last: date, books: Shelf) -> list[date]:
        """The working days on which it was late."""
        calendar = books.calendar(self.place or self.street).provisional
        begin = max(first, min(a for a, _b in self.spans))
        until = min(last, max(b for _a, b in self.spans))
        low, high = calendar.index_after(begin - DAY), calendar.index_after(until)
        days = (date.fromordinal(n) for n in calendar.ordinals[low:high])
        return [d for d in days if _inside(d, self.spans) and not _inside(d, self.stops)]


def _inside(day: date, spans: list[Span]) -> bool:
    return any(a <= day <= b for a, b in spans)


def charges(first: date, last: date) -> list[tuple[str, date, UUID, UUID]]:
    """(street, day, body, case) for every overdue working day from `first` to `last`."""
    books = shelf()
    late = _late(first, last)
    found = []
    for some in _in_parts(list(late)):
        _add_stops(late, some, last)
        _add_tasks(late, some)
        for case in some:
            one = late[case]
            for day in one.days(first, last, books):
                bodies = charge([day], one.tasks, one.lead)
                found += [(one.street, day, body, case) for body in bodies]
    return found


def _in_parts(cases: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(cases), AT_ONCE):
        yield cases[start : start + AT_ONCE]


def _late(first: date, last: date) -> dict[UUID, Late]:
    """Cases with a term of ours past due on any of these days."""
    columns = (
        "case_id", "case__street", "case__place", "case__lead_id", "due_at", "met_at", "dropped_at",
    )  # fmt: skip
    found: dict[UUID, Late] = {}
    for case, street, place, lead, due, met, dropped in _terms(first, last).values_list(*columns):
        over = met or dropped
        span = (local(due).date() + DAY, local(over).date() if over else last)
        found.setdefault(case, Late(street, place, lead)).spans.append(span)
    return found


def _terms(first: date, last: date) -> QuerySet[Term]:
    """A term counts on the day on which it is met or dropped, too: it was still running then.
    An acceptance that the law supplies (deemed) came in time by that same law."""
    starts = datetime.combine(first, time.min, ZONE)
    still = (Q(met_at=None) | Q(met_at__gte=starts)) & (
        Q(dropped_at=None) | Q(dropped_at__gte=starts)
    )
    late = Term.objects.filter(
        still, bearer="body", due_at__lt=datetime.combine(last, time.min, ZONE)
    )
    return late.exclude(name="accept", case__accept_mode="deemed")


def _add_stops(late: dict[UUID, Late], cases: list[UUID], last: date) -> None:
    """Days on which the law let the case rest: from the day of the hold to the day before its
    end."""
    holds = Hold.objects.filter(case__in=cases, stops_case=True)
    for case, since, until in holds.values_list("case_id", "since", "until"):
        end = local(until).date() - DAY if until else last
        late[case].stops.append((local(since).date(), end))


def _add_tasks(late: dict[UUID, Late], cases: list[UUID]) -> None:
    columns = ("case_id", "body_id", "required", "offered_at", "ended_at", "due_at")
    for case, body, required, offered, ended, due in Task.objects.filter(
        case__in=cases
    ).values_list(*columns):
        ended_on = local(ended).date() if ended else None
        due_on = local(due).date() if due else None
        late[case].tasks.append(Worked(body, required, local(offered).date(), ended_on, due_on))
