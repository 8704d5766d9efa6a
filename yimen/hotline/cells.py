"""Cells of the map of requests. Pure: what is drawn, what stays blank."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FEWEST = 10  # a cell of fewer requests is blank, like one without any
BANDS = (10, 20, 50, 100)
SORTS = ("cell", "count")


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the grid; `count` is 0 where it is blank, whatever lies in it."""

    column: int
    row: int
    count: int
    places: tuple[str, ...]  # the committees whose points lie in it

    @property
    def name(self) -> str:
        """C4: the column as a letter, the row from the north."""
        return f"{letters(self.column)}{self.row + 1}"

    @property
    def band(self) -> int:
        """How dark it is drawn: 0 blank, 1 to 4."""
        return sum(self.count >= least for least in BANDS)


def letters(number: int) -> str:
    """0 A, 25 Z, 26 AA: as the columns of a spreadsheet."""
    out = ""
    while number >= 0:
        out, number = chr(65 + number % 26) + out, number // 26 - 1
    return out


def band_text(band: int) -> str:
    """10–19, 20–49, 50–99, 100+."""
    if band < 1:
        return f"<{FEWEST}"
    least = BANDS[band - 1]
    return f"{least}–{BANDS[band] - 1}" if band < len(BANDS) else f"{least}+"


def cells(counts: Mapping[str, int], where: Mapping[str, tuple[int, int]], size: int) -> list[Cell]:
    """Requests by place, put into squares of `size` metres by each place's point; places without a
    point are not on the map. Every square that holds a point is there, so that a blank one does not
    tell whether it has few or none."""
    sums: dict[tuple[int, int], int] = {}
    names: dict[tuple[int, int], list[str]] = {}
    for place, (x, y) in where.items():
        key = (x // size, y // size)
        sums[key] = sums.get(key, 0) + counts.get(place, 0)
        names.setdefault(key, []).append(place)
    return [
        Cell(column, row, shown(sums[column, row]), tuple(sorted(names[column, row])))
        for column, row in sorted(sums, key=lambda key: (key[1], key[0]))
    ]


def shown(count: int) -> int:
    """What may be told of a number of requests."""
    return count if count >= FEWEST else 0


def ordered(found: Iterable[Cell], by: str) -> list[Cell]:
    """Rows of the table: by the cell's place, or the fullest first."""
    if by == "count":
        return sorted(found, key=lambda c: (-c.count, c.row, c.column))
    return sorted(found, key=lambda c: (c.column, c.row))
