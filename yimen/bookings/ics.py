"""One booking as an iCalendar file (RFC 5545): what a telephone or a calendar program takes."""

from __future__ import annotations

from datetime import UTC, datetime

from yimen.bookings.models import Booking
from yimen.look.language import pick

LONGEST = 75  # octets of a line


def calendar(booking: Booking, *, site: str) -> str:
    """The text of the file. A later version of the same booking replaces the earlier one (UID,
    SEQUENCE); nobody's name is in it."""
    where = booking.resource.centre
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Yimen//bookings//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{booking.pk}@{site}",
        f"SEQUENCE:{booking.changes + (booking.state == Booking.State.CANCELLED)}",
        f"DTSTAMP:{_moment(booking.changed_at)}",
        f"DTSTART:{_moment(booking.starts_at)}",
        f"DTEND:{_moment(booking.ends_at)}",
        f"STATUS:{'CONFIRMED' if booking.state in Booking.SEATED else 'CANCELLED'}",
        f"SUMMARY:{_text(booking.resource.label)}",
        f"DESCRIPTION:{_text(booking.code)}",
        f"LOCATION:{_text(where.label + ' ' + pick({'zh': where.address, 'en': where.address_en}))}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(booking.resource.label)}",
        "TRIGGER:-PT1H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r", "").replace("\n", "\\n")


def _fold(line: str) -> str:
    """Lines of at most 75 octets, never cut within a character."""
    parts: list[str] = []
    now = ""
    for char in line:
        limit = LONGEST if not parts else LONGEST - 1
        if len((now + char).encode()) > limit:
            parts.append(now)
            now = ""
        now += char
    return "\r\n ".join([*parts, now])
