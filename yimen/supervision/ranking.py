"""The order of candidates, from their figures and the weights alone. Anybody can run it:

    yimen rank figures.csv        (or: python ranking.py figures.csv)

For each indicator the best of the candidates gets 1, the worst 0, the others in between on a
straight line; where all are equal, all get 1; a figure that is missing (too few ratings) gets 0:
not rated is never good. The score is 100 times the weighted mean. Reckoned in fractions, rounded
half up to two places only to be read. Equal scores share a place; in a list they stand by code.

This file needs nothing but Python.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

MORE_IS_BETTER = {
    "served": True,
    "wait_min": False,
    "good_percent": True,
    "no_show_percent": False,
    "visit_percent": True,
    "training_hours": True,
    "complaints": False,
}
WEIGHT = "weight"  # the code of the CSV's first line, which holds the weights


@dataclass(frozen=True)
class Row:
    """One candidate: figures by indicator, as written in the CSV; "" where there is none."""

    code: str
    figures: Mapping[str, str]
    name: str = ""


@dataclass(frozen=True)
class Placed:
    """Where a candidate came. `points` are the parts of 1 by indicator."""

    code: str
    name: str
    place: int
    score: Fraction
    points: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The score to two places, half up."""
        hundredths = (self.score * 100 + Fraction(1, 2)) // 1
        return f"{int(hundredths) // 100}.{int(hundredths) % 100:02d}"


class Unreadable(ValueError):
    """The figures cannot be ranked; the sentence says where and why."""


def rank(rows: Sequence[Row], weights: Mapping[str, str]) -> list[Placed]:
    """The candidates in order. Weights are of indicators in MORE_IS_BETTER, 0 or more."""
    heavy = {name: _number(weight, WEIGHT, name) for name, weight in weights.items()}
    if any(name not in MORE_IS_BETTER for name in heavy):
        raise Unreadable(f"unknown indicator among {sorted(heavy)}")
    if any(weight < 0 for weight in heavy.values()) or not sum(heavy.values()):
        raise Unreadable("weights are 0 or more, and not all 0")
    if len({row.code for row in rows}) != len(rows):
        raise Unreadable("a code stands twice")
    points = {name: _points(rows, name) for name in heavy}
    scored = [
        (100 * sum(heavy[n] * points[n][row.code] for n in heavy) / sum(heavy.values()), row)
        for row in rows
    ]
    scored.sort(key=lambda pair: (-pair[0], pair[1].code))
    return [
        Placed(
            row.code, row.name, 1 + sum(other > score for other, _row in scored), Fraction(score),
            {name: points[name][row.code] for name in heavy},
        )
        for score, row in scored
    ]  # fmt: skip


def _points(rows: Sequence[Row], name: str) -> dict[str, Fraction]:
    known = {
        row.code: _number(row.figures[name], row.code, name)
        for row in rows
        if row.figures.get(name, "") != ""
    }
    low, high = min(known.values(), default=Fraction(0)), max(known.values(), default=Fraction(0))
    if not MORE_IS_BETTER[name]:
        low, high = high, low
    return {
        row.code: Fraction(0)
        if row.code not in known
        else Fraction(1)
        if low == high
        else (known[row.code] - low) / (high - low)
        for row in rows
    }


def _number(text: str, code: str, name: str) -> Fraction:
    try:
        return Fraction(str(text))
    except (ValueError, ZeroDivisionError) as error:
        raise Unreadable(f"{code}, {name}: {text!r} is no number") from error


def to_csv(rows: Sequence[Row], weights: Mapping[str, str]) -> str:
    """The figures as they are published: a line of weights, then a line a candidate."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "name", *weights])
    writer.writerow([WEIGHT, "", *weights.values()])
    for row in rows:
        writer.writerow([row.code, row.name, *[row.figures.get(name, "") for name in weights]])
    return out.getvalue()


def from_csv(text: str) -> tuple[list[Row], dict[str, str]]:
    """What `to_csv` wrote."""
    lines = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    if not lines or lines[0].get("code") != WEIGHT:
        raise Unreadable("the first line holds the weights and begins with the code 'weight'")
    names = [name for name in lines[0] if name not in ("code", "name")]
    rows = [
        Row(line["code"], {name: line[name] for name in names}, line.get("name", ""))
        for line in lines[1:]
    ]
    return rows, {name: lines[0][name] for name in names}


def main(words: Sequence[str]) -> int:
    """Print place, score, code and name of each candidate of a CSV. Exit 2 when it cannot."""
    if len(words) != 1 or words[0].startswith("-"):
        print("用法：yimen rank 数据.csv / Usage: yimen rank FIGURES.csv", file=sys.stderr)
        return 2
    try:
        with open(words[0], encoding="utf-8") as source:
            placed = rank(*from_csv(source.read()))
    except (OSError, ValueError) as error:
        print(f"无法排序 / Cannot be ranked: {error}", file=sys.stderr)
        return 2
    for one in placed:
        print(f"{one.place}\t{one.shown}\t{one.code}\t{one.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
