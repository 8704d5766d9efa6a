"""Whether a submission is accepted: accept, not accept, ask for what is missing, take it in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from yimen.cases import perms
from yimen.cases.actions.procedure import (
    close,
    end_term,
    finish_task,
    open_stage,
    start_term,
)
from yimen.cases.actions.verb import need_reason, no, verb, wrong
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier
from yimen.cases.models import Ending, Material, Stage, Task
from yimen.cases.perms import NO, Leave
from yimen.lib.actor import Actor
from yimen.lib.time import local

PENDING = (Stage.RECEIVED, Stage.SUPPLEMENTING)


def _may(by: Actor, d: Dossier, **_args: Any) -> Leave:
    """Whoever may work the acceptance task, also when it is over: the rule then says not now. What
    has none, whoever steers the case."""
    task = d.open_task("accept") or next((t for t in d.tasks if t.sort == "accept"), None)
    leave = perms.may_work(by, task) if task else NO
    over = task is None or task.state not in Task.OPEN
    return perms.may_lead(by, d) if over and not leave.ok else leave


@verb("accept", stages=(Stage.RECEIVED,), may=_may)
def accept(
    d: Dossier, ch: Changes, *, by: Actor, at: datetime, along: str = "", **_args: Any
) -> None:
    """Accept: the file is complete, so it must be (Licence Law art. 32(5)). `along` is the number of
    the case that does the work, where this one is about the same thing."""
    _accept(ch, mode="expressed", since=at, along=along if d.kind.rounds else "")
    ch.tell("case.accepted", facts=_promise(d), to_party=d.case.applicant_id)


@verb("deem", stages=(Stage.RECEIVED,), may=lambda *_a, **_k: NO, machine_only=True)
def deem(d: Dossier, ch: Changes, *, by: Actor, at: datetime, **_args: Any) -> None:
    """Nobody said anything in five working days: accepted as of the day it was complete
    (Licence Law art. 32(4))."""
    term = d.term("accept")
    if not d.content.terms.deemed or term is None or at <= term.due_at:
        raise no("deem", _("还没有到视为受理的时间。"))
    _accept(ch, mode="deemed", since=term.started_at)
    ch.tell("case.deemed_accepted", facts=_promise(d), to_party=d.case.applicant_id)


def _accept(ch: Changes, *, mode: str, since: datetime, along: str = "") -> None:
    d, terms = ch.d, ch.d.content.terms
    task = d.open_task("accept")
    if task is not None:
        finish_task(ch, task)
    end_term(ch, "accept")
    ch.case(stage=Stage.HANDLING, accepted_at=since, accept_mode=mode)
    if terms.statutory is not None:
        start_term(
            ch, "decide_statutory", terms.statutory, basis=terms.statutory_basis, start=since
        )
    promised = d.kind.span(terms.promised, d.case.round)
    start_term(ch, "decide_promised", promised, start=since)
    if along:
        ch.data["along"] = along
    else:
        open_stage(ch, 1)


def _promise(d: Dossier) -> dict[str, Any]:
    term = d.term("decide_promised")
    return {"due": local(term.due_at).date()} if term else {}


@verb("not_accept", stages=PENDING, may=_may)
def not_accept(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    direction: str = "",
    **_args: Any,
) -> None:
    """A decision with a reason and a direction where to turn (art. 32(1), (2))."""
    reason = need_reason(reason)
    if not direction.strip():
        raise wrong("direction", _("请写明应当到哪里办理，或者怎样才能办理。"))
    ch.note("reason", reason, public=True)
    ch.note("direction", direction, public=True)
    end_term(ch, "accept")
    close(ch, Ending.NOT_ACCEPTED)
    ch.tell("case.not_accepted", to_party=d.case.applicant_id)


@verb("supplement", stages=(Stage.RECEIVED,), may=_may)
def supplement(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    materials: Iterable[str] = (),
    **_args: Any,
) -> None:
    """Ask once for everything that is missing; it ends the five-day term.

    A second notice is refused when it asks for what could be known at the first one.
    """
    reason = need_reason(reason)
    codes = [m["code"] if isinstance(m, dict) else str(m) for m in materials]
    asked = {m.code for m in d.materials}
    unknown = [code for code in codes if code not in asked]
    if unknown or not codes:
        raise wrong("materials", _("请选择需要补正的材料。"), _("只能要求本事项材料清单里的材料。"))
    if any(t.name == "supplement" for t in d.terms):
        raise no(
            "supplement_once",
            _("已经告知过一次补正。需要补正的内容必须一次告知全部，不能再次要求。"),
        )
    for material in d.materials:
        if material.code in codes:
            ch.set(material, status=Material.Status.MISSING, essential=True)
    ch.data["asked"] = sorted(codes)
    ch.note("reason", reason, public=True)
    end_term(ch, "accept")
    ch.case(stage=Stage.SUPPLEMENTING)
    term = start_term(ch, "supplement", settings.YIMEN_SUPPLEMENT_TERM, bearer="resident")
    facts = {"count": len(codes), "due": local(term.due_at).date()}
    ch.tell("case.supplement_asked", facts=facts, to_party=d.case.applicant_id)


def _may_supply(by: Actor, d: Dossier, **_args: Any) -> Leave:
    """The applicant online, or any counter of the street that takes papers in."""
    mine = perms.is_applicant(by, d)
    if mine.ok:
        return mine
    leave = perms.counter(by, d)
    return leave if leave.ok else perms.may_lead(by, d)


@verb(
    "supplied",
    stages=(Stage.SUPPLEMENTING, Stage.RECEIVED, Stage.HANDLING),
    may=_may_supply,
)
def supplied(
    d: Dossier,
    ch: Changes,
    *,
    by: Actor,
    at: datetime,
    materials: Iterable[Any] = (),
    **_args: Any,
) -> None:
    """Materials came in: supplements, or what was promised for later.

    Without a list it means everything that was asked for. When the last essential paper is there
    the term to accept begins anew.
    """
    given = _given(d, materials)
    for material, how, file in given:
        ch.set(material, status=Material.Status.GIVEN, given=how, file_id=file, given_at=at)
        for duty in d.obligations:
            if duty.sort == "late_material" and duty.what == material.code and not duty.met_at:
                ch.set(duty, met_at=at)
    if d.case.stage != Stage.SUPPLEMENTING or d.missing():
        return
    end_term(ch, "supplement")
    ch.case(stage=Stage.RECEIVED)
    start_term(ch, "accept", d.content.terms.accept, basis=_("行政许可法第三十二条"))
    task = d.open_task("accept")
    if task is not None:
        ch.tell("case.supplied", to_body=task.body_id)


def _given(d: Dossier, materials: Iterable[Any]) -> list[tuple[Material, str, Any]]:
    lines = {m.code: m for m in d.materials}
    wanted = [m if isinstance(m, dict) else {"code": str(m)} for m in materials]
    if not wanted:
        due = (Material.Status.MISSING, Material.Status.LATER)
        wanted = [{"code": m.code} for m in d.materials if m.essential and m.status in due]
        wanted = wanted or [{"code": m.code} for m in d.materials if m.status in due]
    if not wanted:
        raise no("supplied", _("没有等待补交的材料。"))
    unknown = [w["code"] for w in wanted if w.get("code") not in lines]
    if unknown:
        raise wrong("materials", _("本事项没有这份材料：%(code)s") % {"code": unknown[0]})
    return [(lines[w["code"]], w.get("given") or "original", w.get("file")) for w in wanted]
