from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

import pytest

from tests.cast import CENTRE, body
from yimen.bookings.actions import Line, set_resource
from yimen.bookings.models import Resource
from yimen.lib.actor import system
from yimen.lib.time import ZONE, at

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
WEEK = (
    Line("work", time(9), time(11), 2),
    Line("work", time(13), time(16), 2),
    Line("off", time(9), time(11), 1),
)


def desk(**values: Any) -> Resource:
    """Windows that may be booked: two places each half-hour, one on days off."""
    how = {"name": "综合窗口", "name_en": "Windows", "slot_min": 30, "ahead_days": 14} | values
    lines = how.pop("lines", WEEK)
    owner = body("centre-31019900101")
    return set_resource(
        CENTRE, "desk", "general", body=owner.pk, lines=lines, by=system(CENTRE[:9]), at=MONDAY, **how
    )  # fmt: skip


@pytest.fixture
def windows(cast: None) -> Iterator[Resource]:
    """The resource, on a Monday morning at nine."""
    with at(MONDAY):
        yield desk()
