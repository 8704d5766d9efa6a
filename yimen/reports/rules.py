"""Judgements about published figures, and where the points of a chart lie: pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

FEWEST = 10  # a cell with fewer might point at somebody
WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 10, 26


def merged(counts: Sequence[int]) -> set[int]:
    """Which rows to publish as one: those under ten, and then the smallest others until there are
    two of them with ten together; else the total would give the small one away."""
    order = sorted(range(len(counts)), key=lambda place: counts[place])
    found = {place for place in order if counts[place] < FEWEST}
    for place in order:
        if not found or (len(found) > 1 and sum(counts[p] for p in found) >= FEWEST):
            break
        found.add(place)
    return found


def hidden(counts: Sequence[int]) -> list[bool]:
    """Which cells of a column must not be published: those under ten (a nought tells nothing and
    stays), and if that is a single one, the smallest other too, for the same reason."""
    found = [0 < n < FEWEST for n in counts]
    if sum(found) == 1:
        others = [(n, place) for place, n in enumerate(counts) if n >= FEWEST]
        if others:
            found[min(others)[1]] = True
    return found


def percent(part: int, whole: int) -> int | None:
    """Rounded down, so that a hundred means all; None of nothing."""
    return part * 100 // whole if whole else None


def mean(total: int, count: int) -> float | None:
    """To one decimal; None of nothing."""
    return round(total / count, 1) if count else None


def top_of(values: Sequence[int]) -> int:
    """A round number, four equal steps high, above all values: the end of the axis."""
    highest = max(values, default=0)
    steps = (unit * 10**power for power in range(10) for unit in (1, 2, 5))
    return next(4 * step for step in steps if 4 * step >= highest)


@dataclass(frozen=True)
class Chart:
    """Lines and bars of a chart, ready to be drawn."""

    lines: list[dict[str, Any]]
    bars: list[dict[str, float]]
    rules: list[dict[str, Any]]  # horizontal lines with their number
    marks: list[dict[str, Any]]  # days along the bottom
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def chart(days: Sequence[Any], lines: dict[str, Sequence[int]], bars: Sequence[int]) -> Chart:
    """Place some series over days in one picture."""
    top = top_of([n for series in (*lines.values(), bars) for n in series])
    step = (WIDTH - LEFT - RIGHT) / max(len(days), 1)
    floor = HEIGHT - BOTTOM

    def y(n: float) -> float:
        return round(floor - n / top * (floor - TOP), 1)

    def x(place: int) -> float:
        return round(LEFT + (place + 0.5) * step, 1)

    return Chart(
        lines=[
            {"key": key, "points": " ".join(f"{x(i)},{y(n)}" for i, n in enumerate(series))}
            for key, series in lines.items()
        ],
        bars=[
            {"x": round(x(i) - step * 0.35, 1), "y": y(n), "width": round(step * 0.7, 1),
             "height": round(floor - y(n), 1)}
            for i, n in enumerate(bars)
            if n
        ],
        rules=[{"y": y(n), "n": n, "text": y(n) + 4} for n in range(0, top + 1, top // 4)],
        marks=[{"x": x(i), "day": day} for i, day in enumerate(days) if i % 7 == len(days) % 7],
    )  # fmt: skip
