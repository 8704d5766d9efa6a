"""The materials of several matters as one list, each paper once, and what was given: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from yimen.cases.actions import Given
from yimen.matters.content import Content, Material, Words

# One key a line at the counter: what the key means to the engine.
KEYS: dict[str, str] = {
    "o": "original",  # seen, checked and given back at once
    "k": "original",  # kept: it goes along and comes back
    "c": "copy",
    "e": "electronic",
    "r": "electronic",  # used again from an earlier case, with the person's consent
    "h": "held",
    "l": "later",
    "-": "",
}
THERE = frozenset("okcerh")


@dataclass(frozen=True)
class Line:
    """One paper of the visit, for all matters that ask for it."""

    code: str
    name: Words
    note: Words
    essential: bool
    may_follow: bool
    held: bool
    electronic: bool
    copies: int
    blank_form: str
    sample: str
    matters: tuple[str, ...]

    @property
    def control(self) -> str:
        return f"m-{self.code}"

    @property
    def keys(self) -> str:
        """The keys that mean something on this line, in the order in which they are offered."""
        return "okce" + ("h" if self.held else "") + ("l" if self.may_follow else "") + "-"

    @property
    def home_keys(self) -> str:
        """What can be said of a paper from home, where nobody looks at an original."""
        return "e" + ("h" if self.held else "") + ("l" if self.may_follow else "") + "-"


def merge(contents: Iterable[Content]) -> list[Line]:
    """Every paper once, essential ones first; the strictest of the matters counts."""
    papers: dict[str, list[tuple[Material, str]]] = {}
    for content in contents:
        for material in content.materials:
            papers.setdefault(material.code, []).append((material, content.code))
    lines = [_line([m for m, _code in found], [c for _m, c in found]) for found in papers.values()]
    return sorted(lines, key=lambda line: not line.essential)


def _line(same: list[Material], matters: list[str]) -> Line:
    first = same[0]
    return Line(
        code=first.code,
        name=first.name,
        note=next((m.note for m in same if m.note), first.note),
        essential=any(m.essential for m in same),
        may_follow=all(m.may_follow for m in same),
        held=any(m.held_by for m in same),
        electronic=any(m.electronic for m in same),
        copies=max(m.copies for m in same),
        blank_form=next((m.blank_form for m in same if m.blank_form), "") or "",
        sample=next((m.sample for m in same if m.sample), "") or "",
        matters=tuple(matters),
    )


def preset(line: Line) -> str:
    """What stands on a line before anybody touched it."""
    if line.held:
        return "h"
    if line.essential:
        return ""
    return "l" if line.may_follow else "-"


def key_of(line: Line, typed: Mapping[str, Any]) -> str:
    """The key on a line now: what was typed, else what it starts with."""
    return typed.get(line.code, {}).get("key") or preset(line)


def lacking(lines: Iterable[Line], typed: Mapping[str, Any]) -> list[Line]:
    """Essential papers that are not there: the submission will be supplemented."""
    return [line for line in lines if line.essential and key_of(line, typed) not in THERE]


def undecided(lines: Iterable[Line], typed: Mapping[str, Any]) -> list[Line]:
    return [line for line in lines if not key_of(line, typed)]


def following(lines: Iterable[Line], typed: Mapping[str, Any]) -> list[Line]:
    """Papers that are promised for a later day."""
    return [line for line in lines if key_of(line, typed) == "l"]


def given(
    lines: Iterable[Line], code: str, typed: Mapping[str, Any], files: Mapping[str, str]
) -> tuple[Given, ...]:
    """What one matter gets of all that was handed in."""
    return tuple(
        _given(line, key_of(line, typed), typed.get(line.code, {}), files.get(line.code, ""))
        for line in lines
        if code in line.matters
    )


def _given(line: Line, key: str, typed: Mapping[str, Any], file: str) -> Given:
    kept = typed.get("reuse", "") if key == "r" else file
    day = typed.get("promised") or ""
    return Given(
        line.code,
        KEYS.get(key, ""),
        file=UUID(kept) if kept and key in THERE else None,
        promised_on=date.fromisoformat(day) if key == "l" and day else None,
    )


def to_register(lines: Iterable[Line], typed: Mapping[str, Any]) -> list[tuple[Line, str]]:
    """The papers that stay here and travel on: kept originals, copies, filled-in forms. One that
    was only shown (an identity card) went back over the counter at once; one that was taken in
    before, at somebody's home, has its code already ("coded")."""
    new = [line for line in lines if not typed.get(line.code, {}).get("coded")]
    found = [(line, key_of(line, typed)) for line in new]
    return [
        (line, key) for line, key in found if key in ("k", "c") or (key == "o" and line.blank_form)
    ]
