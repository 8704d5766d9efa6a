"""How fine a row of open data may be told: every cell of place and need holds ten rows or more, what
is smaller is told together with others. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from yimen.reports.rules import FEWEST, merged

Cell = tuple[str, str]  # place (committee's or street's code), need
REST = ""  # some place, some need: not told


def cells(counts: Mapping[Cell, int]) -> dict[Cell, Cell | None]:
    """What each cell is told as. Small committees are told as their street; needs that are small in
    the whole street as their branch; then as the street alone; then as the site; and what is still
    fewer than ten is not told at all."""
    found, small = _by_committee(counts)
    for label in (_branch, _street, _site):
        groups: dict[Cell, list[Cell]] = defaultdict(list)
        for cell in small:
            groups[label(cell)].append(cell)
        small = []
        for name, members in groups.items():
            if sum(counts[cell] for cell in members) >= FEWEST:
                found |= dict.fromkeys(members, name)
            else:
                small += members
    return found | dict.fromkeys(small)


def _by_committee(counts: Mapping[Cell, int]) -> tuple[dict[Cell, Cell | None], list[Cell]]:
    """Needs with ten in their street: small committees are told together. The rest is left over."""
    groups: dict[Cell, list[Cell]] = defaultdict(list)
    for place, need in sorted(counts):
        groups[place[:9], need].append((place, need))
    found: dict[Cell, Cell | None] = {}
    left: list[Cell] = []
    for whole, members in groups.items():
        sizes = [counts[cell] for cell in members]
        if sum(sizes) < FEWEST:
            left += members
            continue
        together = merged(sizes)
        found |= {c: whole if n in together else c for n, c in enumerate(members)}
    return found, left


def _branch(cell: Cell) -> Cell:
    return cell[0][:9], cell[1].partition(".")[0]


def _street(cell: Cell) -> Cell:
    return cell[0][:9], REST


def _site(_cell: Cell) -> Cell:
    return REST, REST
