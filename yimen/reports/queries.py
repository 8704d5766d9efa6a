"""Questions about the work as it stands now: grouped over open cases, never a case at a time.

`Scope` is what somebody's board is about: the street, or the bodies that they head.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
)

from yimen.bodies.models import Body
from yimen.bridges.models import System
from yimen.bridges.queries import silence
from yimen.cases.models import Case, Stage, Task
from yimen.cases.queries import visible_to
from yimen.clock.queries import calendar_for
from yimen.contacts.models import Enquiry
from yimen.custody.models import Paper
from yimen.lib.actor import Actor
from yimen.reports import perms
from yimen.reports.figures import FIGURES, UNDELIVERED, Figure, Moment

NOBODY = "none"
Counts = dict[str, int]


@dataclass(frozen=True)
class Scope:
    """Whose work a board shows: `bodies` None means all of the street; `seen` are the cases that
    the actor may see there (asked once: it takes a few queries to know who somebody is)."""

    actor: Actor
    bodies: frozenset[UUID] | None
    moment: Moment
    seen: QuerySet[Case]

    @classmethod
    def of(cls, actor: Actor, at: datetime) -> Scope:
        seen = visible_to(actor).filter(street=actor.street)
        return cls(actor, perms.bodies_on_board(actor), moment_of(actor.street, at), seen)

    def cases(self) -> QuerySet[Case]:
        """Open cases of the street that the actor may see."""
        return self.seen.exclude(stage=Stage.CLOSED)

    def tasks(self) -> QuerySet[Task]:
        """Open tasks of these cases, of the bodies in question."""
        found = Task.objects.filter(state__in=Task.OPEN, case__in=self.cases().values("pk"))
        return found if self.bodies is None else found.filter(body__in=self.bodies)

    @cached_property
    def counted(self) -> dict[str, dict[Any, Counts]]:
        """What is counted from the tasks, asked once for all parts of the board."""
        return _counted(self)

    def papers(self) -> QuerySet[Paper]:
        """Papers of these cases whose receiving scan is missing."""
        found = Paper.objects.filter(
            street=self.actor.street, state=Paper.State.IN_TRANSIT,
            expected_by__lt=self.moment.at, case_number__in=self.cases().values("number"),
        )  # fmt: skip
        return found if self.bodies is None else found.filter(holder_id__in=self.bodies)


def moment_of(street: str, at: datetime) -> Moment:
    """The moment with what it means in that street."""
    silent = Q(pk__in=[])
    for system in System.objects.filter(street=street, resting_since=None):
        silent |= silence(system, at)
    return Moment.of(at, calendar_for(street), silent)


# -- the list behind a figure ------------------------------------------------------------------


def behind(
    scope: Scope, figure: Figure, *, body: UUID | None = None, person: str = ""
) -> QuerySet[Case]:
    """Exactly the cases that a figure counts: of a body, of a person (an account, or NOBODY), of
    the whole scope when neither is named."""
    cases = scope.cases()
    if figure.papers:
        papers = scope.papers().filter(_holder(body, person))
        return cases.filter(number__in=papers.values("case_number"))
    if figure.case is not None:
        cases = cases.filter(figure.case(scope.moment, ""))
        if scope.bodies is None and not body and not person:
            return cases
    tasks = Task.objects.filter(_worker(body, person), case=OuterRef("pk"), state__in=Task.OPEN)
    if scope.bodies is not None:
        tasks = tasks.filter(body__in=scope.bodies)
    if figure.task is not None:
        tasks = tasks.filter(figure.task(scope.moment))
    return cases.filter(Exists(tasks))


def _worker(body: UUID | None, person: str) -> Q:
    found = Q(body=body) if body else Q()
    if person:
        found &= Q(assignee=None) if person == NOBODY else Q(assignee=person)
    return found


def _holder(body: UUID | None, person: str) -> Q:
    found = Q(holder_id=body) if body else Q()
    if person:
        found &= Q(holder_account=None) if person == NOBODY else Q(holder_account=person)
    return found


# -- the figures -------------------------------------------------------------------------------


def totals(scope: Scope) -> Counts:
    """Each figure over the whole scope.

    Over a whole street a figure about cases is counted from the cases, each once; only what is
    about tasks is counted from the tasks, where the same case must not count twice."""
    counts = dict(scope.counted["all"][None])
    if scope.bodies is None:  # a case without an open task would be wrong, but not unseen
        whole = {f.key: f.case(scope.moment, "") for f in FIGURES.values() if f.case}
        counted = {key: Count("pk", filter=q) for key, q in whole.items()}
        counts |= scope.cases().order_by().aggregate(**counted)
    papers = scope.papers().order_by().aggregate(n=Count("case_number", distinct=True))
    return counts | {"papers": papers["n"]}


def _conditions(scope: Scope) -> dict[str, Q]:
    seen = {f.key: f.on_task(scope.moment) for f in FIGURES.values()}
    return {key: q for key, q in seen.items() if q is not None}


def _counted(scope: Scope) -> dict[str, dict[Any, Counts]]:
    """How many cases meet each condition with one of their open tasks: over "all" (its one key is
    None), by "body_id", by "assignee_id". One statement that goes through the tasks once. A case
    with several tasks counts once: they are put together by case before anything is counted, where
    COUNT(DISTINCT) would sort them for every condition and every part."""
    conditions = _conditions(scope)
    flags = {f"is_{key}": ExpressionWrapper(q, BooleanField()) for key, q in conditions.items()}
    tasks = scope.tasks().order_by().values("case_id", "body_id", "assignee_id", **flags)
    found: dict[str, dict[Any, Counts]] = {part: {} for part in _PARTS}
    found["all"][None] = dict.fromkeys(conditions, 0)
    try:
        inner, params = tasks.query.sql_with_params()
    except EmptyResultSet:
        return found
    each = ", ".join(f"bool_or({flag}::boolean) AS {flag}" for flag in flags)
    sums = ", ".join(f"count(*) FILTER (WHERE {flag})" for flag in flags)
    parts = " UNION ALL ".join(
        f"SELECT '{name}', part, {sums} FROM (SELECT {column} AS part, case_id, {each} "  # noqa: S608
        f"FROM task GROUP BY 1, 2) one GROUP BY part"
        for name, column in _PARTS.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(f"WITH task AS MATERIALIZED ({inner}) {parts}", params)
        for part, key, *counted in cursor.fetchall():
            found[part][key] = dict(zip(conditions, counted, strict=True))
    return found


_PARTS = {"all": "NULL::uuid", "body_id": "body_id", "assignee_id": "assignee_id"}


def by_body(scope: Scope) -> dict[UUID, Counts]:
    """Each figure by the body whose task is open (of papers: the body that answers for them)."""
    return _grouped(scope, "body_id", "holder_id")


def by_person(scope: Scope) -> dict[UUID | None, Counts]:
    """Each figure by who has the task; None for tasks that nobody has signed for."""
    return _grouped(scope, "assignee_id", "holder_account")


def _grouped(scope: Scope, column: str, holder: str) -> dict[Any, Counts]:
    nought = dict.fromkeys(FIGURES, 0)
    found: dict[Any, Counts] = {
        key: nought | counted for key, counted in scope.counted[column].items()
    }
    papers = scope.papers().order_by().values(holder)
    for row in papers.annotate(n=Count("case_number", distinct=True)):
        found.setdefault(row[holder], dict(nought))["papers"] = row["n"]
    return found


# -- questions that nobody answered ------------------------------------------------------------


def late_enquiries(scope: Scope, body: UUID | None = None) -> QuerySet[Enquiry]:
    """Open questions past the term of whoever answers for them now."""
    found = Enquiry.objects.filter(
        street=scope.actor.street, state=Enquiry.State.OPEN, due_at__lt=scope.moment.at
    )
    if scope.bodies is not None:
        found = found.filter(owner_body__in=scope.bodies)
    return found.filter(owner_body=body) if body else found


def late_enquiries_by_body(scope: Scope) -> dict[UUID, int]:
    rows = late_enquiries(scope).order_by().values_list("owner_body").annotate(n=Count("pk"))
    return dict(rows)


# -- nothing decided stays undelivered unseen -----------------------------------------------------


def undelivered(actor: Actor) -> QuerySet[Case]:
    """Decided cases without proof of receipt that the actor may see."""
    return visible_to(actor).filter(stage__in=UNDELIVERED)


def open_tasks_of(cases: Iterable[Case], bodies: Iterable[UUID] | None = None) -> list[Task]:
    """Open tasks of some cases with who has them, one query."""
    found = Task.objects.filter(case__in=[c.pk for c in cases], state__in=Task.OPEN)
    if bodies is not None:
        found = found.filter(body__in=bodies)
    return list(found.select_related("body", "assignee__party").order_by("due_at", "id"))


def body_called(actor: Actor, code: str) -> Body | None:
    """The body of this code that may have open work here: the street's, else the city's."""
    found = Body.objects.filter(street__in=[actor.street, "0"], code=code)
    return found.order_by("-street").first()
