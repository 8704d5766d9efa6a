"""The hall in figures: how long people waited, at what hour, where; how much ran over; and whether
what they were told about the wait came true. Every figure opens to its tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.counters import perms, priorities, queries
from yimen.counters.figures import FIGURES, HEADS, PARTS, Tally, behind, part
from yimen.counters.forms import PeriodForm
from yimen.counters.models import Desk, Ticket, Window
from yimen.lib.errors import Unseen
from yimen.lib.time import today
from yimen.look.language import pick
from yimen.look.paging import page
from yimen.look.sessions import step_up
from yimen.look.spreadsheets import as_csv, as_xlsx
from yimen.matters.queries import some
from yimen.places.models import ServicePoint

DAY = timedelta(days=1)
SHOWN = ("taken", "served", "no_show", "left", "slow", "overtime", "told", "right")


@dataclass(frozen=True)
class Asked:
    """What an address asks: a hall, from which day to which, by what."""

    centre: ServicePoint
    first: date
    last: date
    by: str
    form: PeriodForm

    def where(self, name: str = "figures", **more: Any) -> str:
        words = {"first": self.first, "last": self.last, "by": self.by, **more}
        return f"{reverse(f'counters:{name}', args=[self.centre.pk])}?{urlencode(words)}"

    def tickets(self) -> Any:
        return Ticket.objects.filter(centre=self.centre, day__range=(self.first, self.last))


def _watched(request: HttpRequest) -> Any:
    actor = request.actor  # type: ignore[attr-defined]
    if not perms.watches_any(actor):
        raise Unseen("figures")
    halls = Desk.objects.values("centre")
    return ServicePoint.objects.filter(street=actor.street, code__in=halls).order_by("code")


def hall_of(request: HttpRequest, centre: str) -> ServicePoint:
    """A hall whose figures the actor reads."""
    point: ServicePoint | None = _watched(request).filter(pk=centre).first()
    if point is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    return point


def _asked(request: HttpRequest, centre: str) -> Asked:
    point = hall_of(request, centre)
    form = PeriodForm(request.GET or None)
    given = form.chosen()
    last = given.get("last") or max(today(), given.get("first") or today())
    by = request.GET.get("by", "hour")
    if by not in PARTS:
        raise Http404
    return Asked(point, given.get("first") or min(last, today()), last, by, form)


@require_safe
def halls(request: HttpRequest) -> HttpResponse:
    """Which hall? With one there is nothing to choose."""
    points = list(_watched(request))
    if len(points) == 1:
        return redirect("counters:figures", points[0].pk)
    on = today()
    rows = [(p, queries.tallies(p.pk, on, on, "all").get("", Tally())) for p in points]
    return render(request, "counters/figures_halls.html", {"rows": rows, "on": on})


@require_safe
def hall(request: HttpRequest, centre: str) -> HttpResponse:
    """One hall in a stretch of days."""
    asked = _asked(request, centre)
    every = queries.tallies(centre, asked.first, asked.last, "all").get("", Tally())
    rows = _rows(asked)
    most = max((row["tally"].taken for row in rows), default=0)
    for row in rows:
        row["bar"] = round(100 * row["tally"].taken / most) if most else 0
    return render(
        request, "counters/figures.html",
        {
            "asked": asked, "point": asked.centre, "all": every, "rows": rows,
            "form": asked.form if asked.form.is_bound else PeriodForm(
                initial={"first": asked.first, "last": asked.last}
            ),
            "tabs": _tabs(asked), "periods": _periods(asked), "head": HEADS.get(asked.by, ""),
            "href": {key: asked.where("figures_tickets", by="all", figure=key) for key in FIGURES},
            "csv": asked.where("figures_csv"), "xlsx": asked.where("figures_xlsx"),
        },
        status=asked.form.http_status,
    )  # fmt: skip


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    return [
        {"label": p.label, "href": asked.where(by=p.key), "current": p.key == asked.by}
        for p in PARTS.values()
        if p.key != "all"
    ]


def _periods(asked: Asked) -> list[dict[str, Any]]:
    """The stretches that are asked for most."""
    on = today()
    month = on.replace(day=1)
    before = (month - DAY).replace(day=1)
    known = [
        (_("今天"), on, on), (_("昨天"), on - DAY, on - DAY), (_("本周"), on - on.weekday() * DAY, on),
        (_("本月"), month, on), (_("上月"), before, month - DAY),
    ]  # fmt: skip
    return [
        {"label": label, "href": asked.where(first=a, last=b),
         "current": (a, b) == (asked.first, asked.last)}
        for label, a, b in known
    ]  # fmt: skip


def _rows(asked: Asked) -> list[dict[str, Any]]:
    """The lines of the table: hours and windows in their order, others by how many came."""
    found = queries.tallies(asked.centre.pk, asked.first, asked.last, asked.by)
    names = _names(asked, list(found))
    ordered = asked.by in ("hour", "window")
    keys = sorted(found, key=lambda k: (k == "", k if ordered else -found[k].taken, k))  # type: ignore[operator]
    return [
        {
            "key": key,
            "name": names.get(key, key),
            "tally": found[key],
            "cells": [
                {"n": getattr(found[key], f), "tone": FIGURES[f].tone,
                 "href": asked.where("figures_tickets", key=key, figure=f)}
                for f in SHOWN
            ],
        }
        for key in keys
    ]  # fmt: skip


def _names(asked: Asked, keys: list[str]) -> dict[str, str]:
    """What the parts are called; an empty key says that there was none."""
    if asked.by == "hour":
        return {k: f"{k}:00–{k}:59" for k in keys if k}
    if asked.by == "desk":
        return {d.code: d.label for d in Desk.objects.filter(centre=asked.centre)}
    if asked.by == "window":
        here = {w.pk: w.label for w in Window.objects.filter(centre=asked.centre)}
        return here | {"": _("没有到窗口")}
    if asked.by == "priority":
        return {p.code: p.name for p in priorities.known().values()} | {"": _("没有")}
    titles = {c: pick({"zh": m.name, "en": m.name_en}) for c, m in some(set(keys)).items()}
    return titles | {"": _("没有指明事项")}


@require_safe
def tickets(request: HttpRequest, centre: str) -> HttpResponse:
    """The tickets behind one figure, the newest first."""
    asked = _asked(request, centre)
    figure, key = request.GET.get("figure", "taken"), request.GET.get("key", "")
    if figure not in FIGURES:
        raise Http404
    wanted = behind(part(asked.tickets(), asked.by, key), figure)
    rows = page(
        wanted.select_related("window"), keys=("-taken_at", "-id"),
        cursor=request.GET.get("cursor"), size=50,
    )  # fmt: skip
    name = "" if asked.by == "all" else _names(asked, [key]).get(key, key)
    return render(
        request, "counters/figures_tickets.html",
        {
            "asked": asked, "point": asked.centre, "page": rows, "name": name,
            "figure": FIGURES[figure], "back": asked.where(by="hour" if not name else asked.by),
            "rows": [(t, round(t.waited.total_seconds() / 60) if t.waited else None) for t in rows],
        },
    )  # fmt: skip


# -- to take away -----------------------------------------------------------------------------------


def _sheet(asked: Asked) -> tuple[list[Any], list[list[Any]]]:
    """Head and rows: counts, then minutes and percentages."""
    figures = [str(FIGURES[f].label) for f in SHOWN]
    head = [
        _("从"), _("到"), str(HEADS.get(asked.by, _("合计"))), *figures, _("平均等候（分钟）"),
        _("最长等候（分钟）"), _("平均在窗口（分钟）"), _("延时（分钟）"), _("15 分钟内叫到（%）"),
        _("等候在告知范围内（%）"),
    ]  # fmt: skip
    return head, [
        [
            asked.first, asked.last, row["name"], *(c["n"] for c in row["cells"]),
            *(_blank(getattr(row["tally"], name)) for name in MEASURES),
        ]
        for row in _rows(asked)
    ]  # fmt: skip


MEASURES = (
    "wait_min", "longest_min", "window_min", "overtime_min", "soon_percent", "right_percent",
)  # fmt: skip


def _blank(value: Any) -> Any:
    return "" if value is None else value


@require_safe
def export_csv(request: HttpRequest, centre: str) -> HttpResponse:
    """The table of the page, for a spreadsheet."""
    asked = _asked(request, centre)
    step_up(request)
    head, rows = _sheet(asked)
    return as_csv(f"hall-{asked.by}", head, rows, asked.last)


@require_safe
def export_xlsx(request: HttpRequest, centre: str) -> HttpResponse:
    """All tables as one workbook, a sheet each: the month's end in one file."""
    asked = _asked(request, centre)
    step_up(request)
    sheets = []
    for by, known in PARTS.items():
        head, rows = _sheet(Asked(asked.centre, asked.first, asked.last, by, asked.form))
        sheets.append((str(known.label), [head, *rows]))
    return as_xlsx("hall", sheets, asked.last)
