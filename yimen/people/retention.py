"""How long what people said and gave is kept, and what is due to go.

Terms are data (`data/retention.json`), each with where it comes from; a centre sets its own with
YIMEN_RETENTION. The houses that hold the words say what is due and let it go (settings
YIMEN_HOLDERS); the record of the acts stays, as digests.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from yimen.lib.actor import Actor

AHEAD = timedelta(days=30)


@dataclass(frozen=True)
class Keep:
    """Why something of a person stays for now: a stable key, a sentence, and until when (None:
    until it has ended)."""

    code: str
    sentence: Any
    until: datetime | None = None


class Holder(Protocol):
    """What a house with words about persons offers. `codes` are the terms that it answers for."""

    codes: Iterable[str]

    def keeps(self, parties: list[UUID], *, at: datetime) -> list[Keep]:
        """What of these records (one person's) must stay."""

    def erase(self, parties: list[UUID], *, by: Actor, at: datetime) -> int:
        """Let everything of them go; how many things."""

    def tell(self, parties: list[UUID]) -> dict[str, Any]:
        """What is kept about them, in plain values, for the person (PIPL art. 45)."""

    def due(self, code: str, *, before: datetime) -> int:
        """How many things ended before that moment and are still whole."""

    def let_go(self, code: str, *, before: datetime, at: datetime, limit: int) -> int:
        """Let the oldest of them go; how many."""


def holders() -> list[Holder]:
    return [import_string(name) for name in settings.YIMEN_HOLDERS]


@dataclass(frozen=True)
class Term:
    """One line of the table. `ours`: no law sets the number; it is our reading."""

    code: str
    name: dict[str, str]
    years: int
    since: dict[str, str]
    basis: str
    ours: bool
    changed: bool = False

    def before(self, at: datetime) -> datetime:
        """What ended before this moment has been kept long enough."""
        return years_before(at, self.years)

    def until(self, ended: datetime) -> datetime:
        return years_before(ended, -self.years)


def years_before(at: datetime, years: int) -> datetime:
    """The same day so many years earlier; 29 February becomes 1 March."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, month=3, day=1)


@cache
def _shipped() -> list[dict[str, Any]]:
    path = Path(settings.YIMEN_RETENTION_FILE)
    return list(json.loads(path.read_text(encoding="utf-8")))


def terms() -> dict[str, Term]:
    """Every term as this centre has it."""
    own = settings.YIMEN_RETENTION
    found = {}
    for row in _shipped():
        years = int(own.get(row["code"], row["years"]))
        found[row["code"]] = Term(
            row["code"], row["name"], years, row["from"], row["basis"], row["ours"],
            changed=years != row["years"],
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Due:
    """A line of what will go: in the next night, and in the thirty nights after it."""

    term: Term
    now: int
    soon: int


def due(at: datetime) -> list[Due]:
    """What the tick will do, before it does it."""
    known, found = terms(), []
    for holder in holders():
        for code in holder.codes:
            term = known[code]
            now = holder.due(code, before=term.before(at))
            soon = holder.due(code, before=term.before(at + AHEAD)) - now
            found.append(Due(term, now, soon))
    return found


def run(entry: Any) -> dict[str, Any]:
    """One run of the tick as the record has it: when, and how many of each sort."""
    known, went = terms(), json.loads(entry.data)["went"]
    return {"at": entry.at, "went": [(known[code].name, n) for code, n in went.items()]}
