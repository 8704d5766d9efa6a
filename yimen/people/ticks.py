"""What time does to people's records: what was kept long enough goes."""

from __future__ import annotations

from datetime import datetime

from yimen.people.actions import let_go


def retention(now: datetime) -> int:
    """A bounded number a night, so that a term shortened by years does not stop the site."""
    return let_go(now, limit=2000)
