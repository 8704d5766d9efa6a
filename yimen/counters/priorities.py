"""Reasons to be called earlier: data with a name and a basis, shown to everybody who waits."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.lib.documents import age
from yimen.lib.errors import FieldError, Invalid
from yimen.look.language import pick


@dataclass(frozen=True, slots=True)
class Priority:
    """One reason. `by_system`: nobody chooses it, an act gives it (an appointment, a return)."""

    code: str
    zh: str
    en: str
    head_start: timedelta
    basis: str = ""
    from_age: int | None = None
    by_system: bool = False

    @property
    def name(self) -> str:
        return pick({"zh": self.zh, "en": self.en})


@cache
def _read(file: Path) -> dict[str, Priority]:
    rows = json.loads(file.read_text(encoding="utf-8"))["priorities"]
    return {
        row["code"]: Priority(
            row["code"], row["zh"], row["en"], timedelta(minutes=row["head_start_min"]),
            row.get("basis", ""), row.get("from_age"), row.get("by_system", False),
        )
        for row in rows
    }  # fmt: skip


def known() -> dict[str, Priority]:
    """All reasons by code, in the order of the file (settings.YIMEN_HALL_PRIORITIES)."""
    return _read(Path(settings.YIMEN_HALL_PRIORITIES))


def choices() -> list[Priority]:
    """Those that somebody may ask for."""
    return [p for p in known().values() if not p.by_system]


def chosen(code: str, birth: date | None, on: date) -> Priority | None:
    """The reason asked for, or the one that age gives without asking (the longer head start)."""
    asked = known().get(code) if code else None
    if code and (asked is None or asked.by_system):
        text = _("没有“%(code)s”这个优先理由。") % {"code": code}
        names = "、".join(p.code for p in choices())
        raise Invalid("priority", text, (FieldError("priority", text, names),))
    by_age = [
        p
        for p in choices()
        if p.from_age is not None and birth is not None and age(birth, on) >= p.from_age
    ]
    found = [p for p in (asked, *by_age) if p]
    return max(found, key=lambda p: p.head_start, default=None)


def head_start(code: str) -> timedelta:
    """How far forward a reason moves a ticket; nothing for none."""
    found = known().get(code)
    return found.head_start if found else timedelta()
