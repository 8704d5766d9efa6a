"""Requests for help as open data: one month, row by row, without persons, words, days and numbers.
Streamed: a month of a city passes through without ever lying in memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import orjson
from django.conf import settings
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from yimen.hotline import published
from yimen.hotline.models import HelpRequest
from yimen.hotline.needs import tree
from yimen.lib.time import ZONE
from yimen.places.queries import names
from yimen.reports.coarse import Cell, cells

CHUNK = 2000
COLUMNS: dict[str, Any] = {
    "month": _("登记的月份"),
    "place": _("居村委或街道的代码；为空：不到 10 件，没有说明"),
    "place_zh": _("居村委或街道"),
    "place_en": _("居村委或街道的英文名"),
    "need": _("求助分类的代码；为空：不到 10 件，没有说明"),
    "need_zh": _("求助分类"),
    "need_en": _("求助分类的英文名"),
    "status": _("open 在办，closed 已办结"),
    "days": _("从登记到办结的整天数；在办的为空"),
    "contacted_in_time": _("yes / no：第一次联系是否在时限内；为空：还不知道"),
}


def months(today: date, count: int = 24) -> list[date]:
    """The months that are over, the newest first: an unfinished one would tell single rows from one
    day to the next."""
    first, found = today.replace(day=1), []
    for _n in range(count):
        first = _before(first)
        found.append(first)
    return found


def _before(first: date) -> date:
    return (
        first.replace(year=first.year - 1, month=12)
        if first.month == 1
        else first.replace(month=first.month - 1)
    )


def _after(first: date) -> date:
    return (
        first.replace(year=first.year + 1, month=1)
        if first.month == 12
        else first.replace(month=first.month + 1)
    )


def of_month(month: date) -> QuerySet[HelpRequest]:
    """The published requests of a month."""
    first, last = (datetime(d.year, d.month, 1, tzinfo=ZONE) for d in (month, _after(month)))
    return published.requests().filter(taken_at__gte=first, taken_at__lt=last)


def told(month: date) -> dict[Cell, Cell | None]:
    """How fine each row of the month is told: one query."""
    rows: Any = of_month(month).order_by().values_list("place", "need").annotate(n=Count("pk"))
    return cells({(place, need): n for place, need, n in rows})


def rows(month: date) -> Iterator[list[Any]]:
    """The rows, in no order that tells anything: by place and need."""
    how = told(month)
    places = names({place for cell in how.values() if cell for place in cell[:1] if place})
    columns = ("place", "need", "taken_at", "case__closed_at", "contacted_in_time")
    found = of_month(month).order_by("place", "need", "case__closed_at").values_list(*columns)
    for place, need, taken, closed, in_time in found.iterator(chunk_size=CHUNK):
        cell = how.get((place, need))  # what came in a moment ago is not told either
        if cell is not None:
            yield [f"{month:%Y-%m}", *_words(cell, places), *_course(taken, closed, in_time)]


def _words(cell: Cell, places: dict[str, dict[str, str]]) -> list[str]:
    place, need = places.get(cell[0], {"zh": "", "en": ""}), tree().get(cell[1])
    return [
        cell[0], place["zh"], place["en"], cell[1], need.zh if need else "", need.en if need else "",
    ]  # fmt: skip


def _course(taken: datetime, closed: datetime | None, in_time: bool | None) -> list[Any]:
    days = max((closed - taken).days, 0) if closed else None
    said = {None: "", True: "yes", False: "no"}[in_time]
    return ["closed" if closed else "open", days, said]


def as_csv(month: date) -> Iterator[bytes]:
    """The table; the mark in front says that it is UTF-8."""
    out = io.StringIO()
    table = csv.writer(out)
    out.write("\ufeff")
    table.writerow(COLUMNS)
    for number, row in enumerate(rows(month), 1):
        table.writerow(row)
        if number % CHUNK == 0:
            yield _taken(out)
    yield _taken(out)


def _taken(out: io.StringIO) -> bytes:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text.encode()


def as_json(month: date) -> Iterator[bytes]:
    """The same rows as objects, with the licence in front."""
    head = {"month": f"{month:%Y-%m}", "licence": settings.YIMEN_OPEN_DATA_LICENCE}
    yield orjson.dumps(head)[:-1] + b',"requests":['
    for number, row in enumerate(rows(month)):
        said = dict(zip(COLUMNS, row, strict=True))
        yield (b",\n" if number else b"\n") + orjson.dumps(said)
    yield b"\n]}\n"
