"""Tables for a spreadsheet: CSV that every program reads as UTF-8, and XLSX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from xlsxwriter import Workbook

Rows = Iterable[Sequence[Any]]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# what XML 1.0 does not allow, and what a sheet's name may not hold
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\]")
MADE = datetime(1980, 1, 1)  # always the same, so that the same table gives the same bytes
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


def workbook(sheets: Sequence[tuple[str, Rows]]) -> bytes:
    """One sheet for each (name, rows). Numbers stay numbers and dates dates; None is empty,
    everything else is text, and text is never a formula or a link: no cell can run anything."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"created": MADE})
        days = book.add_format({"num_format": 14})  # as the reader's own country writes a day
        for number, (name, rows) in enumerate(sheets, 1):
            sheet = book.add_worksheet(_name(name, number))
            for y, row in enumerate(rows):
                for x, value in enumerate(row):
                    if isinstance(value, int | float) and not isinstance(value, bool):
                        sheet.write_number(y, x, value)
                    elif type(value) is date:
                        sheet.write_datetime(y, x, value, days)
                    elif value is not None and (text := _cell(value)):
                        sheet.write_string(y, x, text)
    return out.getvalue()


def _cell(value: Any) -> str:
    """What XML can hold, its line ends all of one sort."""
    return UNWRITABLE.sub("", str(value)).replace("\r\n", "\n").replace("\r", "\n")


def _name(name: str, number: int) -> str:
    """At most 31 characters, none of those that mean something, no apostrophe at an end."""
    return NOT_IN_A_NAME.sub(" ", name).strip(" '")[:31].strip(" '") or f"Sheet{number}"


def _file(content: str | bytes, sort: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=sort)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _plain(value: Any) -> str:
    """No cell begins a formula."""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
