"""Documents from folders: files beside a table `documents.csv` that says what each of them is."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.knowledge import actions
from yimen.knowledge.models import Document, Sort, Standing
from yimen.lib.actor import system
from yimen.lib.errors import Invalid
from yimen.lib.time import now

TABLE = "documents.csv"
COLUMNS = (
    "file", "sort", "title", "number", "issuer", "issued_on", "in_force_from", "standing",
    "ended_on", "source",
)  # fmt: skip
REQUIRED = ("file", "sort", "title", "issuer", "issued_on", "in_force_from", "source")


@dataclass
class Report:
    """What came of an import: new documents, files that were there before, and what is wrong
    with the others, a sentence each. One wrong file does not hold up the rest."""

    new: int = 0
    same: int = 0
    wrong: list[str] = field(default_factory=list)


def _quiet(_line: str) -> None:
    """Tells nobody."""


def load(*paths: Path, say: Callable[[str], None] = _quiet) -> int:
    """Take in the documents of some folders. Returns how many were new."""
    report = take_in(*paths, say=say)
    for line in report.wrong:
        say(line)
    return report.new


def demo(*_paths: Path, say: Callable[[str], None] = _quiet) -> int:
    """The demonstration's gazette, invented and marked as such."""
    load(Path(settings.DATA) / "knowledge", say=say)
    return Document.objects.count()


def take_in(*folders: Path, say: Callable[[str], None] = _quiet) -> Report:
    """As `load`, with the whole report."""
    report = Report()
    lines = [(folder, row) for folder in folders for row in _rows(folder, report)]
    for n, (folder, row) in enumerate(lines, 1):
        try:
            fresh = _one(folder, row)
        except Invalid as problem:
            told = " ".join(str(e.message) for e in problem.errors) or problem.detail
            report.wrong.append(f"{row.get('file')}: {told}")
        else:
            report.new += fresh
            report.same += not fresh
        if n % 25 == 0 or n == len(lines):
            say(_("文件：%(n)d / %(all)d") % {"n": n, "all": len(lines)})
    return report


def _rows(folder: Path, report: Report) -> Iterator[dict[str, str]]:
    table = folder / TABLE
    if not table.is_file():
        report.wrong.append(_("%(folder)s 里没有 %(table)s。") % {"folder": folder, "table": TABLE})
        return
    with table.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def _one(folder: Path, row: dict[str, str]) -> bool:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    missing = [name for name in REQUIRED if not cells[name]]
    if missing:
        raise Invalid("row", _("没有填：%(names)s。") % {"names": _("、").join(missing)})
    if cells["sort"] not in Sort.values or cells["standing"] not in ("", *Standing.values):
        raise Invalid("row", _("种类或效力写得不对。"))
    path = (folder / cells["file"]).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise Invalid("row", _("找不到这个文件。"))
    facts = actions.Facts(
        sort=cells["sort"], title=cells["title"][:200], number=cells["number"][:80],
        issuer=cells["issuer"][:120], source=cells["source"][:300],
        issued_on=_day(cells["issued_on"]), in_force_from=_day(cells["in_force_from"]),
        standing=cells["standing"] or Standing.IN_FORCE,
        ended_on=_day(cells["ended_on"]) if cells["ended_on"] else None,
    )  # fmt: skip
    return actions.take_in(path.read_bytes(), facts, by=system(), at=now())[1]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid("row", _("日期请写成 2026-01-31。")) from None
