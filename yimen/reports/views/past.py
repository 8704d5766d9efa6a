"""The past by month: overdue days charged to bodies, and the work that each person did."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from yimen.cases.queries import visible_to
from yimen.cases.views.listing import rows as case_rows
from yimen.cases.words import act_label
from yimen.custody.queries import people_names
from yimen.lib.errors import Unseen
from yimen.lib.time import today
from yimen.look import paging
from yimen.look.language import pick
from yimen.look.sessions import step_up
from yimen.look.spreadsheets import as_csv
from yimen.reports import history, tables
from yimen.reports.forms import month_of
from yimen.reports.queries import Scope
from yimen.reports.views.access import body_named, with_scope
from yimen.reports.views.board import tabs

MONTHS = 6
DONE: dict[str, Any] = {
    "received": pgettext_lazy("count", "收件"), "accepted": pgettext_lazy("count", "受理"),
    "finished": pgettext_lazy("count", "完成任务"), "decided": pgettext_lazy("count", "决定"),
    "delivered": pgettext_lazy("count", "送达"), "overdue": gettext_lazy("其中超时"),
}  # fmt: skip


@require_safe
@with_scope
def overdue(request: HttpRequest, scope: Scope) -> HttpResponse:
    """Overdue working days charged to each body, month by month."""
    months = history.months()[:MONTHS]
    context = {
        "tabs": tabs("overdue"),
        "months": months,
        "rows": _charged(scope, months),
        "counted": history.counted_until(),
    }
    return render(request, "reports/overdue.html", context)


def _charged(scope: Scope, months: list[Any]) -> list[dict[str, Any]]:
    counts = history.overdue_by_month(scope, months) if months else {}
    known = tables.bodies_named(counts)
    rows = [
        {
            "name": tables.body_name(body),
            "cells": [
                {"n": counts[pk].get(m, 0),
                 "href": tables.address("reports:charged", body=body.code, month=f"{m:%Y-%m}")}
                for m in months
            ],
            "sum": sum(counts[pk].values()),
        }
        for pk, body in known.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row["sum"], row["name"]))


@require_safe
@with_scope
def overdue_csv(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    step_up(request)
    months = history.months()[:MONTHS]
    rows = [[r["name"], *(c["n"] for c in r["cells"]), r["sum"]] for r in _charged(scope, months)]
    head = [_("单位"), *(f"{m:%Y-%m}" for m in months), _("合计")]
    return as_csv("overdue-days", head, rows, today())


@require_safe
@with_scope
def charged(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The cases whose overdue days one body was charged with in one month."""
    body = body_named(scope, request.GET.get("body", ""))
    month = month_of(request.GET.get("month", ""), history.months())
    if body is None or month is None:
        raise Unseen("body", _("看板上没有这个单位。"))
    days = history.charged(scope, body.pk, month)
    cases = visible_to(request.actor).filter(pk__in=days)
    page = paging.page(
        cases.select_related("matter", "applicant", "lead").defer("matter__content"),
        keys=("-received_at", "-id"), cursor=request.GET.get("cursor"), size=30,
    )  # fmt: skip
    context = {
        "body": tables.body_name(body),
        "month": month,
        "page": page,
        "days": sum(days.values()),
        "rows": [
            row | {"days": days[row["case"].pk]}
            for row in case_rows(request.actor, page.items, scope.moment.at)
        ],
    }
    return render(request, "reports/charged.html", context)


@require_safe
@with_scope
def workload(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What each person did in a month."""
    known = history.months()
    month = month_of(request.GET.get("month", ""), known)
    context = {
        "tabs": tabs("workload"),
        "month": month,
        "months": [
            {"label": f"{m:%Y-%m}", "href": f"?month={m:%Y-%m}", "current": m == month}
            for m in known[:12]
        ],
        "labels": DONE.values(),
        "rows": _people(scope, month) if month else [],
        "counted": history.counted_until(),
    }
    return render(request, "reports/workload.html", context)


def _people(scope: Scope, month: Any) -> list[dict[str, Any]]:
    found = history.workload(scope, month)
    names = people_names(p.account for p in found)
    named = f"{month:%Y-%m}"
    return [
        {
            "name": names.get(p.account, ""),
            "cells": [
                {"n": p.counts[what], "key": what,
                 "href": tables.address("reports:acts", person=p.account, month=named, what=what)}
                for what in DONE
            ],
        }
        for p in found
    ]  # fmt: skip


@require_safe
@with_scope
def workload_csv(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    step_up(request)
    month = month_of(request.GET.get("month", ""), history.months())
    people = _people(scope, month) if month else []
    rows = [[f"{month:%Y-%m}", r["name"], *(c["n"] for c in r["cells"])] for r in people]
    head = [_("月份"), pgettext("count", "人员"), *(str(label) for label in DONE.values())]
    return as_csv("workload", head, rows, today())


@require_safe
@with_scope
def acts(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The acts that one figure of the workload counts, newest first."""
    what = request.GET.get("what", "")
    month = month_of(request.GET.get("month", ""), history.months())
    person = _person(scope, month, request.GET.get("person", ""))
    if what not in DONE or month is None:
        raise Http404
    page = paging.page(
        history.acts_behind(scope, person, month, what),
        keys=("-recorded_at", "stream", "seq"), cursor=request.GET.get("cursor"), size=30,
    )  # fmt: skip
    context = {
        "name": people_names([person]).get(person, ""),
        "month": month,
        "what": DONE[what],
        "page": page,
        "rows": _named(request, page.items),
    }
    return render(request, "reports/acts.html", context)


def _person(scope: Scope, month: Any, text: str) -> Any:
    """Somebody of the table; anybody else does not exist here."""
    people = history.workload(scope, month) if month else []
    found = next((p.account for p in people if str(p.account) == text), None)
    if found is None:
        raise Unseen("person", _("这个月没有这个人的工作量。"))
    return found


def _named(request: HttpRequest, entries: list[Any]) -> list[dict[str, Any]]:
    numbers = {e.stream.removeprefix("case:") for e in entries}
    cases = (
        visible_to(request.actor)
        .filter(number__in=numbers)
        .select_related("matter")
        .defer("matter__content")
    )
    known = {c.number: c for c in cases}
    return [
        {"entry": e, "act": act_label(e.act), **_case(known.get(e.stream.removeprefix("case:")))}
        for e in entries
    ]


def _case(case: Any) -> dict[str, Any]:
    """What may be said of the case of an act; nothing of one that the reader may not know of."""
    if case is None:
        return {"case": None, "matter": ""}
    return {"case": case, "matter": pick({"zh": case.matter.name, "en": case.matter.name_en})}
