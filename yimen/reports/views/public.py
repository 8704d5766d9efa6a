"""What everybody may know: figures without persons, and the roots of the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.bodies.fields import names
from yimen.ledger.models import Root
from yimen.lib.time import today
from yimen.look import paging
from yimen.look.language import pick
from yimen.reports import history
from yimen.reports.rules import FEWEST, hidden, mean, merged, percent

CITY = "0"


@login_not_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The last twelve months by department; cells that might point at somebody are left out."""
    since = _year_ago(today())
    rows = history.published(since)
    if sum(row["received"] for row in rows) < FEWEST:
        rows = []  # a street of its first days: even the total is too small
    context = {
        "since": since,
        "counted": history.counted_until(),
        "fewest": FEWEST,
        "all": _line(_sum(rows), "", few=False),
        "rows": _lines(rows),
        "root": Root.objects.filter(street=CITY).order_by("-number").first(),
    }
    return render(request, "reports/figures.html", context)


def _year_ago(day: date) -> date:
    return day.replace(day=1).replace(year=day.year - 1)


def _sum(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    rows = list(rows)
    return {name: sum(row[name] for row in rows) for name in history.PUBLISHED}


def _lines(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """By department, most first; the small ones together in the last line."""
    fields = names()
    small = merged([row["received"] for row in rows])
    shown = [
        (
            row,
            pick(fields.get(row["body__field"])) or pick({"zh": row["name"], "en": row["name_en"]}),
        )
        for place, row in enumerate(rows)
        if place not in small
    ]
    shown.sort(key=lambda item: (-item[0]["received"], item[1]))
    if small:
        shown.append((_sum(rows[place] for place in small), _("其余部门合计")))
    few = hidden([row["decided"] for row, _name in shown])
    return [_line(row, name, few=one) for (row, name), one in zip(shown, few, strict=True)]


def _line(row: dict[str, Any], name: str, *, few: bool) -> dict[str, Any]:
    """None stands for "too few to publish"."""
    return {
        "name": name,
        "received": row["received"],
        "decided": None if few else row["decided"],
        "on_time": None if few else percent(row["on_time"], row["decided"]),
        "mean": None if few else mean(row["handling_days"], row["decided"]),
    }


@login_not_required
@require_safe
def roots(request: HttpRequest) -> HttpResponse:
    """Every root that was published, the newest first."""
    page = paging.page(
        Root.objects.filter(street=CITY), keys=("-number", "id"),
        cursor=request.GET.get("cursor"), size=30,
    )  # fmt: skip
    return render(request, "reports/roots.html", {"page": page})
