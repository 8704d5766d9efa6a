"""The words of messages: data/notices/templates.json, read once into frozen values.

A template says which facts it needs and of what type; `fill` puts them into its text. Versions
stay in the file for ever: an old message is shown in the words that were sent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from django.conf import settings

from yimen.lib.time import local
from yimen.notices import links

LANGUAGES = ("zh", "en")
AUDIENCES = ("resident", "staff")
TYPES = ("code", "count", "day", "link", "moment", "name")
CODE = re.compile(r"^[A-Za-z0-9][A-Za-z0-9 :/._#-]{0,79}$")
# eighteen places ending in a digit or X, or a mobile number: never a fact of ours
PERSONAL = re.compile(
    r"(?<![0-9])(?:[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d\d{3}[0-9Xx]|1[3-9]\d{9})(?![0-9])"
)


class WordingError(ValueError):
    """A template or its facts are wrong: a defect of the caller, found by tests."""


@dataclass(frozen=True)
class Wording:
    """One version of one message's words."""

    key: str
    version: int
    audience: str
    urgent: bool
    text: Mapping[str, str]
    title: Mapping[str, str]
    facts: Mapping[str, str]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""

    @property
    def needs(self) -> frozenset[str]:
        """The facts that nothing stands in for."""
        return frozenset(self.facts) - frozenset(self.defaults)


def slots(text: str) -> frozenset[str]:
    """The names between braces in `text`."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def read(raw: Mapping[str, Any]) -> Wording:
    """One template out of the file, or a WordingError that says what is wrong with it."""
    made = Wording(
        key=raw["key"],
        version=raw.get("version", 1),
        audience=raw["audience"],
        urgent=raw.get("urgent", False),
        text={lang: raw[lang]["text"] for lang in LANGUAGES},
        title={lang: raw[lang]["title"] for lang in LANGUAGES},
        facts=raw.get("facts", {}),
        defaults=raw.get("defaults", {}),
        page=raw.get("page", ""),
    )
    if made.audience not in AUDIENCES:
        raise WordingError(f"{made.key}: audience {made.audience!r}")
    unknown = {kind for kind in made.facts.values() if kind not in TYPES}
    if unknown:
        raise WordingError(f"{made.key}: fact types {sorted(unknown)}")
    for lang in LANGUAGES:
        extra = (slots(made.text[lang]) | slots(made.title[lang])) - set(made.facts)
        if extra:
            raise WordingError(f"{made.key} {lang}: undeclared facts {sorted(extra)}")
    return made


@cache
def all_versions(path: str = "") -> dict[tuple[str, int], Wording]:
    """Every version of every template by (key, version)."""
    source = Path(path) if path else settings.DATA / "notices" / "templates.json"
    found: dict[tuple[str, int], Wording] = {}
    for raw in json.loads(source.read_text(encoding="utf-8"))["templates"]:
        made = read(raw)
        if (made.key, made.version) in found:
            raise WordingError(f"{made.key} version {made.version} stands twice in the file")
        found[made.key, made.version] = made
    return found


@cache
def newest() -> dict[str, Wording]:
    """The version in force of every template, by key."""
    latest: dict[str, Wording] = {}
    for (key, version), made in all_versions().items():
        if key not in latest or latest[key].version < version:
            latest[key] = made
    return latest


def wording(key: str, version: int | None = None) -> Wording:
    """The words for `key` (of `version`, else those in force)."""
    try:
        return newest()[key] if version is None else all_versions()[key, version]
    except KeyError:
        raise WordingError(f"no message template {key!r} (version {version})") from None


def plain(value: Any) -> Any:
    """A fact as JSON keeps it: days and moments as text, names as {"zh", "en"}."""
    if isinstance(value, datetime):
        return local(value).isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {lang: str(value[lang]) for lang in LANGUAGES if value.get(lang)}
    return value if isinstance(value, int) else str(value)


def check(words: Wording, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts that `words` uses, in the form to store; a WordingError names what is wrong.

    Facts that no slot uses are left out: what is not shown need not be kept.
    """
    given = {
        name: plain(value)
        for name, value in facts.items()
        if name in words.facts and value not in (None, "")
    }
    missing = words.needs - set(given)
    if missing:
        raise WordingError(f"{words.key}: missing facts {sorted(missing)}")
    for name, value in given.items():
        if not _fits(words.facts[name], value):
            raise WordingError(f"{words.key}: {name} is not a {words.facts[name]}")
    return given


def _fits(kind: str, value: Any) -> bool:
    match kind:
        case "count":
            return isinstance(value, int)
        case "name":
            texts = value.values() if isinstance(value, Mapping) else [value]
            return all(0 < len(t) <= 120 and not PERSONAL.search(t) for t in texts)
        case "day" | "moment":
            return _moment(value) is not None
        case _:
            text = str(value)
            # our own numbers are longer than an ID number; shorter ones must not look like one
            return bool(CODE.match(text)) and not PERSONAL.fullmatch(text)


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def fill(
    words: Wording, facts: Mapping[str, Any], language: str, *, keys: bool = False
) -> tuple[str, str]:
    """Title and text of the message in `language` ("en" or anything else for Chinese). Links are
    whole only with `keys`: for the recipient, never for those who look after messages."""
    lang = "en" if language.startswith("en") else "zh"
    shown = {
        name: links.address(value, key=keys)
        if kind == "link" and (value := _fact(words, facts, name))
        else _shown(kind, _fact(words, facts, name), lang)
        for name, kind in words.facts.items()
    }
    return words.title[lang].format_map(shown), words.text[lang].format_map(shown)


def _fact(words: Wording, facts: Mapping[str, Any], name: str) -> Any:
    value = facts.get(name)
    return words.defaults.get(name, "") if value in (None, "") else value


def _shown(kind: str, value: Any, lang: str) -> str:
    if isinstance(value, Mapping):
        return str(value.get(lang) or value.get("zh") or "")
    moment = _moment(value) if kind in ("day", "moment") else None
    if moment is None:
        return str(value)
    day = (
        f"{moment.day} {moment:%B %Y}"
        if lang == "en"
        else f"{moment.year}年{moment.month}月{moment.day}日"
    )
    return f"{day} {moment:%H:%M}" if kind == "moment" else day
