"""Judgements of the directory: who can do a job, and in which order they are proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

FEES = ("free", "low", "paid")
NEAR_M = 500  # distances within one such step count as equal
EARTH_M = 6_371_000
MIDNIGHT = "24:00"
Point = tuple[float, float]  # longitude, latitude in degrees, WGS-84


def is_open(hours: Mapping[str, Any], clock: str, works: bool) -> bool:
    """Is it open at `clock` (HH:MM)? `hours`: {"weekday": [[from, to]], "weekend": [...]}, up to
    24:00; `works`: is the day a working day by its calendar."""
    spans = hours.get("weekday" if works else "weekend", [])
    return any(first <= clock < last for first, last in spans)


def always(hours: Mapping[str, Any]) -> bool:
    """Day and night, on every day."""
    return all(hours.get(key) == [["00:00", MIDNIGHT]] for key in ("weekday", "weekend"))


def covers(offered: Iterable[str], need: str) -> bool:
    """Does one of the needs answer `need`? A need answers everything below it in the tree."""
    return any(need == own or need.startswith(f"{own}.") for own in offered)


def serves(areas: Sequence[str], place: str) -> bool:
    """Does it come to the division `place`? No area named is the whole street; a place known only
    by its street is served by whoever serves a part of it, for somebody will ask on."""
    return not areas or any(place.startswith(a) or a.startswith(place) for a in areas)


def metres(one: Point | None, other: Point | None) -> int | None:
    """The great-circle distance; None where a point is not known."""
    if one is None or other is None:
        return None
    lon1, lat1, lon2, lat2 = map(radians, (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return round(2 * EARTH_M * asin(min(1.0, sqrt(half))))


def stands(answers: Sequence[str]) -> str:
    """What an asking is by the answers of all who were asked ("yes", "no", "" not yet): one "no" is
    enough to end it, and it stands only when everybody has said yes."""
    if "no" in answers:
        return "declined"
    return "accepted" if all(said == "yes" for said in answers) else "asked"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who might do it. `jobs` are open ones, `good` of `done` went well."""

    key: str
    needs: tuple[str, ...]
    areas: tuple[str, ...] = ()
    is_open: bool = True
    capacity: int | None = None
    jobs: int = 0
    fee: str = "free"
    point: Point | None = None
    done: int = 0
    good: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is needed where. `fees` are those that the caller would take; `excluded` never comes
    into question: whoever is complained of."""

    need: str
    place: str
    point: Point | None = None
    fees: frozenset[str] = frozenset(FEES)
    excluded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proposal:
    """One candidate with what speaks against it (`closed`, `full`, `fee`) and how far it is."""

    candidate: Candidate
    against: tuple[str, ...]
    metres: int | None

    @property
    def fits(self) -> bool:
        return not self.against


def propose(wanted: Wanted, candidates: Iterable[Candidate]) -> list[Proposal]:
    """The nearest capable unit that is open now comes first (HLP-3).

    Who cannot do it, does not come there, or is excluded is not in the list at all. Who is closed,
    full or dearer than the caller wants stands behind everybody who is not. Among equals by
    distance: the cheaper, the one with better results, the less busy.
    """
    able = (
        c
        for c in candidates
        if c.key not in wanted.excluded
        and covers(c.needs, wanted.need)
        and serves(c.areas, wanted.place)
    )
    found = [Proposal(c, _against(c, wanted), metres(wanted.point, c.point)) for c in able]
    return sorted(found, key=_order)


def _against(one: Candidate, wanted: Wanted) -> tuple[str, ...]:
    says = (
        ("closed", not one.is_open),
        ("full", one.capacity is not None and one.jobs >= one.capacity),
        ("fee", one.fee not in wanted.fees),
    )
    return tuple(word for word, true in says if true)


def _order(one: Proposal) -> tuple[Any, ...]:
    who = one.candidate
    far = one.metres // NEAR_M if one.metres is not None else 10**6
    result = (who.good + 1) / (who.done + 2)  # nobody is good or bad by a single job
    load = who.jobs / who.capacity if who.capacity else 0
    return (len(one.against), far, FEES.index(who.fee), -result, load, who.key)


def check_hours(hours: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Spans run forward within a day and do not overlap; ValueError says which does not."""
    for key in ("weekday", "weekend"):
        last = ""
        for first, end in hours.get(key, []):
            if not (_clock(first) and _clock(end)) or first < last or end <= first:
                raise ValueError(f"{first}-{end}")
            last = end


def _clock(text: str) -> bool:
    hour, _colon, minute = text.partition(":")
    if len(text) != 5 or not (hour.isdecimal() and minute.isdecimal()):
        return False
    return (int(hour) < 24 and int(minute) < 60) or text == MIDNIGHT
