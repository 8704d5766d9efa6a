"""What no answer may carry: numbers in full, names for who reads redacted, scripts in the page.

Every answer of the walk is looked at; what is wrong is collected, so that one run shows all of it.
"""

from __future__ import annotations

import json
import logging
import re
from functools import cache
from typing import Any

from tests.cast import DEMO
from tests.doors.samples import Sample
from tests.doors.town import ACCOUNT, SECRET

# Asking for a number in full, with a reason, is what these are for.
# Each with how many numbers it hands out, every one of them on record.
REVEALING = {
    "cases:reveal": 1, "people:reveal": 1, "people:me_reveal": 1, "api:disclose": 1,
    "people:me_export": 2, "homeservice:phone": 1, "hotline:ring_up": 1, "hotline:dial": 1,
    "hotline:call_missed": 1,
}  # fmt: skip
REDACTED = ("superv", "auditor")  # read cases without names, answers and words
INLINE = {
    "script": re.compile(r"<script(?![^>]*(?:\bsrc=|type=.application/json))[^>]*>", re.I),
    "style element": re.compile(r"<style[\s>]", re.I),
    "style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.I),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=\s*[\"']", re.I),
    "script address": re.compile(r"(?:href|src|action)\s*=\s*[\"']\s*javascript:", re.I),
    "foreign address": re.compile(
        r"<(?:script|link|img|iframe)[^>]+(?:src|href)=[\"'](?:https?:)?//"
    ),
}
READING_ROOM = "api:openapi-view"  # draws itself with style attributes


@cache
def cast() -> dict[str, Any]:
    return json.loads((DEMO / "people.json").read_text(encoding="utf-8"))


@cache
def numbers() -> dict[str, str]:
    """Every ID number and telephone of a person of the cast, and whose it is."""
    found = {}
    for row in cast()["parties"]:
        if row.get("sort") != "organisation":
            found |= {n: row["key"] for n in (row["id_number"], row["phone"]) if n}
    return found


@cache
def names() -> dict[str, str]:
    """Names of those who do not work here."""
    staff = {a.get("party") for a in cast()["accounts"] if a["kind"] == "staff"}
    rows = [r for r in cast()["parties"] if r["key"] not in staff and "sort" not in r]
    return {row["name"]: row["key"] for row in rows}


def own_of(who: str) -> set[str]:
    """The record that belongs to a visitor's account."""
    from tests.doors.people import PERSONS

    mine = [a.get("party") for a in cast()["accounts"] if a["username"] == PERSONS[who]]
    return {str(key) for key in mine if key}


NUMBERS = re.compile(r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|199[0-9]{8})(?![0-9])")


def numbers_in(text: str) -> set[str]:
    return {numbers()[n] for n in NUMBERS.findall(text) if n in numbers()}


def names_in(text: str) -> set[str]:
    return {key for name, key in names().items() if name in text}


def body(response: Any) -> str:
    """What can be read of an answer; drawn documents are looked at elsewhere."""
    kind = response.headers.get("Content-Type", "")
    if not kind.startswith(("text/", "application/json", "application/problem+json")):
        return ""
    content = b"".join(response) if response.streaming else response.content
    return str(content.decode("utf-8", "replace"))


class Watch:
    """Collects what is wrong, each once."""

    def __init__(self) -> None:
        self.wrong: dict[str, str] = {}

    def note(self, what: str, sample: Sample, who: str) -> None:
        self.wrong.setdefault(f"{sample.row}: {what}", who)

    def look(self, response: Any, sample: Sample, who: str) -> None:
        text = body(response)
        self._leaks(text, response, sample, who)
        self._headers(response, sample, who)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            self._page(text, response, sample, who)

    def _leaks(self, text: str, response: Any, sample: Sample, who: str) -> None:
        if sample.name not in REVEALING and (found := numbers_in(text)):
            self.note(f"number in full of {sorted(found)}", sample, who)
        if sample.name == "people:me_export" and (numbers_in(text) - own_of(who)):
            self.note("hands out somebody else's number", sample, who)
        if sample.name not in REVEALING and ACCOUNT in text:
            self.note("a sealed answer in full", sample, who)
        place = response.headers.get("Location", "")
        if numbers_in(place) or names_in(place):
            self.note("somebody stands in the address it leads to", sample, who)
        if who in REDACTED and (names_in(text) or SECRET in text):
            self.note(
                f"shows {sorted(names_in(text)) or 'words'} to who reads redacted", sample, who
            )
        if who in ("anon", "stranger") and names_in(text) - {"resident2"}:
            self.note(f"shows {sorted(names_in(text))} to strangers", sample, who)

    def _headers(self, response: Any, sample: Sample, who: str) -> None:
        wanted = {
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        for name, value in wanted.items():
            if response.headers.get(name) != value:
                self.note(f"{name} is {response.headers.get(name)}", sample, who)
        if "no-store" not in response.headers.get("Cache-Control", "") and who != "anon":
            self.note(f"may be kept: {response.headers.get('Cache-Control')}", sample, who)
        for cookie in response.cookies.values():
            if not cookie.value:
                continue  # thrown away
            if not cookie["httponly"] or cookie["samesite"] not in ("Lax", "Strict"):
                self.note(f"cookie {cookie.key} is open", sample, who)

    def _page(self, text: str, response: Any, sample: Sample, who: str) -> None:
        policy = response.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "frame-ancestors 'none'" not in policy:
            self.note("no content policy", sample, who)
        if sample.name == READING_ROOM:
            return
        if "unsafe" in policy:
            self.note("the content policy is open", sample, who)
        for what, pattern in INLINE.items():
            if found := pattern.search(text):
                self.note(f"{what}: {found[0][:80]}", sample, who)


class Ears(logging.Handler):
    """Everything that is said to any log, before it is scrubbed, with its tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage() + (logging.Formatter().format(record) if record.exc_info else "")
        if numbers_in(text) or names_in(text) or ACCOUNT in text:
            self.heard.add(f"{record.name}: {record.msg}"[:200])
