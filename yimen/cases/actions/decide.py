"""Decide, and what a decision gives: results are corrected or revoked only by a new act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases import perms
from yimen.cases.actions import papers
from yimen.cases.actions.procedure import end_term, finish_task, open_delivery
from yimen.cases.actions.verb import need_reason, no, verb, wrong
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.models import Outcome, Result, Stage, Task
from yimen.cases.perms import Leave
from yimen.lib.actor import Actor, Can
from yimen.lib.ids import new_id
from yimen.lib.numbering import new_verification_code
from yimen.lib.time import local


def _may_decide(by: Actor, d: Dossier, **_args: Any) -> Leave:
    task = d.open_task("decide")
    if task is not None:
        return perms.may_decide(by, d, task)
    return perms.by_power(by, (Can.DECIDE, Can.HEAD), [d.case.lead_id])


@verb("decide", stages=(Stage.HANDLING,), may=_may_decide)
def decide(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    outcome: str = "",
    reason: str = "",
    **_args: Any,
) -> None:
    """Grant or refuse. A refusal has reasons and names the remedies (Licence Law art. 38)."""
    if outcome not in Outcome.values:
        raise wrong("outcome", _("请选择“准予”或“不予批准”。"), " / ".join(Outcome.values))
    task = d.open_task("decide")
    if task is None:
        raise no("not_ready", _("承办任务还没有全部完成，不能作决定。"))
    if d.held:
        raise no("held", _("计时中止期间不能作决定。请先恢复计时。"))
    owed = d.blocking("decide")
    if owed and outcome == Outcome.GRANTED:
        raise no("owed", _("还有容缺后补的材料没有交齐，不能作出准予决定。"))
    if outcome == Outcome.REFUSED:
        need_reason(reason)
    finish_task(ch, task, owner_id=task.body_id)
    for late in d.open_tasks:  # opinions that nobody had to wait for come too late now
        finish_task(ch, late, Task.State.CANCELLED)
    settle(ch, outcome, reason)


def settle(ch: Changes, outcome: str, reason: str) -> None:
    """The outcome stands: its terms are met, a result is issued, the answer is handed over."""
    d = ch.d
    ch.note("decision", reason, public=True)
    for term in ("decide_statutory", "decide_promised"):
        end_term(ch, term)
    ch.case(stage=Stage.DECIDED, outcome=outcome, decided_at=ch.at)
    if outcome == Outcome.GRANTED and d.content.result.sort != "none":
        _issue(ch)
        papers.follow(ch, "issued")
    open_delivery(ch)
    ch.tell("case.decided", to_party=d.case.applicant_id)


def _issue(ch: Changes, *, replaces: Result | None = None) -> Result:
    """The result with its verification code and its own dates."""
    d = ch.d
    validity = d.kind.validity(d.content, local(ch.at).date())
    result = Result(
        id=new_id(),
        street=d.case.street,
        case_id=d.case.pk,
        sort=d.content.result.sort,
        code=new_verification_code(),
        holder_id=d.case.applicant_id,
        state=Result.State.VALID,
        issued_at=ch.at,
        valid_from=replaces.valid_from if replaces else validity.valid_from,
        valid_until=replaces.valid_until if replaces else validity.valid_until,
        renew_from=replaces.renew_from if replaces else validity.renew_from,
        replaces=replaces,
    )
    ch.add(result)
    return result


DECIDED = (Stage.DECIDED, Stage.DELIVERING, Stage.CLOSED)


def _may_revise(by: Actor, d: Dossier, **_args: Any) -> Leave:
    return perms.by_power(by, (Can.DECIDE, Can.HEAD), [d.case.lead_id])


@verb("correct", stages=DECIDED, may=_may_revise)
def correct(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, reason: str = "", **_args: Any
) -> None:
    """A mistake in the result document: the old one is marked, a new one takes its place."""
    reason = need_reason(reason)
    old = d.valid_result
    if old is None:
        raise no("no_result", _("这个办件没有有效的结果文书。"))
    ch.set(old, state=Result.State.CORRECTED)
    ch.note("correction", reason, public=True)
    _issue(ch, replaces=old)
    ch.tell("case.corrected", to_party=d.case.applicant_id)


@verb("revoke", stages=DECIDED, may=_may_revise)
def revoke(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, reason: str = "", **_args: Any
) -> None:
    """Take a result back, with reasons; its code then says so to anybody who checks."""
    reason = need_reason(reason)
    old = d.valid_result
    if old is None:
        raise no("no_result", _("这个办件没有有效的结果文书。"))
    ch.set(old, state=Result.State.REVOKED)
    ch.note("revocation", reason, public=True)
    ch.tell("case.corrected", to_party=d.case.applicant_id)
