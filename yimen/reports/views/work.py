"""The work that each person did, by month and year: a sheet whose every figure opens to the acts
behind it. Whoever runs the street sees all, heads their bodies, everybody their own (AFF-14)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from yimen.cases.queries import visible_to
from yimen.cases.words import act_label
from yimen.custody.queries import people_names
from yimen.lib.errors import Unseen
from yimen.lib.time import today
from yimen.look import paging
from yimen.look.language import pick
from yimen.look.sessions import step_up
from yimen.look.spreadsheets import as_csv, as_xlsx
from yimen.reports import history, tables
from yimen.reports.history import Span, Worked
from yimen.reports.queries import Scope
from yimen.reports.views.access import with_scope
from yimen.reports.views.board import tabs

DONE: dict[str, Any] = {
    "served": pgettext_lazy("count", "叫号办理"), "received": pgettext_lazy("count", "收件"),
    "accepted": pgettext_lazy("count", "受理"), "finished": pgettext_lazy("count", "完成任务"),
    "decided": pgettext_lazy("count", "决定"), "delivered": pgettext_lazy("count", "送达"),
    "answered": pgettext_lazy("count", "答复咨询"), "scanned": pgettext_lazy("count", "交接扫描"),
    "overdue": gettext_lazy("其中超时"), "overtime": gettext_lazy("其中加班"),
}  # fmt: skip
BY = {"account": gettext_lazy("按人员"), "body": gettext_lazy("按单位")}


@dataclass(frozen=True)
class Sheet:
    """Whose work, in which span, and under which addresses its figures open."""

    street: str
    bodies: Collection[UUID] | None
    account: UUID | None
    span: Span | None
    acts: str  # the name of the page behind a figure

    @classmethod
    def of(cls, request: HttpRequest, scope: Scope) -> Sheet:
        street = scope.actor.street
        return cls(street, scope.bodies, None, _span(request), "reports:acts")

    @classmethod
    def own(cls, request: HttpRequest) -> Sheet:
        actor = request.actor
        if actor.kind != "staff" or actor.account is None:
            raise Unseen("work")
        return cls(actor.street, None, actor.account, _span(request), "reports:my_acts")

    def worked(self, *by: str) -> list[Worked]:
        if self.span is None:
            return []
        return history.worked(self.street, self.bodies, self.span, *by, account=self.account)


def _span(request: HttpRequest) -> Span | None:
    """The month or year that the address names; else the newest month that was counted."""
    known = history.spans()
    asked = request.GET.get("month", "") or request.GET.get("year", "")
    return next((s for s in known if s.named == asked), known[0] if known else None)


def _choices(span: Span | None) -> list[dict[str, Any]]:
    known = history.spans()
    years = [s for s in known if len(s.named) == 4]
    months = [s for s in known if len(s.named) > 4][:12]
    return [
        {"label": s.named, "current": s == span,
         "href": f"?{'year' if len(s.named) == 4 else 'month'}={s.named}"}
        for s in (*years, *months)
    ]  # fmt: skip


def _cells(sheet: Sheet, row: Worked) -> list[dict[str, Any]]:
    """The figures of a line; of one person's they lead to the acts."""
    return [
        {
            "n": row.counts[what],
            "key": what,
            "href": tables.address(
                sheet.acts, person=row.account, month=sheet.span.named if sheet.span else "",
                what=what,
            ) if row.account else "",
        }
        for what in DONE
    ]  # fmt: skip


def _lines(sheet: Sheet, by: str) -> list[dict[str, Any]]:
    found = sheet.worked(by)
    people = people_names(w.account for w in found if w.account)
    bodies = tables.bodies_named(w.body for w in found if w.body)
    return [
        {
            "name": people.get(w.account, "") if w.account else tables.body_name(bodies[w.body]),  # type: ignore[index]
            "cells": _cells(sheet, w),
            "weighted": w.weighted,
        }
        for w in found
    ]


def _by(request: HttpRequest) -> str:
    by = request.GET.get("by", "account")
    if by not in BY:
        raise Http404
    return by


@require_safe
@with_scope
def workload(request: HttpRequest, scope: Scope) -> HttpResponse:
    """What each person or body did in a month or year."""
    sheet, by = Sheet.of(request, scope), _by(request)
    named = sheet.span.named if sheet.span else ""
    context = {
        "tabs": tabs("workload"), "span": sheet.span, "spans": _choices(sheet.span),
        "labels": DONE.values(), "rows": _lines(sheet, by), "by": by,
        "ways": [
            {"label": label, "href": f"?month={named}&by={key}", "current": key == by}
            for key, label in BY.items()
        ],
        "counted": history.counted_until(),
        "xlsx": tables.address("reports:workload_xlsx", month=named),
        "export": tables.address("reports:workload_csv", month=named),
    }  # fmt: skip
    return render(request, "reports/workload.html", context)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one did oneself, month by month of the year in question."""
    sheet = Sheet.own(request)
    rows = sorted(
        (
            {"month": w.month, "cells": _monthly(sheet, w), "weighted": w.weighted}
            for w in _of_year(sheet).worked("account", "month")
        ),
        key=lambda row: str(row["month"]),
        reverse=True,
    )
    years = sorted({s.named[:4] for s in history.spans()}, reverse=True)
    context = {
        "rows": rows, "labels": DONE.values(), "counted": history.counted_until(),
        "spans": [
            {"label": y, "href": f"?year={y}", "current": bool(sheet.span) and y == sheet.span.named[:4]}  # type: ignore[union-attr]
            for y in years
        ],
    }  # fmt: skip
    return render(request, "reports/my_work.html", context)


def _of_year(sheet: Sheet) -> Sheet:
    if sheet.span is None:
        return sheet
    year = Span.year(sheet.span.first.year)
    return Sheet(sheet.street, sheet.bodies, sheet.account, year, sheet.acts)


def _monthly(sheet: Sheet, row: Worked) -> list[dict[str, Any]]:
    assert row.month is not None
    month = Span.month(row.month)
    return _cells(Sheet(sheet.street, None, sheet.account, month, sheet.acts), row)


@require_safe
@with_scope
def workload_csv(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The same as a table for a spreadsheet."""
    step_up(request)
    sheet = Sheet.of(request, scope)
    return as_csv("workload", _head(), _table(sheet, "account"), today())


@require_safe
@with_scope
def workload_xlsx(request: HttpRequest, scope: Scope) -> HttpResponse:
    """By person, by body, and by person and month: three sheets of one workbook."""
    step_up(request)
    sheet = Sheet.of(request, scope)
    sheets = [
        (str(BY["account"]), [_head(), *_table(sheet, "account")]),
        (str(BY["body"]), [_head(), *_table(sheet, "body")]),
        (_("按月"), [_head(), *_by_month(sheet)]),
    ]
    return as_xlsx("workload", sheets, today())


def _head() -> list[str]:
    labels = (str(label) for label in DONE.values())
    return [_("月份"), pgettext("count", "人员"), *labels, _("加权合计")]


def _table(sheet: Sheet, by: str) -> list[list[Any]]:
    named = sheet.span.named if sheet.span else ""
    rows = _lines(sheet, by)
    return [[named, r["name"], *(c["n"] for c in r["cells"]), r["weighted"]] for r in rows]


def _by_month(sheet: Sheet) -> list[list[Any]]:
    found = sheet.worked("account", "month")
    names = people_names(w.account for w in found if w.account)
    rows = [
        [f"{w.month:%Y-%m}", names.get(w.account, ""), *(w.counts[k] for k in DONE), w.weighted]  # type: ignore[arg-type]
        for w in found
    ]
    return sorted(rows, key=lambda row: (row[0], row[1]))


@require_safe
@with_scope
def acts(request: HttpRequest, scope: Scope) -> HttpResponse:
    """The acts that one figure of the workload counts, newest first."""
    return _acts(request, Sheet.of(request, scope), "reports:workload")


@require_safe
def my_acts(request: HttpRequest) -> HttpResponse:
    """The acts behind a figure of one's own."""
    return _acts(request, Sheet.own(request), "reports:my_work")


def _acts(request: HttpRequest, sheet: Sheet, back: str) -> HttpResponse:
    what, span = request.GET.get("what", ""), sheet.span
    if what not in DONE or span is None:
        raise Http404
    person = _person(sheet, request.GET.get("person", ""))
    page = paging.page(
        history.acts_behind(sheet.street, sheet.bodies, person, span, what),
        keys=("-recorded_at", "stream", "seq"), cursor=request.GET.get("cursor"), size=30,
    )  # fmt: skip
    context = {
        "name": people_names([person]).get(person, ""), "span": span, "what": DONE[what],
        "page": page, "rows": _named(request, page.items),
        "back": tables.address(back, **{"year" if len(span.named) == 4 else "month": span.named}),
    }  # fmt: skip
    return render(request, "reports/acts.html", context)


def _person(sheet: Sheet, text: str) -> UUID:
    """Somebody of the table; anybody else does not exist here."""
    found = next((w.account for w in sheet.worked("account") if str(w.account) == text), None)
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
        {"entry": e, "act": _label(e), **_case(known.get(e.stream.removeprefix("case:")))}
        for e in entries
    ]


def _label(entry: Any) -> str:
    """An act of a case by the engine's word, any other by that of its column."""
    return act_label(entry.act) if entry.stream.startswith("case:") else str(DONE[entry.what])


def _case(case: Any) -> dict[str, Any]:
    """What may be said of the case of an act; nothing of one that the reader may not know of."""
    if case is None:
        return {"case": None, "matter": ""}
    return {"case": case, "matter": pick({"zh": case.matter.name, "en": case.matter.name_en})}
