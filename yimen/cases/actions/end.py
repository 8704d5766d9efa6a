"""The other ways a case ends or begins anew: withdraw, lapse, void, move, merge, reopen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases import perms, secrets
from yimen.cases.actions.procedure import close, open_stage, start_term
from yimen.cases.actions.verb import need_reason, no, verb
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.models import Ending, Result, Stage
from yimen.cases.perms import NO, Leave
from yimen.lib.actor import Actor, Can
from yimen.lib.time import local

UNDECIDED = (Stage.RECEIVED, Stage.SUPPLEMENTING, Stage.HANDLING)


def _may_withdraw(by: Actor, d: Dossier, **_args: Any) -> Leave:
    return perms.may_withdraw(by, d)


@verb("withdraw", stages=UNDECIDED, may=_may_withdraw)
def withdraw(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, reason: str = "", **_args: Any
) -> None:
    """The applicant takes the application back before it is decided; no reason is asked."""
    d.kind.check_close(d.case.pk)
    ch.note("withdrawal", reason, public=True)
    close(ch, Ending.WITHDRAWN)
    ch.tell("case.withdrawn", to_party=d.case.applicant_id)


def overdue(d: Dossier, at: datetime) -> bool:
    """Has the day gone by on which something asked for, or promised, was to be brought?"""
    day = local(at).date()
    promised = [o for o in d.obligations if o.sort == "late_material" and not o.met_at]
    asked = d.term("supplement")
    return any(o.due_on is not None and o.due_on < day for o in promised) or (
        asked is not None and asked.due_at < at
    )


def _may_lapse(by: Actor, d: Dossier, **_args: Any) -> Leave:
    return perms.may_lead(by, d)


@verb("lapse", stages=UNDECIDED, may=_may_lapse)
def lapse(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, reason: str = "", **_args: Any
) -> None:
    """What was asked for or promised did not come in its time: the procedure ends."""
    reason = need_reason(reason)
    if not overdue(d, at):
        raise no("not_late", _("补交的期限还没有过，不能终止。"))
    ch.note("reason", reason, public=True)
    close(ch, Ending.LAPSED)
    ch.tell("case.lapsed", to_party=d.case.applicant_id)


def _may_reopen(by: Actor, d: Dossier, **_args: Any) -> Leave:
    mine = perms.is_applicant(by, d)
    return mine if mine.ok else perms.may_lead(by, d)


@verb("reopen", stages=(Stage.CLOSED,), may=_may_reopen)
def reopen(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, reason: str = "", **_args: Any
) -> None:
    """What was not solved opens another round, where the kind allows it. A legal decision never
    does: a new case points to the old one."""
    if not d.kind.rounds or d.case.ending != Ending.COMPLETED:
        raise no(
            "no_rounds",
            _("这类办件作出决定后不能重新打开。请提出新的申请，新办件会指向这一件。"),
        )
    reason = need_reason(reason)
    ch.note("reason", reason, public=True)
    ch.case(
        stage=Stage.HANDLING,
        ending="",
        closed_at=None,
        outcome="",
        decided_at=None,
        delivered_at=None,
        solved="",
        round=d.case.round + 1,
    )
    start_term(ch, "decide_promised", d.kind.span(d.content.terms.promised, d.case.round))
    open_stage(ch, 1)
    term = d.term("decide_promised")
    facts = {"due": local(term.due_at).date()} if term else {}
    ch.tell("case.reopened", facts=facts, to_party=d.case.applicant_id)


def _may_void(by: Actor, d: Dossier, **_args: Any) -> Leave:
    return perms.in_street(by, d, Can.COORDINATE, Can.DIRECT)


@verb("void", stages=UNDECIDED, may=_may_void)
def void(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, reason: str = "", **_args: Any
) -> None:
    """Taken in by mistake (twice, or for the wrong person): on record, with the reason."""
    ch.note("reason", need_reason(reason))
    close(ch, Ending.VOID)


@verb("expire", stages=(Stage.CLOSED,), may=lambda *_a, **_k: NO, machine_only=True)
def expire(d: Dossier, ch: Changes, *, by: Actor, at: datetime, **_args: Any) -> None:
    """A result ran out and nobody renewed it: it lapses, and what need not be kept is erased."""
    result = d.valid_result
    if result is None or result.valid_until is None or result.valid_until >= local(at).date():
        raise no("not_expired", _("结果还在有效期内。"))
    ch.set(result, state=Result.State.LAPSED)
    facts = d.kind.after_lapse(d.case.facts)
    ch.case(facts=facts, secrets=secrets.only(d.case.pk, d.case.secrets, facts))
