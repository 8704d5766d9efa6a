"""Tables for a spreadsheet: CSV that every program reads as UTF-8, and XLSX."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse

from yimen.lib.sheets import workbook

FORMULA = ("=", "+", "-", "@", "\t", "\r")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_csv(
    name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]], day: date
) -> HttpResponse:
    """One table; the mark in front says that it is UTF-8."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(head)
    for row in rows:
        table.writerow([_plain(value) for value in row])
    return _file("\ufeff" + out.getvalue(), "text/csv; charset=utf-8", f"{name}-{day:%Y%m%d}.csv")


def as_xlsx(name: str, sheets: Iterable[tuple[str, Any]], day: date) -> HttpResponse:
    """A workbook: each sheet's title and its rows, the first of them the head."""
    return _file(workbook(list(sheets)), XLSX, f"{name}-{day:%Y%m%d}.xlsx")


def _file(content: str | bytes, sort: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=sort)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _plain(value: Any) -> str:
    """No cell begins a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
