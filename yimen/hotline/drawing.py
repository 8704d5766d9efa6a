"""The map of requests, drawn on the server: for the desk, and for everybody with past months only."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yimen.hotline import perms, published, queries
from yimen.hotline.cells import BANDS, SORTS, Cell, band_text, cells, letters, ordered
from yimen.hotline.forms import MapFilter, PublicMapFilter
from yimen.hotline.kinds import said
from yimen.lib.errors import Unseen
from yimen.lib.time import today
from yimen.look.language import pick
from yimen.places.ground import ground, points
from yimen.places.queries import names as place_names

MONTHS = 12


def months(last: date, count: int = MONTHS) -> list[date]:
    """The first days of `count` months, the last one's first."""
    number = last.year * 12 + last.month - 1
    return [date((number - n) // 12, (number - n) % 12 + 1, 1) for n in range(count)]


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Open and past requests of the own street, up to today."""
    actor = request.actor
    if not perms.watches(actor):
        raise Unseen("map")
    form = MapFilter(request.GET, months=months(today()))
    rows = published.requests().filter(pk__in=queries.visible_to(actor).values("pk"))
    return _page(request, form, actor.street, rows, "hotline/map.html")


@login_not_required
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """For everybody: only months that are over, numbers only by steps."""
    form = PublicMapFilter(request.GET, months=months(today(), MONTHS + 1)[1:], streets=_streets())
    chosen = form.chosen()
    street = chosen.get("street") or next(iter(_streets()), "")
    return _page(request, form, street, published.requests(), "hotline/public_map.html")


def _streets() -> dict[str, str]:
    """The streets that have points, by code."""
    codes = sorted({code[:9] for code in points()})
    known = place_names(codes)
    return {code: pick(known[code]) for code in codes if code in known}


def _page(request: HttpRequest, form: Any, street: str, rows: Any, template: str) -> HttpResponse:
    chosen, land = form.chosen(), ground()
    first, last = form.span(chosen)
    counts = queries.by_place(
        rows.filter(street=street), first, last, chosen.get("need", ""), chosen.get("state", "")
    )
    where = {c: land.place(*at) for c, at in points().items() if c.startswith(street)}
    found = cells(counts, where, settings.YIMEN_MAP_CELL)
    by = request.GET.get("sort", "")
    by = by if by in SORTS else "count"
    known = place_names([code for cell in found for code in cell.places])
    context = {
        "form": form, "land": land, "cells": [_drawn(cell, known) for cell in found],
        "rows": [_drawn(cell, known) for cell in ordered(found, by)], "sort": by,
        "sorts": _sorts(request, by), "legend": [(n, band_text(n)) for n in range(1, len(BANDS) + 1)],
        "first": first, "last": last, "need": said(chosen["need"]) if "need" in chosen else "",
        "shown": sum(cell.count > 0 for cell in found), **_grid(land.width, land.height),
    }  # fmt: skip
    return render(request, template, context)


def _drawn(cell: Cell, known: dict[str, dict[str, str]]) -> dict[str, Any]:
    size = settings.YIMEN_MAP_CELL
    return {
        "name": cell.name, "band": cell.band, "text": band_text(cell.band), "count": cell.count,
        "x": cell.column * size, "y": cell.row * size, "size": size,
        "mid_x": cell.column * size + size // 2, "mid_y": cell.row * size + size // 2,
        "places": [pick(known[code]) for code in cell.places if code in known],
    }  # fmt: skip


def _grid(width: int, height: int) -> dict[str, Any]:
    """The letters above and the numbers beside the map."""
    size = settings.YIMEN_MAP_CELL
    columns, rows = -(-width // size), -(-height // size)
    return {
        "size": size,
        "columns": [(letters(n), n * size + size // 2, n * size) for n in range(columns)],
        "lines": [(n + 1, n * size + size // 2, n * size) for n in range(rows)],
    }


def _sorts(request: HttpRequest, by: str) -> dict[str, str]:
    """Addresses of the table's heads."""
    here = request.GET.copy()
    out = {}
    for name in SORTS:
        here["sort"] = name
        out[name] = f"?{here.urlencode()}#cells"
    return out
