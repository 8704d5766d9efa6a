"""Dated rule profiles: how long the law gives, by which article, with whose approval.

A profile is a file in `data/profiles`; `profile(on)` is the one in force on that day. Notices
print its name. A case keeps the code of the profile under which a term was set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from typing import Any

from yimen.clock.rules import Hours
from yimen.clock.shipped import content_folder
from yimen.lib.spans import Span


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages."""

    zh: str
    en: str

    @classmethod
    def read(cls, value: Mapping[str, str]) -> Name:
        return cls(value["zh"], value["en"])


@dataclass(frozen=True, slots=True)
class Article:
    """Where it is written. An empty law: the matter's own legal basis must name it."""

    law: str
    number: str


@dataclass(frozen=True, slots=True)
class Extension:
    """One approved extension: how long, and who approves (`head` of the authority, or the
    `government` at that level)."""

    name: Name
    span: Span
    approver: str
    article: Article


@dataclass(frozen=True, slots=True)
class Term:
    """A term that the law sets."""

    name: Name
    span: Span
    article: Article
    extension: Extension | None = None


@dataclass(frozen=True, slots=True)
class HoldType:
    """A reason for which time does not count. `matter_only`: allowed only where the matter names
    its own law. `maximum_article` is empty where the maximum is the product's default."""

    type: str
    name: Name
    article: Article
    maximum: Span | None
    maximum_article: str
    notice: bool
    stops_case: bool
    matter_only: bool


@dataclass(frozen=True, slots=True)
class Lights:
    """When a light turns yellow, and when warnings may go out."""

    percent: int
    at_least: int
    hours: Hours


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules in force from `valid_from` until the day before `valid_until`."""

    code: str
    name: Name
    note: Name
    valid_from: date
    valid_until: date | None
    accept: Term
    deemed_item_types: frozenset[str]
    supplement_times: int
    decide: Term
    joint: Term
    lower_level: Term
    deliver: Term
    inspection_staff: int
    inspection_start: Span
    hearing_ask: Span
    hearing_hold: Span
    hearing_notice: Span
    renewal_apply_before: Span
    renewal_deemed: bool
    lights: Lights
    holds: Mapping[str, HoldType]

    def deems(self, item_type: str) -> bool:
        """Is silence on a matter of this type acceptance, back-dated to receipt (32(4))?"""
        return item_type in self.deemed_item_types

    def decision(self, *, joint: bool) -> Term:
        """The statutory term to decide: of one authority, or of several together."""
        return self.joint if joint else self.decide


def _article(value: Mapping[str, Any]) -> Article:
    return Article(value["law"], value["article"])


def _term(value: Mapping[str, Any]) -> Term:
    longer = value.get("extension")
    extension = None
    if longer:
        span = Span.parse(longer["span"])
        extension = Extension(Name.read(longer["name"]), span, longer["approver"], _article(longer))
    return Term(Name.read(value["name"]), Span.parse(value["span"]), _article(value), extension)


def _hold(value: Mapping[str, Any]) -> HoldType:
    return HoldType(
        type=value["type"],
        name=Name.read(value["name"]),
        article=_article(value),
        maximum=Span.parse(value["maximum"]) if value["maximum"] else None,
        maximum_article=value.get("maximum_article", ""),
        notice=value["notice"],
        stops_case=value["stops_case"],
        matter_only=value.get("matter_only", False),
    )


def _lights(value: Mapping[str, Any]) -> Lights:
    hours = Hours(time.fromisoformat(value["opens"]), time.fromisoformat(value["closes"]))
    return Lights(value["yellow_percent"], value["yellow_at_least"], hours)


def read(value: Mapping[str, Any]) -> Profile:
    """A profile from its JSON form; KeyError or ValueError where it is not of that form."""
    until = value["valid_until"]
    hearing, renewal = value["hearing"], value["renewal"]
    return Profile(
        code=value["code"],
        name=Name.read(value["name"]),
        note=Name.read(value["note"]),
        valid_from=date.fromisoformat(value["valid_from"]),
        valid_until=date.fromisoformat(until) if until else None,
        accept=_term(value["accept"]),
        deemed_item_types=frozenset(value["accept"]["deemed_item_types"]),
        supplement_times=value["supplement"]["times"],
        decide=_term(value["decide"]),
        joint=_term(value["joint"]),
        lower_level=_term(value["lower_level"]),
        deliver=_term(value["deliver"]),
        inspection_staff=value["inspection"]["staff"],
        inspection_start=Span.parse(value["inspection"]["start"]),
        hearing_ask=Span.parse(hearing["ask"]),
        hearing_hold=Span.parse(hearing["hold"]),
        hearing_notice=Span.parse(hearing["notice"]),
        renewal_apply_before=Span.parse(renewal["apply_before"]),
        renewal_deemed=renewal["deemed"],
        lights=_lights(value["lights"]),
        holds={row["type"]: _hold(row) for row in value["holds"]},
    )


@lru_cache(maxsize=1)
def all_profiles() -> tuple[Profile, ...]:
    """Every shipped profile, the youngest last."""
    files = sorted((content_folder() / "profiles").glob("*.json"))
    found = [read(json.loads(path.read_text(encoding="utf-8"))) for path in files]
    return tuple(sorted(found, key=lambda one: one.valid_from))


def profile(on: date) -> Profile:
    """The profile in force on that day; LookupError before the first one."""
    for one in reversed(all_profiles()):
        if one.valid_from <= on and (one.valid_until is None or on < one.valid_until):
            return one
    raise LookupError(f"no rule profile is in force on {on}")


def by_code(code: str) -> Profile:
    """The profile of that code, for what was begun under it."""
    for one in all_profiles():
        if one.code == code:
            return one
    raise LookupError(f"there is no rule profile {code!r}")
