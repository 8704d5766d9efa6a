"""The clock of a case, rebuilt from its rows: pure functions of a dossier and a calendar.

Nothing is counted down and no hold is "added to the start": each due moment follows from when the
period started, how long it is, and which stretches of time the law leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from yimen.cases.dossier import Dossier
from yimen.cases.models import Hold, Stage, Task, Term
from yimen.clock import rules as clock
from yimen.clock.rules import Due, Pause
from yimen.lib.spans import Span, Unit, working_days
from yimen.lib.workdays import Calendar

REPEAT_AFTER = working_days(5)  # once everybody was told, tell them again every week
LATER_RUNGS = (working_days(1), working_days(3))  # director, supervisors


@dataclass(frozen=True)
class Reckoned:
    """What the rows say about time, ready to be written into the case's own columns."""

    due_at: datetime | None
    yellow_at: datetime | None
    next_action_at: datetime | None
    provisional: bool


def pauses(holds: Iterable[Hold], *, task: UUID | None = None) -> tuple[Pause, ...]:
    """The holds that stop the case's terms (`task` None) or one task's."""
    return tuple(
        Pause(h.since, h.until, h.max_until)
        for h in holds
        if h.stops_case or (task is not None and h.task_id == task)
    )


def due_of(term: Term, holds: Iterable[Hold], calendar: Calendar) -> Due:
    """When a term of the case ends."""
    extra = (Span(term.extra, Unit(term.unit)),) if term.extra else ()
    return clock.due(
        term.started_at,
        Span(term.length, Unit(term.unit)),
        calendar,
        pauses=pauses(holds) if term.bearer == "body" else (),
        extra=extra,
    )


def task_due(task: Task, holds: Iterable[Hold], calendar: Calendar) -> Due | None:
    """When a task's share of the time ends; None where it has no share of its own."""
    if task.share_n is None:
        return None
    return clock.due(
        task.offered_at,
        Span(task.share_n, Unit(task.share_unit)),
        calendar,
        pauses=pauses(holds, task=task.pk),
    )


def yellow(start: datetime, due: Due, n: int, unit: str, calendar: Calendar) -> datetime:
    return clock.yellow_from(start, due.at, Span(n, Unit(unit)), calendar)


def rung_at(
    warned: int,
    yellow_at: datetime,
    due_at: datetime,
    calendar: Calendar,
    *,
    urgent: bool = False,
) -> datetime:
    """When the next warning of a clock is due that has sent `warned` of them.

    1 near due, 2 overdue, 3 one working day late (director), 4 three late (supervisors), then
    again every five working days. Moments are shifted into working hours, unless
    the kind of case is urgent.
    """
    if warned == 0:
        moment = yellow_at
    elif warned == 1:
        moment = due_at + timedelta(microseconds=1)
    elif warned <= 3:
        moment = clock.due(due_at, LATER_RUNGS[warned - 2], calendar).at
    else:
        weeks = working_days(3 + REPEAT_AFTER.n * (warned - 3))
        moment = clock.due(due_at, weeks, calendar).at
    return clock.next_warning_moment(moment, calendar, urgent=urgent)


def reckon(d: Dossier, calendar: Calendar) -> Reckoned:
    """Fold the running clocks of a case into its cached columns.

    Terms and tasks carry their own `due_at` already; this takes the earliest of everything that
    time will do next: a light, a deemed acceptance, consent by silence, the end of a hold.
    """
    if not d.open:
        return Reckoned(None, None, None, False)
    stopped = d.held
    terms = [t for t in d.running_terms if not (stopped and t.bearer == "body")]
    moments: list[datetime] = []
    for term in terms:
        moments.append(
            rung_at(term.warned, term.yellow_at, term.due_at, calendar, urgent=d.kind.urgent)
        )
        if term.name == "accept" and d.content.terms.deemed and term.due_at:
            moments.append(term.due_at + timedelta(microseconds=1))
    for task in d.open_tasks:
        if stopped or task.share_n is None or task.due_at is None or _paused(task, d.holds):
            continue
        yellow_at = task.yellow_at or task.due_at
        moments.append(rung_at(task.warned, yellow_at, task.due_at, calendar, urgent=d.kind.urgent))
        if task.silence_consents:
            moments.append(task.due_at + timedelta(microseconds=1))
    moments += [h.max_until for h in d.open_holds if h.max_until]
    due = min((t.due_at for t in terms), default=None)
    return Reckoned(
        due_at=due,
        yellow_at=min((t.yellow_at for t in terms), default=None),
        next_action_at=min(moments, default=None),
        provisional=any(t.provisional for t in d.running_terms),
    )


def _paused(task: Task, holds: Iterable[Hold]) -> bool:
    return any(h.until is None and h.task_id == task.pk for h in holds)


@dataclass(frozen=True)
class Worked:
    """A task as the charging of overdue days sees it. `ended_on` is the day of the act that ended
    it; it was open on that day, too."""

    body: UUID
    required: bool
    offered_on: date
    ended_on: date | None
    due_on: date | None


def charge(days: Iterable[date], tasks: Iterable[Worked], lead: UUID) -> Mapping[UUID, int]:
    """Charge each overdue working day of a case: to every body whose required task is open and
    past its own due that day; if there is none, to the lead.

    Days count whole, for cases and tasks alike: late from the day after the last day in time, up to
    and with the day of the act that ends it. What is decided a day late is charged one day.
    """
    tasks = list(tasks)
    charged: dict[UUID, int] = {}
    for day in days:
        late = {
            t.body
            for t in tasks
            if t.required
            and t.offered_on <= day
            and (t.ended_on is None or t.ended_on >= day)
            and t.due_on is not None
            and t.due_on < day
        }
        for body in late or {lead}:
            charged[body] = charged.get(body, 0) + 1
    return charged


def light(stage: str, due_at: datetime | None, yellow_at: datetime | None, at: datetime) -> str:
    """green, yellow or red; "" for a closed case or one whose clock stands still."""
    if stage == Stage.CLOSED or due_at is None:
        return ""
    if at > due_at:
        return "red"
    return "yellow" if yellow_at is not None and at >= yellow_at else "green"
