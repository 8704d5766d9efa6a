"""The one way an act on a case goes: lock, may, rule, write, record, queue.

A verb is a function that judges a dossier and says what changes. Everything around it (lock,
sight, right, version, stage, clock, entry, messages) is done here, the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases import perms
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Stage
from yimen.cases.perms import Leave
from yimen.clock.queries import Shelf
from yimen.ledger.rows import Sheet
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Problem, Refused, Stale, Unseen
from yimen.lib.time import now

Do = Callable[..., None]
May = Callable[..., Leave]


@dataclass(frozen=True)
class Verb:
    """An act: its name, the stages it applies in, who may, what it does."""

    name: str
    stages: frozenset[str]
    may: May
    do: Do
    moves_clock: bool  # does it end or begin time that was not counted?
    machine_only: bool


VERBS: dict[str, Verb] = {}
OPEN = frozenset(Stage.values) - {Stage.CLOSED}


def verb(
    name: str,
    *,
    stages: Collection[str],
    may: May,
    moves_clock: bool = False,
    machine_only: bool = False,
) -> Callable[[Do], Do]:
    """Register the decorated function as the act `name`."""

    def register(do: Do) -> Do:
        if name in VERBS:
            raise ValueError(f"two verbs are called {name}")
        VERBS[name] = Verb(name, frozenset(stages), may, do, moves_clock, machine_only)
        return do

    return register


def perform(
    number: str,
    act: str,
    *,
    by: Actor,
    at: datetime | None = None,
    version: int | None = None,
    **args: Any,
) -> Dossier:
    """Do `act` to the case; the whole of it, or nothing.

    `at` is the legal moment (default: now). Raises Unseen, Forbidden, Stale, Refused or Invalid.
    """
    moment = now()
    what = VERBS.get(act)
    if what is None or (what.machine_only and by.kind != "system"):
        raise Invalid("act", _("没有“%(act)s”这个操作。") % {"act": act}, (_no_such(act),))
    with together():
        d = load(number, lock=True)
        if not perms.reaches(by, d):
            raise Unseen("case", _("没有这个办件。请核对编号。"))
        leave = _leave(what, by, d, args)
        if version is not None and version != d.case.version:
            raise Stale("version", _("别人刚刚更新了这个办件。请看过最新情况后再试。"))
        _check_stage(what, d)
        at = _legal_moment(d, at, moment)
        ch = Changes(d, at=at)
        what.do(d, ch, by=by, at=at, **args)
        ch.reckon(everything=what.moves_clock)
        ch.commit(act, by=by, power=leave.power)
    return d


def advance(
    d: Dossier, acts: Iterable[str], *, by: Actor, at: datetime, books: Shelf, into: Sheet
) -> str:
    """Do what time does to a case that is locked: the first of `acts` (by the system alone) that
    applies, written on the caller's sheet. Returns its name, "" when none applies.

    Such an act judges before it changes anything, so that the next one finds the case as it was.
    """
    for act in acts:
        what = VERBS[act]
        if d.case.stage not in what.stages:
            continue
        ch = Changes(d, at=at, books=books)
        try:
            what.do(d, ch, by=by, at=at)
        except Problem:
            continue
        ch.reckon(everything=what.moves_clock)
        ch.commit(act, by=by, power=None, into=into)
        return act
    return ""


def _leave(what: Verb, by: Actor, d: Dossier, args: dict[str, Any]) -> Leave:
    if by.kind == "system":
        return Leave(True)
    leave = what.may(by, d, **args)
    if not leave.ok or perms.excluded(by, d):
        raise Forbidden("act", _("您的岗位没有这项权限。请交给有权办理的人员。"))
    return leave


def _check_stage(what: Verb, d: Dossier) -> None:
    if d.case.stage in what.stages:
        return
    text = _("这个办件现在是“%(stage)s”，不能做这项操作。") % {"stage": Stage(d.case.stage).label}
    raise Refused("stage", text)


def _legal_moment(d: Dossier, at: datetime | None, moment: datetime) -> datetime:
    """The legal moment may lie in the past (a paper signed this morning), never in the future and
    never before the case itself. A clock that was set back would write such a moment by itself:
    then nothing is done until somebody has put it right."""
    if at is None:
        steps = (d.case.received_at, d.case.accepted_at, d.case.decided_at, d.case.delivered_at)
        if any(step is not None and moment < step for step in steps):
            raise Refused(
                "clock_behind",
                _(
                    "服务器的时钟比这个办件已记录的时间还早，这一步没有办理。请管理员核对时钟后再办。"
                ),
            )
        return moment
    if at > moment:
        error = FieldError("at", _("时间不能晚于现在。"), _("请填写实际发生的时间。"))
        raise Invalid("at", _("时间不能晚于现在。"), (error,))
    if at < d.case.received_at:
        error = FieldError("at", _("时间不能早于收件时间。"), _("请填写实际发生的时间。"))
        raise Invalid("at", _("时间不能早于收件时间。"), (error,))
    return at


def _no_such(act: str) -> FieldError:
    return FieldError("act", _("没有这个操作。"), "、".join(sorted(VERBS)))


def need_reason(reason: str, field: str = "reason") -> str:
    """A reason is text; an empty one is told so."""
    if not reason or not reason.strip():
        text = _("请写明理由。")
        raise Invalid(field, text, (FieldError(field, text, _("当事人会看到这段话。")),))
    return reason.strip()


def wrong(field: str, message: str, remedy: str = "") -> Invalid:
    """One wrong field as an error."""
    return Invalid(field, message, (FieldError(field, message, remedy),))


def no(code: str, message: str) -> Refused:
    """The rule says not now."""
    return Refused(code, message)
