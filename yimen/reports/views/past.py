"""The past by month: overdue days charged to bodies."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.cases.queries import visible_to
from yimen.cases.views.listing import rows as case_rows
from yimen.lib.errors import Unseen
from yimen.lib.time import today
from yimen.look import paging
from yimen.look.sessions import step_up
from yimen.look.spreadsheets import as_csv
from yimen.reports import history, tables
from yimen.reports.forms import month_of
from yimen.reports.queries import Scope
from yimen.reports.views.access import body_named, with_scope
from yimen.reports.views.board import tabs

MONTHS = 6


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
