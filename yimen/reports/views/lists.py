"""What lies behind the figures of today: cases, questions, and what is not delivered."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.db.models import Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.cases.models import Case, Task
from yimen.cases.views.listing import rows as case_rows
from yimen.clock.queries import shelf
from yimen.clock.rules import overdue_working_days
from yimen.custody.queries import people_names
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.reports import perms, queries, tables
from yimen.reports.figures import FIGURES
from yimen.reports.forms import BehindForm
from yimen.reports.queries import Scope
from yimen.reports.views.access import body_named, with_scope
from yimen.reports.views.board import tabs

NEVER = datetime(9999, 1, 1, tzinfo=UTC)  # what has no term comes last
SIZE = 30


@require_safe
@with_scope
def behind(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The cases that one figure counts, the most urgent first."""
    figure = FIGURES.get(request.GET.get("figure", "open"))
    if figure is None:
        raise Unseen("figure", _("看板上没有这个数字。"))
    form = BehindForm(scope, people_names(queries.by_person(scope)), request.GET)
    chosen = form.chosen()
    body = body_named(scope, request.GET.get("body", ""))
    found = queries.behind(
        scope, figure, body=body.pk if body else None, person=chosen.get("person", "")
    )
    page = paging.page(
        found.select_related("matter", "applicant", "lead")
        .defer("matter__content")
        .annotate(urgent=Coalesce("due_at", Value(NEVER))),
        keys=("urgent", "id"), cursor=request.GET.get("cursor"), size=SIZE,
    )  # fmt: skip
    context = {
        "form": form,
        "figure": figure,
        "page": page,
        "rows": _with_tasks(request, scope, page.items),
        "at": scope.moment.at,
        "may_urge": perms.may_urge(request.actor),
    }
    return render(request, "reports/behind.html", context)


def _with_tasks(request: HttpRequest, scope: Scope, cases: list[Case]) -> list[dict[str, Any]]:
    tasks = _by_case(queries.open_tasks_of(cases))
    found = case_rows(request.actor, cases, scope.moment.at)
    return [row | {"tasks": tasks.get(row["case"].pk, [])} for row in found]


def _by_case(tasks: list[Task]) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    for task in tasks:
        found.setdefault(task.case_id, []).append(
            {"body": tables.body_name(task.body), "person": _person(task), "task": task}
        )
    return found


def _person(task: Task) -> str:
    account = task.assignee
    if account is None:
        return ""
    return (account.party.name if account.party else "") or account.username


@require_safe
@with_scope
def enquiries(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Questions past their term, with who answers for them."""
    body = body_named(scope, request.GET.get("body", ""))
    found = queries.late_enquiries(scope, body.pk if body else None)
    page = paging.page(
        found.select_related("owner_body", "owner_account__party"),
        keys=("due_at", "id"), cursor=request.GET.get("cursor"), size=SIZE,
    )  # fmt: skip
    names = people_names([e.owner_account_id for e in page])
    context = {
        "page": page,
        "rows": [
            {
                "e": e,
                "body": tables.body_name(e.owner_body),
                "person": names.get(e.owner_account_id),
            }
            for e in page
        ],
        "body": tables.body_name(body) if body else "",
    }
    return render(request, "reports/enquiries.html", context)


@require_safe
def undelivered(request: HttpRequest) -> HttpResponse:
    """Decided, and nobody has proof that it arrived: the oldest first, each with its owner."""
    if request.actor.kind != "staff":
        raise Unseen("desk")
    if not perms.sees_undelivered(request.actor):
        raise Forbidden("undelivered", _("您的岗位没有这项权限。请交给有权办理的人员。"))
    at = now()
    page = paging.page(
        queries.undelivered(request.actor)
        .select_related("matter", "applicant", "lead")
        .defer("matter__content"),
        keys=("decided_at", "id"), cursor=request.GET.get("cursor"), size=SIZE,
    )  # fmt: skip
    limit = queries.moment_of(request.actor.street, at).undelivered_before
    context = {
        "tabs": tabs("undelivered") if perms.sees_board(request.actor) else [],
        "page": page,
        "rows": _waiting(request, page.items, at, limit),
    }
    return render(request, "reports/undelivered.html", context)


def _waiting(request: HttpRequest, cases: list[Case], at: Any, limit: Any) -> list[dict[str, Any]]:
    tasks = _by_case([t for t in queries.open_tasks_of(cases) if t.sort == "deliver"])
    books = shelf()
    found = []
    for row in case_rows(request.actor, cases, at):
        case = row["case"]
        owner = next(iter(tasks.get(case.pk, [])), None)
        calendar = books.calendar(case.place or case.street)
        days = overdue_working_days(case.decided_at, at, calendar)
        found.append(row | {"owner": owner, "days": days, "long": case.decided_at < limit})
    return found
