"""The calendars that come with the product. No database, no Django: `yimen due` needs neither."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from yimen.lib.workdays import Calendar, DayRule, Edition, merge

_HOUSE = Path(__file__).resolve().parent


@lru_cache(maxsize=1)
def content_folder() -> Path:
    """`data/` beside the package in a checkout, inside it when installed from a wheel."""
    beside, inside = _HOUSE.parent.parent / "data", _HOUSE.parent / "data"
    return beside if (beside / "calendars").is_dir() else inside


def edition_from(content: dict[str, Any], place: str = "") -> Edition:
    """Read the JSON form of one year: `{"year", "papers", "days": [{"date", "name", "isOffDay"}]}`.

    Raises ValueError or KeyError where the content is not of that form. A year of the whole
    country without days has not been announced.
    """
    days = tuple(
        DayRule(date.fromisoformat(row["date"]), _truth(row["isOffDay"]), str(row.get("name", "")))
        for row in content["days"]
    )
    place = str(content.get("place", place))
    return Edition(
        place=place,
        year=int(content["year"]),
        confirmed=bool(days) and not place,
        days=days,
        source=tuple(str(paper) for paper in content.get("papers", ())),
    )


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("isOffDay must be true or false")
    return value


@lru_cache(maxsize=1)
def shipped_editions() -> tuple[Edition, ...]:
    """Every year of the country, then what single places changed."""
    folder = content_folder() / "calendars"
    files = sorted(folder.glob("[0-9]*.json")) + sorted(folder.glob("[0-9]*/[0-9]*.json"))
    return tuple(
        edition_from(
            json.loads(path.read_text(encoding="utf-8")),
            place="" if path.parent == folder else path.parent.name,
        )
        for path in files
    )


@lru_cache(maxsize=64)
def shipped_calendar(place: str = "") -> Calendar:
    """The calendar of `place` (a division code) as shipped."""
    return merge(shipped_editions(), place)
