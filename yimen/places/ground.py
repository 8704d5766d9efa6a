"""The ground of a map: streets and committees' points, from files, in metres from a corner."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

METRES = 111_320.0  # of one degree of latitude


@dataclass(frozen=True, slots=True)
class Ground:
    """A piece of a city as it is drawn: `width` and `height` in metres, x to the east and y to the
    south from the north-west corner. `roads` are SVG paths by how wide they are drawn."""

    west: float
    north: float
    width: int
    height: int
    stretch: float  # metres of one degree of longitude here
    roads: Mapping[str, str]
    source: str
    copyright: str

    def place(self, lon: float, lat: float) -> tuple[int, int]:
        """Where a point in WGS-84 lies."""
        return round((lon - self.west) * self.stretch), round((self.north - lat) * METRES)


@cache
def ground() -> Ground:
    """The streets of `YIMEN_STREETS`, read once."""
    return draw(json.loads(Path(settings.YIMEN_STREETS).read_text(encoding="utf-8")))


@cache
def points() -> dict[str, tuple[float, float]]:
    """Where committees are, by code (WGS-84), from `YIMEN_PLACE_POINTS`."""
    content = json.loads(Path(settings.YIMEN_PLACE_POINTS).read_text(encoding="utf-8"))
    return {code: (float(lon), float(lat)) for code, (lon, lat) in content["points"].items()}


def draw(kept: Mapping[str, Any]) -> Ground:
    """The ground out of what `places.osm` keeps. Pure."""
    scale = kept["scale"]
    west, south, east, north = (edge / scale for edge in kept["bounds"])
    stretch = METRES * math.cos(math.radians((south + north) / 2))
    made = Ground(
        west, north, round((east - west) * stretch), round((north - south) * METRES), stretch, {},
        kept["source"], kept["copyright"],
    )  # fmt: skip
    roads = {
        width: "".join(_path(made, line, scale) for line in lines)
        for width, lines in kept["roads"].items()
    }
    return Ground(
        made.west, made.north, made.width, made.height, made.stretch, roads, made.source,
        made.copyright,
    )  # fmt: skip


def _path(ground: Ground, line: list[int], scale: int) -> str:
    """One road: where it begins, and steps in metres."""
    out, lon, lat, before = "", 0, 0, (0, 0)
    for dx, dy in zip(line[::2], line[1::2], strict=True):
        lon, lat = lon + dx, lat + dy
        here = ground.place(lon / scale, lat / scale)
        if not out:
            out = f"M{here[0]} {here[1]}l"
        else:
            out += f"{here[0] - before[0]} {here[1] - before[1]} "
        before = here
    return out.rstrip()
