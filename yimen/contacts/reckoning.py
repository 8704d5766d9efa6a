"""Terms of questions by the calendar of their street. The last day of a working-day term ends
with the office's closing hour: a question due today is nobody's at midnight."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from yimen.clock.queries import calendar_for
from yimen.clock.rules import OFFICE_HOURS, Due, due
from yimen.lib.spans import Span, working_days


def after(street: str, at: datetime, span: Span) -> Due:
    """When `span`, begun at `at`, is over in this street."""
    return due(at, span, calendar_for(street), closing=OFFICE_HOURS.closes)


def to_answer(street: str, at: datetime, rung: str) -> Due:
    """By when whoever holds the question on this step of the ladder answers (YIMEN_ANSWER_DAYS)."""
    return after(street, at, working_days(settings.YIMEN_ANSWER_DAYS[rung]))
