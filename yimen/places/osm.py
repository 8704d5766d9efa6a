"""Streets out of an OpenStreetMap file, for a map that is drawn on the server: no tiles, no internet.

    yimen import streets shanghai_core.osm

writes `data/places/streets.json`. What it holds is a database derived from OpenStreetMap and stays
under the Open Database License: the attribution travels in the file and stands on every map.
"""

from __future__ import annotations

import json
import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

# how wide a road is drawn, by the mapper's word for it; what one cannot walk on is left out
WIDTHS = {
    "primary": 3, "primary_link": 3, "secondary": 2, "secondary_link": 2, "tertiary": 2,
    "tertiary_link": 2, "residential": 1, "living_street": 1, "unclassified": 1, "pedestrian": 1,
}  # fmt: skip
ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
COPYRIGHT = "https://www.openstreetmap.org/copyright"
LICENCE = "https://opendatacommons.org/licenses/odbl/1-0/"
METRES = 111_320.0  # of one degree of latitude
TOLERANCE = 4.0  # metres by which a simplified line may miss a bend
SCALE = 100_000  # degrees are kept as whole hundred-thousandths: about one metre

Point = tuple[float, float]
Line = list[tuple[int, int]]


def load(*paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Take the streets of one OSM file into `data/places/streets.json`; returns how many lines."""
    made = convert(Path(paths[0]))
    target = Path(settings.YIMEN_STREETS)
    target.write_text(as_text(made), encoding="utf-8")
    count = sum(len(lines) for lines in made["roads"].values())
    say(_("地图：%(count)d 条路线。") % {"count": count})
    return count


def convert(path: Path) -> dict[str, Any]:
    """The walkable streets of an OSM file by width, simplified, joined and in whole numbers. The
    file is one that an administrator brings; entities in it are not read."""
    text = path.read_text(encoding="utf-8")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("an OSM file declares no entities")
    root = ElementTree.fromstring(text)  # noqa: S314 - no entities, asked above
    nodes = {
        n.get("id", ""): (float(n.get("lon", "")), float(n.get("lat", "")))
        for n in root.findall("node")
    }
    roads: dict[int, list[list[str]]] = {}
    for way in root.findall("way"):
        tags = {t.get("k"): t.get("v") for t in way.findall("tag")}
        width = WIDTHS.get(tags.get("highway") or "")
        if width and tags.get("tunnel") in (None, "no"):
            ids = [nd.get("ref", "") for nd in way.findall("nd")]
            roads.setdefault(width, []).append([i for i in ids if i in nodes])
    bounds = root.find("bounds")
    if bounds is None or not roads:
        raise ValueError("the OSM file has no bounds or no streets")
    edges = ("minlon", "minlat", "maxlon", "maxlat")
    return {
        "source": ATTRIBUTION, "copyright": COPYRIGHT, "licence": LICENCE, "scale": SCALE,
        "bounds": [round(float(bounds.get(edge, "")) * SCALE) for edge in edges],
        "roads": {
            str(width): [_whole(simplify([nodes[i] for i in line])) for line in joined(lines)]
            for width, lines in sorted(roads.items())
        },
    }  # fmt: skip


def as_text(made: dict[str, Any]) -> str:
    """The file: one line a road, so that changes can be read."""
    whole = {**made, "roads": {}}
    head = json.dumps(whole, ensure_ascii=False, indent=1)
    roads = ",\n  ".join(
        f'"{width}": [\n   '
        + ",\n   ".join(json.dumps(line, separators=(",", ":")) for line in lines)
        + "\n  ]"
        for width, lines in made["roads"].items()
    )
    return head.replace('"roads": {}', '"roads": {\n  ' + roads + "\n }") + "\n"


def joined(lines: Iterable[Sequence[str]]) -> list[list[str]]:
    """Pieces of streets that meet end to start, put together: fewer lines, the same streets. Each
    stretch between two nodes is drawn once, whichever way one may drive it."""
    seen: set[frozenset[str]] = set()
    pieces: list[list[str]] = []
    for line in lines:
        piece: list[str] = []
        for one, two in zip(line, line[1:], strict=False):
            stretch = frozenset((one, two))
            if one == two or stretch in seen:
                pieces.append(piece)
                piece = []
                continue
            seen.add(stretch)
            piece = [*piece, two] if piece else [one, two]
        pieces.append(piece)
    starts: dict[str, list[list[str]]] = {}
    for piece in (p for p in pieces if p):
        starts.setdefault(piece[0], []).append(piece)
    used: set[int] = set()
    made: list[list[str]] = []
    for piece in (p for p in pieces if p):
        if id(piece) in used:
            continue
        used.add(id(piece))
        long = list(piece)
        while more := next((p for p in starts.get(long[-1], []) if id(p) not in used), None):
            used.add(id(more))
            long.extend(more[1:])
        made.append(long)
    return made


def simplify(line: Sequence[Point], tolerance: float = TOLERANCE) -> list[Point]:
    """Fewer points, none of those left out further than `tolerance` metres from the line (Douglas
    and Peucker)."""
    if len(line) < 3:
        return list(line)
    far, at = max((_off(p, line[0], line[-1]), n) for n, p in enumerate(line[1:-1], 1))
    if far <= tolerance:
        return [line[0], line[-1]]
    return [*simplify(line[: at + 1], tolerance)[:-1], *simplify(line[at:], tolerance)]


def _off(point: Point, one: Point, two: Point) -> float:
    """Metres from a point to a stretch."""
    k = math.cos(math.radians(one[1]))
    ax, ay = (point[0] - one[0]) * k * METRES, (point[1] - one[1]) * METRES
    bx, by = (two[0] - one[0]) * k * METRES, (two[1] - one[1]) * METRES
    length = bx * bx + by * by
    t = 0.0 if length == 0 else max(0.0, min(1.0, (ax * bx + ay * by) / length))
    return math.hypot(ax - t * bx, ay - t * by)


def _whole(line: Iterable[Point]) -> list[int]:
    """Longitude and latitude in turn, in whole numbers; each point after the first as a step."""
    out: list[int] = []
    x, y = 0, 0
    for lon, lat in line:
        here = round(lon * SCALE), round(lat * SCALE)
        out += [here[0] - x, here[1] - y]
        x, y = here
    return out
