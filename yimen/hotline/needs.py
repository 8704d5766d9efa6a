"""The tree of needs: data, read once. Pure beside that."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

CLASSES = ("emergency", "urgent", "consultation", "help", "complaint", "petition")
NEVER_PUBLIC = ("emergency", "complaint", "petition")


@dataclass(frozen=True, slots=True)
class Need:
    """One need. `code` has dots as levels; `sort` is the class that sets the limit. Only what says
    `public` is ever published: what nobody thought of stays inside."""

    code: str
    zh: str
    en: str
    sort: str
    matter: str
    public: bool = False

    def text(self, lang: str) -> str:
        return self.en if lang.startswith("en") else self.zh

    @property
    def depth(self) -> int:
        return self.code.count(".")


@cache
def tree() -> dict[str, Need]:
    """All needs by code, parents before children."""
    content = json.loads(Path(settings.YIMEN_NEEDS).read_text(encoding="utf-8"))
    rows = [
        Need(r["code"], r["zh"], r["en"], r["class"], r["matter"], r.get("public", False))
        for r in content["needs"]
    ]
    check(rows)
    return {need.code: need for need in rows}


def check(rows: Iterable[Need]) -> None:
    """A need has a parent that stands before it, its class is known, its code stands once, and no
    danger, complaint or petition is published; ValueError names the first that is wrong."""
    seen: set[str] = set()
    for need in rows:
        parent = need.code.rpartition(".")[0]
        shown = need.public and need.sort in NEVER_PUBLIC
        known = need.sort in CLASSES and need.code not in seen
        if shown or not known or (parent and parent not in seen):
            raise ValueError(f"needs: {need.code}")
        seen.add(need.code)


def find(typed: str, needs: Iterable[Need], limit: int = 8) -> list[Need]:
    """Needs for what an operator types: by the beginning of the code, or words in either language,
    the closest first."""
    word = typed.strip().lower()
    if not word:
        return []
    scored = [(_score(word, need), n, need) for n, need in enumerate(needs)]
    return [need for score, _n, need in sorted(s for s in scored if s[0] < 9)][:limit]


def _score(word: str, need: Need) -> int:
    names = (need.zh.lower(), need.en.lower())
    if word in (need.code, *names):
        return 0
    if need.code.startswith(word) or any(name.startswith(word) for name in names):
        return 1
    if any(word in name for name in names):
        return 2
    # 水管漏了 finds 爆管漏水: enough of its characters are there
    together = len(set(word) & set(need.zh))
    return 3 if together >= max(2, len(set(word)) // 2) and any(c > "一" for c in word) else 9
