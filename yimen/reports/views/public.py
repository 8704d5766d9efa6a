"""What everybody may know: figures without persons, and the roots of the record."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yimen.ledger.models import Root
from yimen.lib.time import today
from yimen.look import paging
from yimen.look.language import pick
from yimen.reports import history
from yimen.reports.rules import FEWEST, hidden, mean, percent

CITY = "0"


@login_not_required
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """The last twelve months by department; cells that might point at somebody are left out."""
    since = _year_ago(today())
    rows = history.published(since)
    context = {
        "since": since,
        "counted": history.counted_until(),
        "fewest": FEWEST,
        "all": _line({k: sum(r[k] for r in rows) for k in _NUMBERS}, "", (False, False)),
        "rows": _lines(rows),
        "root": roots_of(CITY).first(),
    }
    return render(request, "reports/figures.html", context)


_NUMBERS = ("received", "decided", "on_time", "handling_days", "delivered")


def _year_ago(day: date) -> date:
    return day.replace(day=1).replace(year=day.year - 1)


def _lines(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    secret = zip(
        hidden([r["received"] for r in rows]), hidden([r["decided"] for r in rows]), strict=True
    )
    lines = [
        _line(row, pick({"zh": row["body__name"], "en": row["body__name_en"]}), few)
        for row, few in zip(rows, secret, strict=True)
        if row["received"] or row["decided"]
    ]
    return sorted(lines, key=lambda line: (-(line["received"] or 0), line["name"]))


def _line(row: dict[str, Any], name: str, few: tuple[bool, bool]) -> dict[str, Any]:
    """None stands for "too few to publish"."""
    received, decided = few
    return {
        "name": name,
        "received": None if received else row["received"],
        "decided": None if decided else row["decided"],
        "few": decided,
        "on_time": None if decided else percent(row["on_time"], row["decided"]),
        "mean": None if decided else mean(row["handling_days"], row["decided"]),
    }


def roots_of(street: str) -> Any:
    return Root.objects.filter(street=street).order_by("-number")


@login_not_required
@require_safe
def roots(request: HttpRequest) -> HttpResponse:
    """Every root that was published, the newest first."""
    page = paging.page(
        Root.objects.filter(street=CITY), keys=("-number", "id"),
        cursor=request.GET.get("cursor"), size=30,
    )  # fmt: skip
    newest = page.items[0] if page.items and page.previous is None else None
    return render(request, "reports/roots.html", {"page": page, "newest": newest})
