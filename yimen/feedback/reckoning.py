"""The deadlines of a follow-up, by the calendar of its street."""

from __future__ import annotations

from datetime import datetime

from yimen.contacts.reckoning import after
from yimen.feedback import rules

NEXT_WARNING = rules.CALL_BACK


def call_back(street: str, at: datetime) -> datetime:
    return after(street, at, rules.CALL_BACK).at


def fix(street: str, at: datetime) -> datetime:
    return after(street, at, rules.FIX).at


def appeal(street: str, at: datetime) -> datetime:
    return after(street, at, rules.APPEAL).at


def warn_again(street: str, at: datetime) -> datetime:
    """Those above are reminded every working day."""
    return after(street, at, NEXT_WARNING).at
