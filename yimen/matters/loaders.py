"""Content for the catalogue: JSON files of matters, or a flat table with its glossary."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from yimen.lib.actor import system
from yimen.lib.errors import Invalid
from yimen.lib.time import now
from yimen.matters import actions
from yimen.matters.tabular import convert


class Unreadable(ValueError):
    """A file of the catalogue is wrong; the message lists every place."""


def _quiet(_line: str) -> None:
    """Tells nobody."""


def load(*paths: Path, say: Callable[[str], None] = _quiet) -> int:
    """Publish matters from folders or files of JSON, or from CSV tables: all of them, or none when
    one is wrong. Repeating is harmless: what says nothing new makes no new version. Returns the
    number of new versions."""
    folder = Path(settings.DATA) / "matters"
    found = list(contents(paths or (folder,)))
    new = 0
    with transaction.atomic():
        for n, (path, content) in enumerate(found, 1):
            new += _one(path, content)
            if n % 25 == 0 or n == len(found):
                say(_("事项：%(n)d / %(all)d") % {"n": n, "all": len(found)})
    return new


def _one(path: Path, content: Any) -> bool:
    try:
        return actions.take_in(content, by=system(), at=now()) is not None
    except Invalid as problem:
        lines = [f"  {e.field}: {e.message} {e.remedy}" for e in problem.errors]
        raise Unreadable("\n".join([f"{path.name}: {problem.detail}", *lines])) from problem


def contents(paths: Iterable[Path]) -> Iterator[tuple[Path, Any]]:
    """The matters in folders, JSON files and CSV tables, each with the file it stands in."""
    for path in map(Path, paths):
        if path.is_dir():
            files = sorted(path.glob("*.json"))
            yield from contents(f for f in files if not f.name.startswith("_"))
        elif path.suffix == ".csv":
            yield from ((path, content) for content in from_table(path))
        else:
            yield path, read(path)


def read(path: Path) -> Any:
    """The JSON of a file, or Unreadable with the line where it breaks."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, RecursionError) as error:
        said = _("%(file)s 不是 UTF-8 编码的 JSON 文件。")
        raise Unreadable(said % {"file": path.name}) from error
    except json.JSONDecodeError as error:
        said = _("%(file)s 第 %(line)d 行不是正确的 JSON：%(what)s")
        raise Unreadable(
            said % {"file": path.name, "line": error.lineno, "what": error.msg}
        ) from error


def from_table(path: Path) -> list[dict[str, Any]]:
    """The matters of a CSV table, with the glossary that stands beside it."""
    glossary = path.with_name("_glossary.json")
    if not glossary.exists():
        glossary = Path(settings.DATA) / "matters" / "_glossary.json"
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
        return convert(rows, read(glossary), valid_from=now().date().isoformat())
    except (UnicodeDecodeError, csv.Error, KeyError, TypeError, AttributeError) as error:
        said = _("%(file)s 不是事项清单：缺少栏目，或不是 UTF-8 编码。")
        raise Unreadable(said % {"file": path.name}) from error


def write_table(path: Path, folder: Path, *, say: Callable[[str], None] = _quiet) -> int:
    """Turn a CSV table into JSON files, to be completed by hand; files that are there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    made = 0
    for content in from_table(path):
        file = folder / f"{content['code']}.json"
        if file.exists():
            say(_("%(file)s 已存在，保留不动。") % {"file": file.name})
            continue
        file.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        made += 1
    return made


def demo(*_paths: Path, say: Callable[[str], None] = _quiet) -> int:
    """The whole sample catalogue: matters, life events, forms, synonyms, what is not here."""
    data = Path(settings.DATA)
    by, at = system(), now()
    count = load(say=say)
    count += actions.put_life_events(read(data / "life_events.json"), by=by, at=at)
    forms = [read(path) for path in sorted((data / "blank_forms").glob("*.json"))]
    count += actions.put_blank_forms(forms, by=by, at=at)
    count += actions.put_elsewhere(read(data / "not_here.json"), by=by, at=at)
    synonyms = read(data / "search" / "synonyms.json")
    return count + actions.put_synonyms(synonyms["groups"], by=by, at=at)
