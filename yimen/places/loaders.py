"""Content for places: the register of Shanghai, and the demonstration's invented streets."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.places import actions

FILES = ("shanghai_areas.csv", "shanghai_streets.csv", "shanghai_villages.csv")
CITY = {"code": "31", "name": "上海市", "name_en": "Shanghai"}


def _quiet(_line: str) -> None:
    """Tells nobody."""


def _rows(path: Path, english: dict[str, str]) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            yield {
                "code": row["code"],
                "name": row["name"],
                "name_en": english.get(row["code"], ""),
            }


def load(*paths: Path, say: Callable[[str], None] = _quiet) -> int:
    """Load division files (CSV with `code` and `name`), by default the register shipped."""
    folder = Path(settings.DATA) / "places"
    english = json.loads((folder / "english.json").read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = [CITY]
    for path in paths or [folder / name for name in FILES]:
        rows.extend(_rows(Path(path), english))
    count = actions.put_divisions(rows, by=system(), at=now())
    say(_("地名：%(count)d 个区划。") % {"count": count})
    return count


def demo(*_paths: Path, say: Callable[[str], None] = _quiet) -> int:
    """The register and, beside it, the invented district with its streets and centres."""
    return load(say=say) + community(say=say)


def community(say: Callable[[str], None] = _quiet) -> int:
    """The invented district alone: enough for tests, and loaded in no time."""
    file = Path(settings.DATA) / "demo" / "places.json"
    content = json.loads(file.read_text(encoding="utf-8"))
    by, at = system(), now()
    invented = [{**row, "assigned": False} for row in content["divisions"]]
    count = actions.put_divisions([CITY, *invented], by=by, at=at)
    points = actions.put_service_points(content["service_points"], by=by, at=at)
    buildings = actions.put_buildings(
        _houses(Path(settings.DATA) / "demo" / "addresses.csv"), by=by, at=at
    )
    say(_("示例：%(count)d 个服务点。") % {"count": points})
    return count + points + buildings


def _houses(path: Path) -> Iterator[dict[str, str]]:
    """The house numbers of a file of lanes: `numbers` is one number, or the first and the last."""
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            first, _dash, last = row["numbers"].partition("-")
            for n in range(int(first), int(last or first) + 1):
                yield {**row, "number": str(n)}


def addresses(*paths: Path, say: Callable[[str], None] = _quiet) -> int:
    """Load the community's addresses: CSV with `division`, `road`, `lane` and `numbers`."""
    rows = (row for path in paths for row in _houses(Path(path)))
    count = actions.put_buildings(rows, by=system(), at=now())
    say(_("地址：%(count)d 个门牌。") % {"count": count})
    return count
