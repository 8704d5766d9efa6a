"""iCalendar (RFC 5545): events as the text that telephones and calendar programs take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST = 75  # octets of a line


@dataclass(frozen=True, slots=True)
class Event:
    """From a moment to a moment. The same `uid` later replaces the event."""

    uid: str
    begins: datetime
    ends: datetime
    title: str
    place: str = ""


def calendar(events: Iterable[Event], *, name: str, at: datetime) -> str:
    """The text of the file, lines ending as the standard asks."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yimen//ZH", "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH", f"X-WR-CALNAME:{text(name)}"]  # fmt: skip
    body = [line for event in events for line in _event(event, at)]
    return "".join(f"{fold(line)}\r\n" for line in (*head, *body, "END:VCALENDAR"))


def _event(event: Event, at: datetime) -> list[str]:
    where = [f"LOCATION:{text(event.place)}"] if event.place else []
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{moment(at)}",
        f"DTSTART:{moment(event.begins)}",
        f"DTEND:{moment(event.ends)}",
        f"SUMMARY:{text(event.title)}",
        *where,
        "END:VEVENT",
    ]


def moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def text(value: str) -> str:
    """A value with what has a meaning of its own escaped."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r", "").replace("\n", "\\n")


def fold(line: str) -> str:
    """Lines of at most 75 octets, never cut within a character."""
    parts: list[str] = []
    now, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > (LONGEST if not parts else LONGEST - 1):
            parts.append(now)
            now, size = "", 0
        now, size = now + char, size + octets
    return "\r\n ".join([*parts, now])
