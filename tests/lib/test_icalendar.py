"""iCalendar: escaped, folded, in world time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from yimen.lib.icalendar import LONGEST, Event, calendar, fold
from yimen.lib.time import ZONE

AT = datetime(2026, 11, 23, 8, 30, tzinfo=ZONE)


def test_an_event_over_midnight_in_world_time() -> None:
    event = Event("a@b", datetime(2026, 11, 23, 22, tzinfo=ZONE),
                  datetime(2026, 11, 24, 6, tzinfo=ZONE), "夜班, 值守; 一", "一楼")  # fmt: skip
    text = calendar([event], name="我的排班", at=AT)
    assert "DTSTART:20261123T140000Z\r\nDTEND:20261123T220000Z\r\n" in text
    assert "SUMMARY:夜班\\, 值守\\; 一\r\n" in text and text.endswith("END:VCALENDAR\r\n")


def test_what_was_cancelled_says_so_and_rings_no_more() -> None:
    begun = datetime(2026, 11, 23, 22, tzinfo=ZONE)
    kept = Event("a@b", begun, begun, "预约", note="K3", sequence=1, reminder_min=60)
    text = calendar([kept], name="预约", at=AT)
    assert "STATUS:CONFIRMED\r\n" in text and "TRIGGER:-PT60M\r\n" in text
    assert "DESCRIPTION:K3\r\n" in text and "SEQUENCE:1\r\n" in text
    gone = calendar([replace(kept, sequence=2, cancelled=True)], name="预约", at=AT)
    assert "STATUS:CANCELLED\r\n" in gone and "SEQUENCE:2\r\n" in gone and "VALARM" not in gone


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",))))
def test_folding_keeps_the_text_and_the_length(line: str) -> None:
    parts = fold(line).split("\r\n ")
    assert "".join(parts) == line
    assert all(len(p.encode()) <= (LONGEST if n == 0 else LONGEST - 1) for n, p in enumerate(parts))
