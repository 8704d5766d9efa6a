"""Judgements about codes and hours. No database, no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from functools import cache
from typing import Any

from yimen.lib.text import search_key

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


@dataclass(frozen=True, slots=True)
class Typed:
    """An address as somebody typed it, taken apart: words of the road, then the numbers in their
    order (lane and house, or house alone), then what stands behind them (a room)."""

    words: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    lane: bool = False  # the first number is said to be a lane


_NUMBER = re.compile(r"[0-9]+")
_LANE = re.compile(r"^[^0-9]*[0-9]+\s*弄")
_UNITS = re.compile(r"[弄号室幢栋座楼单元层#,，、.\-]")


def typed_address(text: str) -> Typed:
    """`梧桐路12弄3号401`, `wtl 12 3` and `梧桐 12-3-401` alike."""
    plain = search_key(text)
    words = tuple(_UNITS.sub(" ", _NUMBER.sub(" ", plain)).split())
    return Typed(words, tuple(_NUMBER.findall(plain)), bool(_LANE.match(plain)))


def rest_of(typed: Typed, *, lane: str, number: str) -> str:
    """What was typed behind the house number: the room."""
    behind = typed.numbers[2:] if lane else typed.numbers[1:]
    if not behind or typed.numbers[: 2 if lane else 1] != ((lane, number) if lane else (number,)):
        return ""
    return f"{behind[-1]}室"


@cache
def road_key(road: str) -> str:
    """The forms in which a road is typed: 梧桐路 wutonglu wtl."""
    from pypinyin import lazy_pinyin  # its dictionary takes over a second to load

    parts = lazy_pinyin(road)
    initials = "".join(part[0] for part in parts if part)
    return f"{search_key(road)} {''.join(parts)} {initials}".lower()[:300]
