"""iCalendar (RFC 5545): events as the text that telephones and calendar programs take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST = 75  # octets of a line


@dataclass(frozen=True, slots=True)
class Event:
    """From a moment to a moment. The same `uid` with a higher `sequence` replaces the event;
    `reminder_min` is how long before it the telephone rings."""

    uid: str
    begins: datetime
    ends: datetime
    title: str
    place: str = ""
    note: str = ""
    sequence: int = 0
    cancelled: bool = False
    reminder_min: int | None = None


def calendar(events: Iterable[Event], *, name: str, at: datetime) -> str:
    """The text of the file, lines ending as the standard asks."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yimen//ZH", "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH", f"X-WR-CALNAME:{text(name)}"]  # fmt: skip
    body = [line for event in events for line in _event(event, at)]
    return "".join(f"{fold(line)}\r\n" for line in (*head, *body, "END:VCALENDAR"))


def _event(event: Event, at: datetime) -> list[str]:
    where = [f"LOCATION:{text(event.place)}"] if event.place else []
    note = [f"DESCRIPTION:{text(event.note)}"] if event.note else []
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"SEQUENCE:{event.sequence}",
        f"DTSTAMP:{moment(at)}",
        f"DTSTART:{moment(event.begins)}",
        f"DTEND:{moment(event.ends)}",
        f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}",
        f"SUMMARY:{text(event.title)}",
        *note,
        *where,
        *_alarm(event),
        "END:VEVENT",
    ]


def _alarm(event: Event) -> list[str]:
    if event.reminder_min is None or event.cancelled:
        return []
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{text(event.title)}",
        f"TRIGGER:-PT{event.reminder_min}M",
        "END:VALARM",
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
