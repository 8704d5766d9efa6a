"""Terms of questions by the calendar of their street. The last day of a working-day term ends
with the office's closing hour: a question due today is nobody's at midnight."""

from __future__ import annotations

from datetime import datetime

from yimen.clock.queries import calendar_for
from yimen.clock.rules import OFFICE_HOURS, Due, due
from yimen.lib.spans import Span


def after(street: str, at: datetime, span: Span) -> Due:
    """When `span`, begun at `at`, is over in this street."""
    return due(at, span, calendar_for(street), closing=OFFICE_HOURS.closes)
