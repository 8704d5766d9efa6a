"""The board: how things stand, by body and by person, and urging those who are late."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bodies.models import Body
from yimen.cases.actions import perform
from yimen.lib.errors import Forbidden, Problem, Unseen
from yimen.lib.time import local, now
from yimen.look.sessions import step_up
from yimen.look.spreadsheets import as_csv
from yimen.reports import history, perms, queries, tables
from yimen.reports.figures import FIGURES
from yimen.reports.forms import UrgeForm
from yimen.reports.queries import Scope
from yimen.reports.rules import chart
from yimen.reports.views.access import body_named, with_scope

URGED_AT_ONCE = 200
URGENT = ("overdue", "late_task")


def tabs(current: str) -> list[dict[str, Any]]:
    pages = (
        ("board", _("看板")), ("overdue", _("逾期工作日")), ("workload", _("工作量")),
        ("undelivered", pgettext("count", "未送达")),
    )  # fmt: skip
    return [
        {"label": label, "href": reverse(f"reports:{name}"), "current": name == current}
        for name, label in pages
    ]


@require_safe
@with_scope
def board(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Everything at one look; each number opens its cases."""
    days = history.trend(scope, local(scope.moment.at).date())
    bodies, people = tables.body_rows(scope), tables.person_rows(scope)
    context = {
        "tabs": tabs("board"),
        "at": scope.moment.at,
        "stats": _stats(scope),
        "body_columns": tables.columns(bodies),
        "bodies": bodies,
        "person_columns": tables.columns(people),
        "people": people,
        "may_urge": perms.may_urge(request.actor),
        "days": list(reversed(days)),
        "counted": history.counted_until(),
        "chart": chart(
            [row["day"] for row in days],
            {key: [row[key] for row in days] for key in ("received", "decided")},
            [row["overdue_days"] for row in days],
        ),
    }
    return render(request, "reports/board.html", context)


def _stats(scope: Scope) -> list[dict[str, Any]]:
    counts = queries.totals(scope)
    asked = queries.late_enquiries(scope).count()
    rows = [
        tables.cell(key, counts[key]) | {"label": figure.label, "hint": figure.hint}
        for key, figure in FIGURES.items()
    ]
    questions = {
        "key": "enquiries", "n": asked, "label": _("咨询未答复"), "hint": _("超过答复期限的咨询"),
        "tone": "bad" if asked else "", "href": reverse("reports:enquiries"),
    }  # fmt: skip
    return [*rows, questions]


@require_safe
@with_scope
def export(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The board by body and by person as a table for a spreadsheet."""
    step_up(request)
    labels = [str(f.label) for f in FIGURES.values()]
    at = local(scope.moment.at)
    head = [_("截至"), _("单位或人员"), *labels, _("咨询未答复")]
    found = [*tables.body_rows(scope), *tables.person_rows(scope)]
    rows = [[f"{at:%Y-%m-%d %H:%M}", r["name"], *(c["n"] for c in r["cells"])] for r in found]
    return as_csv("board", head, rows, at.date())


@require_http_methods(["GET", "HEAD", "POST"])
@with_scope
def urge(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Urge a body about every case that it is late with: asked first, then each by its own act."""
    if not perms.may_urge(request.actor):
        raise Forbidden("urge", _("您的岗位没有这项权限。请交给有权办理的人员。"))
    body = body_named(scope, request.GET.get("body", ""))
    if body is None:
        raise Unseen("body", _("看板上没有这个单位。"))
    form = UrgeForm(request.POST or None)
    late = _late(scope, body)
    if request.method == "POST" and form.is_valid():
        _urge_all(request, late, form.cleaned_data["reason"])
        return redirect("reports:board")
    context = {
        "title": _("催办%(body)s") % {"body": tables.body_name(body)},
        "text": _(
            "逾期或者任务超时的每一件都会通知经办人；没有经办人的，通知单位。催办记入每件的过程。"
        ),
        "facts": [(_("要催办的任务"), len(late))],
        "form": form,
        "submit": pgettext("count", "催办"),
        "cancel": reverse("reports:board"),
    }
    return render(request, "look/confirm.html", context, status=form.http_status)


def _late(scope: Scope, body: Body) -> list[tuple[str, str]]:
    """(number, task) of the body's open tasks in cases that are late, the oldest first."""
    cases: set[Any] = set()
    for key in URGENT:
        cases |= set(queries.behind(scope, FIGURES[key], body=body.pk).values_list("pk", flat=True))
    tasks = scope.tasks().filter(body=body, case__in=cases).order_by("due_at", "id")
    found = tasks.values_list("case__number", "pk")[:URGED_AT_ONCE]
    return [(number, str(task)) for number, task in found]


def _urge_all(request: HttpRequest, late: list[tuple[str, str]], reason: str) -> None:
    done, refused = 0, ""
    for number, task in late:
        try:
            perform(number, "urge", by=request.actor, at=now(), task=task, reason=reason)
            done += 1
        except (
            Problem
        ) as problem:  # closed or decided in between: the others are urged all the same
            refused = str(problem.detail)
    if done:
        text = ngettext("已催办 %(n)d 项任务。", "已催办 %(n)d 项任务。", done)
        messages.success(request, text % {"n": done})
    if refused:
        messages.error(request, _("有任务没有催办：%(why)s") % {"why": refused})
    if not late:
        messages.warning(request, _("这个单位现在没有逾期的任务。"))
