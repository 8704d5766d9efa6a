"""A clock as a page shows it: light, words, and the working days that are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases.models import Case, Task
from yimen.cases.reckoning import light
from yimen.clock.queries import Shelf
from yimen.clock.rules import overdue_working_days, remaining_working_days
from yimen.look.dates import working_days_left


@dataclass(frozen=True)
class Shown:
    """The light of one clock. `left` is negative when it is overdue, None when it stands still."""

    colour: str
    words: str
    left: int | None
    due_at: datetime | None
    provisional: bool = False


def of_case(case: Case, at: datetime, shelf: Shelf) -> Shown:
    """The clock of a case: its earliest running term."""
    if case.stage == "closed":
        return Shown("grey", _("已结束"), None, None)
    if case.held:
        return Shown("grey", _("计时中止"), None, case.due_at)
    colour = light(case.stage, case.due_at, case.yellow_at, at)
    return _shown(colour, case.due_at, at, shelf, case.place or case.street, case.due_provisional)


def of_task(task: Task, case: Case, at: datetime, shelf: Shelf) -> Shown:
    """The clock of an open task."""
    if case.held:
        return Shown("grey", _("计时中止"), None, task.due_at)
    colour = light("", task.due_at, task.yellow_at, at)
    place = case.place or case.street
    return _shown(colour, task.due_at, at, shelf, place, task.provisional)


def of_moment(term: Any, at: datetime, shelf: Shelf, place: str) -> Shown:
    """The clock of a running term."""
    colour = light("", term.due_at, term.yellow_at, at)
    return _shown(colour, term.due_at, at, shelf, place, term.provisional)


def _shown(
    colour: str, due: datetime | None, at: datetime, shelf: Shelf, place: str, provisional: bool
) -> Shown:
    if due is None:
        return Shown("grey", _("未计时"), None, None)
    calendar = shelf.calendar(place)
    if at <= due:
        left = remaining_working_days(at, due, calendar)
        return Shown(colour, working_days_left(left), left, due, provisional)
    over = overdue_working_days(due, at, calendar)
    words = working_days_left(-over) if over else _("刚刚逾期")
    return Shown("red", words, -over, due, provisional)
