"""iCalendar: escaped, folded, in world time."""

from __future__ import annotations

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


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",))))
def test_folding_keeps_the_text_and_the_length(line: str) -> None:
    parts = fold(line).split("\r\n ")
    assert "".join(parts) == line
    assert all(len(p.encode()) <= (LONGEST if n == 0 else LONGEST - 1) for n, p in enumerate(parts))
