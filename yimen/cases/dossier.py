"""A case with everything an act needs to judge it: loaded once, under its lock."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

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
from yimen.lib.errors import Unseen
from yimen.matters.content import Content, from_trusted
from yimen.matters.models import MatterVersion

DECIDE_STAGE = 90
DELIVER_STAGE = 91


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


def load(number: str, *, lock: bool = False) -> Dossier:
    """Load the case with this number, its rows in the order they were made.

    With `lock` the case row is locked until the transaction ends; every act on a case takes this
    one lock, so the rows below it need none.
    """
    cases = Case.objects.select_related("centre", "accepting", "lead", "applicant")
    if lock:
        cases = cases.select_for_update(of=("self",))
    case = cases.filter(number=number).first()
    if case is None:
        raise Unseen("case", _("没有这个办件。请核对编号。"))
    return dossier_of(case)


def dossier_of(case: Case) -> Dossier:
    """All rows of a case that is already loaded."""
    return dossiers_of([case])[0]


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
