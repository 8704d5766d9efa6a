"""A case with everything an act needs to judge it: loaded once, under its lock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from yimen.bodies.register import bodies_of
from yimen.cases.kind import Kind, kind
from yimen.cases.models import (
    Case,
    Hold,
    Material,
    Obligation,
    Result,
    Stage,
    Task,
    Term,
)
from yimen.ledger import editions
from yimen.ledger.rows import instance
from yimen.lib.errors import Unseen
from yimen.matters.content import Content, from_trusted
from yimen.matters.models import MatterVersion
from yimen.people.models import Party
from yimen.places.queries import points

DECIDE_STAGE = 90
DELIVER_STAGE = 91


class Told(NamedTuple):
    """An entry of the record, as far as it is told to a resident; `data` is the entry's own text."""

    act: str
    at: datetime
    data: str


@dataclass
class Dossier:
    """The rows of one case. Acts change them through `Changes` only."""

    case: Case
    content: Content
    tasks: list[Task] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    obligations: list[Obligation] = field(default_factory=list)
    materials: list[Material] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    # of the applicant's account, "" when there is none; None when it was not looked up
    language: str | None = None
    entries: list[Told] | None = None  # what is on record, if asked for

    @property
    def kind(self) -> Kind:
        return kind(self.case.kind)

    @property
    def open(self) -> bool:
        return self.case.stage != Stage.CLOSED

    @property
    def open_tasks(self) -> list[Task]:
        return [t for t in self.tasks if t.state in Task.OPEN]

    @property
    def open_holds(self) -> list[Hold]:
        return [h for h in self.holds if h.until is None]

    @property
    def running_terms(self) -> list[Term]:
        return [t for t in self.terms if t.met_at is None and t.dropped_at is None]

    @property
    def held(self) -> bool:
        """Does an open hold stop the clock of the whole case?"""
        return any(h.stops_case for h in self.open_holds)

    @property
    def valid_result(self) -> Result | None:
        return next((r for r in self.results if r.state == Result.State.VALID), None)

    def term(self, name: str) -> Term | None:
        """The running term of this name."""
        return next((t for t in self.running_terms if t.name == name), None)

    def task(self, key: UUID | str) -> Task | None:
        return next((t for t in self.tasks if str(t.pk) == str(key)), None)

    def open_task(self, sort: str) -> Task | None:
        """The open acceptance, decision or delivery task."""
        return next((t for t in self.open_tasks if t.sort == sort), None)

    def missing(self) -> list[Material]:
        """Essential materials that are still missing."""
        return [m for m in self.materials if m.essential and m.status == Material.Status.MISSING]

    def blocking(self, act: str) -> list[Obligation]:
        """What is still owed and forbids `act`."""
        return [o for o in self.obligations if o.met_at is None and o.blocks == act]


@lru_cache(maxsize=2048)
def content_of(version_id: UUID) -> Content:
    """The content of a published version; published versions never change."""
    return from_trusted(MatterVersion.objects.values_list("content", flat=True).get(pk=version_id))


# the lists of a dossier and their tables
LISTS: dict[str, Any] = {
    "tasks": Task,
    "terms": Term,
    "holds": Hold,
    "obligations": Obligation,
    "materials": Material,
    "results": Result,
}
_LOCK = "SELECT 1 FROM cases_case WHERE number = %s FOR UPDATE"
_LIST = "'{name}', (SELECT json_agg(r ORDER BY r.id) FROM {table} r WHERE r.case_id = c.id), "
# The case with everything below it as one JSON text: one statement, one moment.
_WHOLE = (
    "SELECT json_build_object('case', c, "  # noqa: S608 - names of tables and columns are ours
    + "".join(_LIST.format(name=name, table=m._meta.db_table) for name, m in LISTS.items())
    + "'applicant', (SELECT p FROM people_party p WHERE p.id = c.applicant_id), "
    "'language', (SELECT a.language FROM people_account a WHERE a.party_id = c.applicant_id "
    "ORDER BY a.id LIMIT 1){more})::text, {marks} FROM cases_case c WHERE c.{column} = %s"
)
_ENTRIES = """, 'entries', (
    SELECT json_agg(json_build_array(e.act, e.at, e.data) ORDER BY e.seq) FROM ledger_entry e
    WHERE e.street = c.street AND e.stream = 'case:' || c.number)"""


def load(number: str, *, lock: bool = False) -> Dossier:
    """Load the case with this number, its rows in the order they were made.

    With `lock` the case row is locked until the transaction ends; every act on a case takes this
    one lock, so the rows below it need none. They are read after the lock is held, never in the
    statement that waits for it: that one would show them as they were before the wait.
    """
    if lock:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [number])
    d = read("number", number)
    if d is None:
        raise Unseen("case", _("没有这个办件。请核对编号。"))
    return d


def load_locked(ids: Collection[UUID], still: Q) -> list[Dossier]:
    """Of these cases those that are open and `still` so, locked; what somebody is just acting on
    is left alone."""
    cases = Case.objects.select_related("centre", "accepting", "lead", "applicant")
    wanted = cases.filter(still, pk__in=ids).exclude(stage=Stage.CLOSED)
    locked = wanted.select_for_update(of=("self",), skip_locked=True)
    return dossiers_of(list(locked.order_by("next_action_at", "id")))


def dossiers_of(cases: list[Case]) -> list[Dossier]:
    """The rows of cases that are already loaded: one query a table, however many cases."""
    found = {case.pk: Dossier(case, content_of(case.matter_id)) for case in cases}
    rows: dict[str, QuerySet[Any]] = {
        "tasks": Task.objects.select_related("body", "owner", "assignee"),
        "terms": Term.objects.all(),
        "holds": Hold.objects.all(),
        "obligations": Obligation.objects.all(),
        "materials": Material.objects.all(),
        "results": Result.objects.all(),
    }
    for name, all_rows in rows.items():
        for row in all_rows.filter(case__in=list(found)).order_by("id"):
            row.case = found[row.case_id].case
            getattr(found[row.case_id], name).append(row)
    return list(found.values())


def read(column: str, value: str, *, entries: bool = False) -> Dossier | None:
    """The dossier of the case with this value in a unique column, with its record when
    `entries`; None when there is none. Always one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_statement(column, entries, editions.known()), [value])
        row = cursor.fetchone()
    if row is None:
        return None
    if row[1] is not None:
        editions.know(orjson.loads(row[1]))
    whole = orjson.loads(row[0])
    case = instance(Case, whole["case"])
    lists: Any = {n: [instance(m, r) for r in whole[n] or ()] for n, m in LISTS.items()}
    d = Dossier(case, content_of(case.matter_id), **lists, language=whole["language"] or "")
    if entries:
        told = whole["entries"] or ()
        d.entries = [Told(act, datetime.fromisoformat(at), data) for act, at, data in told]
    _relate(d, instance(Party, whole["applicant"]))
    return d


@cache
def _statement(column: str, entries: bool, marked: bool) -> str:
    """The statement; it brings the marks of what is kept in memory unless they are known."""
    marks = "NULL" if marked else editions.MARKS
    return _WHOLE.format(column=column, more=_ENTRIES if entries else "", marks=marks)


def _relate(d: Dossier, applicant: Party) -> None:
    """Put what is known already where the rows point to it, so that nobody reads it again."""
    case = d.case
    case.applicant = applicant
    case.centre, case.accepting = points()[case.centre_id], points()[case.accepting_id]
    ids = {case.lead_id, *(id for t in d.tasks for id in (t.body_id, t.owner_id))}
    bodies = bodies_of(ids, case.street)
    case.lead = bodies[case.lead_id]
    for task in d.tasks:
        task.body, task.owner = bodies[task.body_id], bodies[task.owner_id]
