"""Which cases are lived: shapes, matters, centres and days, so that lists and figures look real."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta


@dataclass
class Life:
    """What is to be lived: by whom, when, how far."""

    shape: str
    matter: str
    centre: str
    clerk: str
    received: datetime
    acts: tuple[str, ...]
    step: timedelta


MATTERS = (
    "housing-fund-003", "housing-002", "housing-004", "employment-020", "employment-012",
)  # fmt: skip
CENTRES = {"31019900101": "clerk", "31019900102": "clerk2", "31019900201": "clerk3"}
SHAPES: dict[str, tuple[tuple[str, ...], int]] = {
    # shape: (acts, share of all cases in percent)
    "received": ((), 10),
    "handling": (("accept",), 20),
    "ready": (("accept", "sign", "finish"), 10),
    "closed": (("accept", "sign", "finish", "decide", "deliver", "confirm"), 60),
}
# What is in hand does not grow with the years: three centres with 45,000 cases a year each, ten
# working days long, would have 5,400 of them.
OPEN_MOST = 20_000
LATE: dict[str, tuple[tuple[str, ...], int]] = {"late": ((), 100)}
OPEN_DAYS = (1, 2, 3, 5)  # working days back: inside every term of the matters above
CLOSED_DAYS = tuple(range(12, 40, 3))
LATE_DAYS = (9, 10, 11)  # due and not done: the sweep finds something to do


def share(shape: str, total: int) -> float:
    """The part of `total` cases that have this shape, in percent."""
    if shape not in SHAPES:
        return 1.0
    in_hand = sum(part for name, (_acts, part) in SHAPES.items() if name != "closed")
    left = min(1.0, OPEN_MOST / max(total * in_hand / 100, 1))
    return 100 - in_hand * left if shape == "closed" else SHAPES[shape][1] * left


def _days_back(counts: Sequence[int]) -> list[datetime]:
    """Mornings so many working days ago."""
    from yimen.clock.queries import calendar_for
    from yimen.lib.time import now

    calendar, moment = calendar_for("310199001").provisional, now()
    found: list[datetime] = []
    day, n = moment.date(), 0
    while len(found) < len(counts):
        day -= timedelta(days=1)
        if calendar.is_working(day):
            n += 1
            if n in counts:
                found.append(datetime.combine(day, time(10, 15), moment.tzinfo))
    return found


def lives(*, late: bool = False) -> Iterator[Life]:
    """Every shape of case, at the three centres, on some days. `late` ones are overdue."""
    shapes = LATE if late else SHAPES
    number = 0
    for shape, (acts, _share) in shapes.items():
        days = _days_back(LATE_DAYS if late else CLOSED_DAYS if shape == "closed" else OPEN_DAYS)
        for received in days:
            for centre, clerk in CENTRES.items():
                number += 1
                matter = MATTERS[number % len(MATTERS)]
                if shape != "closed" and received < days[1]:
                    matter = "housing-002"  # twenty working days: not yet due
                step = timedelta(hours=20) if shape == "closed" else timedelta(hours=1)
                yield Life(shape, matter, centre, clerk, received, acts, step)
