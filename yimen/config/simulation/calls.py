"""Who calls the help line when, for what, and how long they wait: the hours and the needs of the
sample of real requests, the rest from data/hotline/calls.json, drawn by a seed. Pure."""

from __future__ import annotations

import csv
import json
import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from yimen.hotline.measures import advise

HOUR_S = 3600.0
FIRST, MOST_NUMBERS = 1000, 9000  # the last four figures of a caller's number: a page shows no more


@dataclass(frozen=True, slots=True)
class Caller:
    """One call. `calls_s` counts from the beginning of what is lived; who is not picked up within
    `patience_s` hangs up. `wants`: answered, empty, danger, urgent, request, event."""

    no: int
    calls_s: float
    tail: int  # the last four figures of the number
    wants: str
    need: str
    line: str
    place: int  # which of the street's committees
    patience_s: float
    talk_s: float
    types: int  # how often the page keeps what was typed
    again: bool = False  # has called before


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who does not ring: a form on the web, or a text message."""

    no: int
    at_s: float
    way: str  # web | sms
    need: str
    place: int
    tail: int


@dataclass(frozen=True, slots=True)
class Profile:
    """The sample: its requests by hour of the day and by need."""

    hours: tuple[int, ...]
    needs: Mapping[str, int]

    def expected(self, peak: float) -> list[float]:
        """Calls of each hour where the busiest has `peak`."""
        return [peak * n / max(self.hours) for n in self.hours]


@cache
def facts(folder: Path) -> dict[str, Any]:
    """`folder` is data/hotline."""
    found: dict[str, Any] = json.loads((folder / "calls.json").read_text(encoding="utf-8"))
    return found


@cache
def profile(folder: Path) -> Profile:
    """Counted from the sample itself; rows that the mapping leaves out have an hour, but no need."""
    mapped = json.loads((folder / "nyc311.mapping.json").read_text(encoding="utf-8"))
    columns, hours, needs = mapped["columns"], Counter[int](), Counter[str]()
    with (folder / mapped["source"] / "requests.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            hours[int(row[columns["received"]][11:13])] += 1
            if need := mapped["needs"].get(row[columns["need"]]):
                needs[need] += 1
    return Profile(tuple(hours[h] for h in range(24)), dict(sorted(needs.items())))


@dataclass(frozen=True, slots=True)
class Span:
    """From which hour of the day to which, over midnight if need be; whole days are 24 hours."""

    begins_h: float
    lasts_h: float

    @classmethod
    def read(cls, text: str) -> Span:
        """`20-8`, `10:00-10:20`, `0-24`; ValueError otherwise."""
        first, last = (_hours(part) for part in text.split("-"))
        lasts = (last - first) % 24 or 24.0
        return cls(first % 24, lasts)

    @property
    def length_s(self) -> float:
        return self.lasts_h * HOUR_S

    def hour(self, at_s: float) -> int:
        """The hour of the day, so long after the beginning."""
        return int(self.begins_h + at_s / HOUR_S) % 24

    def slices(self) -> list[tuple[int, float, float]]:
        """(hour of the day, begins, ends) in seconds, piece by piece."""
        found, at = [], 0.0
        while at < self.length_s - 1e-6:
            inside = (self.begins_h * HOUR_S + at) % HOUR_S
            ends = min(self.length_s, at + HOUR_S - inside)
            found.append((self.hour(at + 1e-6), at, ends))
            at = ends
        return found


def _hours(text: str) -> float:
    hours, _colon, minutes = text.strip().partition(":")
    found = int(hours) + int(minutes or 0) / 60
    if not 0 <= found <= 24:
        raise ValueError(text)
    return found


def seats(
    known: Mapping[str, Any], expected: Sequence[float], *, share: float, within_s: float, seed: int
) -> list[int]:  # fmt: skip
    """How many sit at the telephone in each hour: what the page of the measures advises."""
    service = known["talk_s"]["mean"] + known["after_s"]
    return [s.seats for s in advise(expected, service, wait_s=within_s, share=share, seed=seed)]


def callers(
    known: Mapping[str, Any], sample: Profile, span: Span, times: float, luck: random.Random
) -> list[Caller]:
    """Everybody who calls, in the order in which they do: at random within each hour (Poisson), and
    the people of a burst pipe."""
    drawn: list[Caller] = []
    expected = sample.expected(known["peak"] * times)
    for hour, begins, ends in span.slices():
        for at in _moments(expected[hour], begins, ends, luck):
            drawn.append(_caller(known, sample, at, luck))
    drawn += _event(known, span, times, luck)
    return _numbered(known, sorted(drawn, key=lambda c: c.calls_s), luck)


def _moments(an_hour: float, begins: float, ends: float, luck: random.Random) -> list[float]:
    found, at = [], begins
    while an_hour > 0:
        at += luck.expovariate(an_hour / HOUR_S)
        if at >= ends:
            break
        found.append(at)
    return found


def _caller(known: Mapping[str, Any], sample: Profile, at: float, luck: random.Random) -> Caller:
    shares = known["calls"]
    wants = luck.choices(
        [*shares, "request"], [*shares.values(), 1.0 - sum(shares.values())]
    )[0]  # fmt: skip
    need = luck.choices(list(sample.needs), list(sample.needs.values()))[0]
    if wants == "request" and need.startswith("urgent"):
        wants = "urgent"
    if wants == "danger":
        need = luck.choice(["danger.ill", "danger.fire", "danger.crime"])
    return _made(known, at, wants, need, luck)


def _made(
    known: Mapping[str, Any], at: float, wants: str, need: str, luck: random.Random
) -> Caller:
    talk, patience, types = known["talk_s"], known["patience_s"], known["types"]
    middle = math.log(talk["mean"]) - talk["sigma"] ** 2 / 2  # so that the mean is the mean
    said = min(max(luck.lognormvariate(middle, talk["sigma"]), talk["least"]), talk["most"])
    if wants in ("danger", "empty"):
        said = min(said, known["danger_s"])
    return Caller(
        no=0, calls_s=at, tail=0, wants=wants, need=need,
        line=luck.choices(list(known["lines"]), list(known["lines"].values()))[0],
        place=luck.randrange(1000),
        patience_s=max(
            luck.lognormvariate(math.log(patience["median"]), patience["sigma"]), patience["least"]
        ),
        talk_s=said, types=luck.randint(types["least"], types["most"]),
    )  # fmt: skip


def _event(known: Mapping[str, Any], span: Span, times: float, luck: random.Random) -> list[Caller]:
    """A pipe bursts in the evening: as many calls as half a busy hour has, all from one place."""
    told = known["event"]
    begins = ((told["at_h"] - span.begins_h) % 24) * HOUR_S
    lasts = told["lasts_min"] * 60.0
    if begins + lasts > span.length_s:
        return []
    count, place = round(known["peak"] * times * told["hours_of_calls"]), luck.randrange(1000)
    made = [
        _made(known, begins + luck.random() * lasts, "event", told["need"], luck)
        for _n in range(count)
    ]
    return [replace(one, place=place) for one in made]


def _numbered(
    known: Mapping[str, Any], drawn: Sequence[Caller], luck: random.Random
) -> list[Caller]:
    """Numbers in the order of the calls; some call a second time with the same one."""
    found: list[Caller] = []
    for n, one in enumerate(drawn):
        tail, again = FIRST + n % MOST_NUMBERS, False
        if found and luck.random() < known["again"]:
            tail, again = luck.choice(found).tail, True
        found.append(replace(one, no=n + 1, tail=tail, again=again))
    return found


def writers(
    known: Mapping[str, Any], sample: Profile, span: Span, times: float, luck: random.Random
) -> list[Writer]:
    """Forms on the web and text messages, by the same hours."""
    found: list[Writer] = []
    expected = sample.expected(known["peak"] * times)
    for hour, begins, ends in span.slices():
        for way, share in known["ways"].items():
            for at in _moments(expected[hour] * share, begins, ends, luck):
                need = luck.choices(list(sample.needs), list(sample.needs.values()))[0]
                found.append(Writer(0, at, way, need, luck.randrange(1000), 0))
    found.sort(key=lambda w: w.at_s)
    return [replace(one, no=n + 1, tail=FIRST + n % MOST_NUMBERS) for n, one in enumerate(found)]
