"""What stops and lengthens time: holds with an article, one extension, a changed calendar."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases import perms, reckoning
from yimen.cases.actions.verb import OPEN, need_reason, no, verb, wrong
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.models import Hold, Stage, Task
from yimen.cases.pauses import hold_types
from yimen.cases.perms import NO, Leave
from yimen.clock.profiles import profile
from yimen.lib.actor import Actor
from yimen.lib.ids import new_id
from yimen.lib.time import local
from yimen.look.language import pick

WORKING = (Stage.HANDLING,)


def _may_hold(by: Actor, d: Dossier, task: str = "", **_args: Any) -> Leave:
    found = d.task(task) if task else None
    if found is not None:
        leave = perms.may_work(by, found)
        if leave.ok:
            return leave
    return perms.may_lead(by, d)


@verb("hold", stages=WORKING, may=_may_hold, moves_clock=True)
def hold(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    sort: str = "",
    reason: str = "",
    task: str = "",
    **_args: Any,
) -> None:
    """Stop the clock for a reason the law names (art. 45); the applicant is told in writing."""
    reason = need_reason(reason)
    rules = profile(local(at).date()).holds
    if sort not in rules:
        known = "、".join(rules)
        raise wrong("sort", _("没有这种中止计时的法定事由。"), known)
    here = hold_types(d.content, local(at).date())
    if sort not in here:
        raise no(
            "hold_not_here",
            _("本事项的依据没有规定“%(name)s”可以中止计时。请改选法定事由，或按期办理。")
            % {"name": pick({"zh": rules[sort].name.zh, "en": rules[sort].name.en})},
        )
    rule, article = here[sort]
    on = d.task(task) if task else None
    if task and (on is None or on.state not in Task.OPEN):
        raise wrong("task", _("没有这项正在办理的任务。"))
    if any(h.sort == sort and h.task_id == (on.pk if on else None) for h in d.open_holds):
        raise no("hold_open", _("这种事由的计时中止正在进行，不能重复。"))
    longest = (
        reckoning.clock.due(at, rule.maximum, ch.calendar).at if rule.maximum is not None else None
    )
    row = Hold(
        id=new_id(),
        street=d.case.street,
        case_id=d.case.pk,
        task=on,
        sort=sort,
        article=f"{article.law} {article.number}".strip(),
        stops_case=rule.stops_case or on is None,
        since=at,
        max_until=longest,
    )
    ch.add(row)
    ch.note("hold", reason, task=on, public=True)
    facts = {"since": local(at).date(), "until": local(longest).date() if longest else None}
    ch.tell("case.held", facts=facts, to_party=d.case.applicant_id)


@verb("resume", stages=WORKING, may=_may_hold, moves_clock=True)
def resume(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, sort: str = "", **_args: Any
) -> None:
    """The reason is gone: the clock runs again from the next day."""
    ended = [h for h in d.open_holds if not sort or h.sort == sort]
    if not ended:
        raise no("not_held", _("这个办件的计时没有中止。"))
    for row in ended:
        end = min(at, row.max_until) if row.max_until else at
        ch.set(row, until=max(end, row.since))
    ch.reckon(everything=True)
    term = d.term("decide_promised")
    facts = {"due": local(term.due_at).date()} if term else {}
    ch.tell("case.resumed", facts=facts, to_party=d.case.applicant_id)


def _may_extend(by: Actor, d: Dossier, **_args: Any) -> Leave:
    return perms.may_extend(by, d)


@verb("extend", stages=WORKING, may=_may_extend, moves_clock=True)
def extend(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    n: int | None = None,
    **_args: Any,
) -> None:
    """Lengthen the decision term once, with the approval the law asks for, and say why
    (art. 42)."""
    reason = need_reason(reason)
    rule = d.content.terms.extension
    if rule is None:
        raise no("no_extension", _("本事项没有法定的延期。"))
    terms = [t for t in d.running_terms if t.name in ("decide_statutory", "decide_promised")]
    if any(t.extra for t in terms):
        raise no("extended", _("已经延期一次，不能再次延期。"))
    length = rule.n if n is None else n
    if not 0 < length <= rule.n:
        raise wrong("n", _("最多可以延长 %(n)s。") % {"n": rule.n})
    if any(at > t.due_at for t in terms if t.name == "decide_statutory"):
        raise no("late", _("法定期限已经届满，不能再延期。"))
    for term in terms:
        ch.set(term, extra=length)
    ch.note("reason", reason, public=True)
    ch.reckon(everything=True)
    due = d.term("decide_promised")
    facts = {"due": local(due.due_at).date()} if due else {}
    ch.tell("case.extended", facts=facts, to_party=d.case.applicant_id)


@verb(
    "recompute",
    stages=OPEN,
    may=lambda *_a, **_k: NO,
    moves_clock=True,
    machine_only=True,
)
def recompute(d: Dossier, ch: Changes, *, by: Actor, at: datetime, **_args: Any) -> None:
    """A calendar changed: rebuild every running clock, and keep the old dates beside the new."""
    before = {str(t.pk): local(t.due_at).date() for t in d.running_terms}
    ch.reckon(everything=True)
    moved = {
        str(t.pk): {
            "name": t.name,
            "old": str(before[str(t.pk)]),
            "new": str(local(t.due_at).date()),
        }
        for t in d.running_terms
        if before[str(t.pk)] != local(t.due_at).date()
    }
    ch.data["moved"] = moved
    promised = d.term("decide_promised")
    if promised and str(promised.pk) in moved:
        facts = {"old": before[str(promised.pk)], "due": local(promised.due_at).date()}
        ch.tell("case.due_changed", facts=facts, to_party=d.case.applicant_id)


@verb(
    "end_hold",
    stages=WORKING,
    may=lambda *_a, **_k: NO,
    moves_clock=True,
    machine_only=True,
)
def end_hold(d: Dossier, ch: Changes, *, by: Actor, at: datetime, **_args: Any) -> None:
    """A hold reached the longest time the rule allows: the clock runs again by itself."""
    over = [h for h in d.open_holds if h.max_until is not None and h.max_until <= at]
    if not over:
        raise no("not_over", _("没有到期的计时中止。"))
    for row in over:
        ch.set(row, until=row.max_until)
    ch.tell("case.urged", to_body=d.case.lead_id)
