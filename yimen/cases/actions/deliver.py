"""Hand the answer over, have it confirmed, and let the applicant say whether it helped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from yimen.cases import perms
from yimen.cases.actions import papers
from yimen.cases.actions.procedure import close, end_term, finish_task
from yimen.cases.actions.verb import no, verb, wrong
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.models import Ending, Stage
from yimen.cases.perms import Leave
from yimen.cases.queries import wished
from yimen.lib.actor import Actor

WAYS = ("counter", "courier", "home", "on_the_spot", "electronic")


def _may_deliver(by: Actor, d: Dossier, **_args: Any) -> Leave:
    task = d.open_task("deliver")
    if task is not None:
        leave = perms.may_work(by, task)
        if leave.ok:
            return leave
    return perms.counter(by, d)


@verb("deliver", stages=(Stage.DECIDED, Stage.DELIVERING), may=_may_deliver)
def deliver(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    way: str = "",
    parcel: str = "",
    **_args: Any,
) -> None:
    """Begin the delivery, or begin it again another way when the first came back."""
    way = way or wished(d) or (d.content.delivery[0] if d.content.delivery else "counter")
    if way not in WAYS:
        raise wrong("way", _("没有这种送达方式。"), " / ".join(WAYS))
    if way == "courier" and len(parcel) > 40:
        raise wrong("parcel", _("快递单号太长。"))
    owed = d.blocking("deliver")
    if owed:
        raise no("owed", _("还有没有履行的义务，结果暂时不能送达。"))
    ch.data["way"] = way
    if parcel:
        ch.data["parcel"] = parcel
    ch.case(stage=Stage.DELIVERING)
    name = d.case.centre.name
    if way == "courier":
        papers.follow(ch, "posted", parcel=parcel)
        if parcel:
            ch.tell("case.sent", facts={"parcel": parcel}, to_party=d.case.applicant_id)
    elif way == "counter":
        facts = {"centre": {"zh": name, "en": d.case.centre.name_en or name}}
        ch.tell("case.ready", facts=facts, to_party=d.case.applicant_id)


def _may_confirm(by: Actor, d: Dossier, **args: Any) -> Leave:
    mine = perms.is_applicant(by, d)
    return mine if mine.ok else _may_deliver(by, d, **args)


@verb("confirm", stages=(Stage.DELIVERING,), may=_may_confirm)
def confirm(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, proof: str = "", **_args: Any
) -> None:
    """There is proof that it arrived; the case is finished. (Whether the problem is solved is for
    the applicant to say, and another matter.)"""
    if by.kind != "system":
        d.kind.check_close(d.case.pk)
    task = d.open_task("deliver")
    if task is not None:
        finish_task(ch, task, owner_id=task.body_id)
    end_term(ch, "deliver")
    if proof:
        ch.data["proof"] = proof[:20]
    ch.case(delivered_at=at)
    if proof != "courier":
        papers.follow(ch, "handed")
    close(ch, Ending.COMPLETED)
    ch.tell("case.delivered", to_party=d.case.applicant_id)


def _may_say(by: Actor, d: Dossier, **_args: Any) -> Leave:
    mine = perms.is_applicant(by, d)
    return mine if mine.ok else perms.may_call_back(by, d)


@verb("solved", stages=(Stage.CLOSED,), may=_may_say)
def solved(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, answer: str = "", **_args: Any
) -> None:
    """Said by the applicant alone, to whoever asks back where the kind is asked back: no handler can
    set it."""
    if answer not in ("yes", "no", "partly"):
        raise wrong("answer", _("请选择：解决了、部分解决、没有解决。"))
    ch.case(solved=answer)
    if answer != "yes":  # finished is not solved, and somebody has to hear of it
        ch.tell("case.unsolved", to_body=d.case.lead_id)
