"""The list of cases with its filters, and the same list as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.cases import clocks
from yimen.cases.filters import CaseFilter, fitting, narrow, person_chosen
from yimen.cases.models import Case
from yimen.cases.sight import NEWEST, Seen
from yimen.cases.views.access import for_staff
from yimen.clock.queries import shelf
from yimen.lib.actor import Actor
from yimen.lib.masking import called, mask_name
from yimen.lib.time import local, now, today
from yimen.look import paging
from yimen.look.language import pick
from yimen.look.sessions import step_up
from yimen.people import perms as people

URGENT = ("due_at", "id")
EXPORTED = 5000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
@for_staff
def cases(request: HttpRequest) -> HttpResponse:
    """The cases that one may see, narrowed."""
    form = CaseFilter(request.actor, request.GET or None)
    chosen = form.chosen() if form.is_bound else {}
    at = now()
    page = paging.page(
        _source(request.actor, chosen, at), keys=_keys(chosen),
        cursor=request.GET.get("cursor"), size=30,
    )  # fmt: skip
    context = {
        "form": form if form.is_bound else CaseFilter(request.actor, {}),
        "page": page,
        "rows": rows(request.actor, page.items, at),
        "person": person_chosen(request.actor, chosen),
        "export": request.GET.urlencode(),
    }
    return render(request, "cases/cases.html", context)


def _source(actor: Actor, chosen: dict[str, Any], at: datetime) -> paging.Source | QuerySet[Case]:
    """The newest by the ranges of their scopes; by urgency only open cases come into question,
    which are few enough to be put in order."""
    if _keys(chosen) == URGENT:
        return _with_names(narrow(actor, chosen, at))
    cases = fitting(Case.objects.all(), actor, chosen, at)
    return Seen(actor, cases, lambda ids: list(_with_names(Case.objects.filter(pk__in=ids))))


def _keys(chosen: dict[str, Any]) -> tuple[str, ...]:
    return URGENT if chosen.get("sort") == "due" else NEWEST


def _with_names(found: QuerySet[Case]) -> QuerySet[Case]:
    return found.select_related("matter", "applicant", "lead").defer("matter__content")


def rows(actor: Actor, items: Iterable[Case], at: datetime) -> list[dict[str, Any]]:
    """Cases as a list shows them; names are masked for who has no desk with people's records."""
    books = shelf()
    full = people.may_see_all_of(actor, actor.street)
    return [
        {
            "case": case,
            "matter": pick({"zh": case.matter.name, "en": case.matter.name_en}),
            "lead": pick({"zh": case.lead.name, "en": case.lead.name_en}),
            "name": called(case.applicant.name) if full else mask_name(case.applicant.name),
            "clock": clocks.of_case(case, at, books),
        }
        for case in items
    ]


@require_safe
@for_staff
def export(request: HttpRequest) -> HttpResponse:
    """The narrowed list as a table for a spreadsheet: at most 5,000 rows, names masked."""
    step_up(request)
    form = CaseFilter(request.actor, request.GET or None)
    chosen = form.chosen() if form.is_bound else {}
    at = now()
    found = _with_names(narrow(request.actor, chosen, at)).order_by(*_keys(chosen))
    items = list(found[: EXPORTED + 1])
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(_head())
    for row in rows(request.actor, items[:EXPORTED], at):
        table.writerow([_safe(cell) for cell in _line(row)])
    if len(items) > EXPORTED:
        table.writerow([_("还有更多，请缩小筛选范围后再导出。")])
    # the mark in front tells spreadsheets that this is UTF-8
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cases-{today():%Y%m%d}.csv"'
    return response


def _head() -> list[str]:
    return [
        _("编号"), _("事项代码"), _("事项"), _("申请人"), _("进展"), _("结果"), _("收件时间"),
        _("受理时间"), _("法定到期"), _("承诺到期"), _("暂定"), _("灯"), _("牵头单位"), _("对方编号"),
    ]  # fmt: skip


def _line(row: dict[str, Any]) -> list[Any]:
    case = row["case"]
    stage = case.get_ending_display() if case.ending else case.get_stage_display()
    return [
        case.number, case.matter_code, row["matter"], mask_name(case.applicant.name), stage,
        case.get_outcome_display() if case.outcome else "", _minute(case.received_at),
        _minute(case.accepted_at), case.statutory_due_on or "", case.promised_due_on or "",
        _("是") if case.due_provisional else "", row["clock"].words, row["lead"],
        case.external_number,
    ]  # fmt: skip


def _minute(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""


def _safe(cell: Any) -> str:
    """A number of 26 digits stays whole in a spreadsheet, and no cell begins a formula."""
    text = str(cell)
    if text.isdigit() and len(text) > 15:
        return f"'{text}"
    return f"'{text}" if text.startswith(FORMULA) else text
