"""One job for several cases about the same thing: the others go along with the first, are not worked
on a second time, and get its answer. Only kinds that allow rounds do: a legal decision is made for
each alone. Which cases belong together is said by the kind's house, never by the engine."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases.actions.decide import settle
from yimen.cases.actions.procedure import cancel_open_tasks, open_stage
from yimen.cases.actions.verb import need_reason, no, verb, wrong
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.models import Outcome, Stage
from yimen.cases.perms import NO, Leave
from yimen.lib.actor import Actor


def _nobody(*_args: Any, **_more: Any) -> Leave:
    return NO


def goes_along(d: Dossier) -> bool:
    """Is another case's work awaited here?"""
    return d.kind.rounds and d.case.stage == Stage.HANDLING and not d.open_tasks


@verb("go_along", stages=(Stage.HANDLING,), may=_nobody, machine_only=True)
def go_along(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    other: str = "",
    reason: str = "",
    **_args: Any,
) -> None:
    """The case `other` does the work: what is open here is not done a second time. The applicant's
    own term goes on."""
    if not other:
        raise wrong("other", _("请指明和哪一件一起办。"))
    if not d.kind.rounds or not d.open_tasks:
        raise no("not_along", _("这个办件不能和别的办件一起办。"))
    if d.open_task("decide"):
        raise no("ready", _("这一件已经办好，只等答复，不用再并。"))
    cancel_open_tasks(ch)
    ch.note("reason", reason)
    ch.data["along"] = other


@verb("go_alone", stages=(Stage.HANDLING,), may=_nobody, machine_only=True)
def go_alone(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, reason: str = "", **_args: Any
) -> None:
    """It was not the same thing after all: the work is offered here."""
    if not goes_along(d):
        raise no("alone", _("这个办件没有和别的办件一起办。"))
    ch.note("reason", need_reason(reason))
    open_stage(ch, 1)


@verb("answer_along", stages=(Stage.HANDLING,), may=_nobody, machine_only=True)
def answer_along(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    other: str = "",
    outcome: str = "",
    reason: str = "",
    **_args: Any,
) -> None:
    """What was decided on `other` is the answer here too."""
    if not goes_along(d):
        raise no("alone", _("这个办件没有和别的办件一起办。"))
    if outcome not in Outcome.values:
        raise wrong("outcome", _("请选择“准予”或“不予批准”。"), " / ".join(Outcome.values))
    for hold in d.open_holds:
        ch.set(hold, until=at)
    ch.data["along"] = other
    settle(ch, outcome, need_reason(reason))
