"""Judgements about codes and hours. No database, no clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

LENGTHS = {2: "city", 6: "district", 9: "street", 12: "committee"}
CITY = "0"  # the tenant of what belongs to no street


def level_of(code: str) -> str:
    """The level that a code's length says; ValueError when it is none of ours."""
    if not code.isdigit() or len(code) not in LENGTHS:
        raise ValueError(f"not a division code: {code!r}")
    return LENGTHS[len(code)]


def parent_of(code: str) -> str | None:
    """The code of the division above; None for the city."""
    shorter = [length for length in LENGTHS if length < len(code)]
    return code[: max(shorter)] if shorter else None


def street_of(code: str) -> str:
    """The street (9 digits) in which a committee, a service point or the street itself lies."""
    return code[:9] if len(code) >= 9 else CITY


def within(code: str, place: str) -> bool:
    """Does the division `code` lie in `place`? "" is everywhere."""
    return code.startswith(place)


def kind_of(code: str) -> str:
    """What the digits say about the sort of unit (statistical coding rules)."""
    level = level_of(code)
    if level == "street":
        number = int(code[6:])
        bounds = ((100, "street"), (200, "town"), (400, "township"))
        return next((kind for bound, kind in bounds if number < bound), "zone")
    if level == "committee":
        number = int(code[9:])
        kinds = ((200, "residents"), (400, "villagers"))
        return next((kind for bound, kind in kinds if number < bound), "similar")
    return level


def hours_of(hours: Mapping[str, Any], *, working_day: bool) -> list[tuple[time, time]]:
    """The opening intervals of a day: a make-up Saturday is a working day, a holiday is not."""
    key = "weekday" if working_day else "weekend"
    return [(time.fromisoformat(a), time.fromisoformat(b)) for a, b in hours.get(key, [])]


def is_open(hours: Mapping[str, Any], clock: str, works: bool) -> bool:
    """Is it open at `clock` (HH:MM)? `works`: is the day a working day by its calendar; weekends
    and statutory holidays share the shorter hours (365 days a year)."""
    return any(
        first <= clock < last for first, last in hours.get("weekday" if works else "weekend", [])
    )


def check_hours(hours: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Intervals must run forward and not overlap; ValueError says which does not."""
    for key in ("weekday", "weekend"):
        last = time.min
        for begin, end in hours_of(hours, working_day=key == "weekday"):
            if begin < last or end <= begin:
                raise ValueError(f"hours of {key}: {begin} to {end}")
            last = end
