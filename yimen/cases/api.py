"""Cases for machines: list, look, act, follow. The same queries and verbs as the pages."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import Router

from yimen.bodies.models import Body
from yimen.bodies.register import bodies_of
from yimen.cases import forms, perms
from yimen.cases.actions import perform
from yimen.cases.dossier import Dossier, load
from yimen.cases.filters import by_words, fitting
from yimen.cases.models import Case, Stage, Task
from yimen.cases.reckoning import light
from yimen.cases.sight import NEWEST, Line, Seen, lines
from yimen.cases.track import history, next_step
from yimen.cases.track import look_up as tracked
from yimen.ledger.models import Entry
from yimen.lib.actor import Actor
from yimen.lib.crypto import unseal
from yimen.lib.errors import FieldError, Invalid, Problem, Unseen
from yimen.lib.time import local, now
from yimen.look import paging
from yimen.matters.content import Words

router = Router(tags=["cases"])
RECORDED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")  # how the record writes a moment


def answer(data: Any, status: int = 200) -> HttpResponse:
    """JSON by orjson; times are already text."""
    return HttpResponse(orjson.dumps(data), status=status, content_type="application/json")


def moment(at: datetime | None) -> str | None:
    return local(at).isoformat(timespec="seconds") if at else None


def day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def as_json(d: Dossier, *, code: bool = False) -> dict[str, Any]:
    """A case as interfaces.md describes it; the enquiry code only for who may hand it out."""
    case, lang = d.case, get_language() or "zh-hans"
    known = bodies_of({case.lead_id, *(t.body_id for t in d.tasks)}, case.street)
    return {
        "number": case.number,
        "enquiry_no": case.enquiry_no,
        "enquiry_code": unseal(case.enquiry_code, about=f"case:{case.number}") if code else None,
        "kind": case.kind,
        "matter": case.matter_code,
        "name": d.content.name.text(lang),
        "centre": case.centre.code,
        "street": case.street,
        "mode": case.mode,
        "channel": case.channel,
        "state": case.stage,
        "ending": case.ending or None,
        "outcome": case.outcome or None,
        "round": case.round,
        "received_at": moment(case.received_at),
        "accept_by": day(case.accept_by),
        "accepted_at": moment(case.accepted_at),
        "accept_mode": case.accept_mode or None,
        "decided_at": moment(case.decided_at),
        "delivered_at": moment(case.delivered_at),
        "closed_at": moment(case.closed_at),
        "statutory_due_on": day(case.statutory_due_on) if d.content.terms.statutory else None,
        "promised_due_on": day(case.promised_due_on),
        "due_basis": "accepted" if case.accepted_at else "received",
        "due_provisional": case.due_provisional,
        "held": case.held,
        "light": light(case.stage, case.due_at, case.yellow_at, now()) or None,
        "lead": known[case.lead_id].code,
        "materials": [_material(d, m, lang) for m in d.materials],
        "tasks": [_task(t, known, lang) for t in d.tasks],
        "holds": [
            {"type": h.sort, "article": h.article, "since": moment(h.since),
             "until": moment(h.until), "max_until": moment(h.max_until)}
            for h in d.holds
        ],
        "obligations": [
            {"sort": o.sort, "what": o.what, "blocks": o.blocks, "due_on": day(o.due_on),
             "met_at": moment(o.met_at)}
            for o in d.obligations
        ],
        "results": [
            {"code": r.code, "state": r.state, "valid_from": day(r.valid_from),
             "valid_until": day(r.valid_until), "renew_from": day(r.renew_from)}
            for r in d.results
        ],
        "because": case.routing.get("because", []),
        "external_number": case.external_number or None,
        "version": case.version,
    }  # fmt: skip


def _material(d: Dossier, row: Any, lang: str) -> dict[str, Any]:
    known = d.content.material(row.code)
    name = known.name.text(lang) if known else row.code
    return {"code": row.code, "name": name, "essential": row.essential, "status": row.status}


def _task(task: Task, bodies: dict[Any, Body], lang: str) -> dict[str, Any]:
    body = bodies[task.body_id]
    return {
        "id": str(task.pk),
        "key": task.key,
        "sort": task.sort,
        "body": body.code,
        "name": Words(**task.name).text(lang),
        "state": task.state,
        "attempt": task.attempt,
        "due_at": moment(task.due_at),
        "because": task.why,
    }


def in_list(case: Line, at: datetime, lang: str) -> dict[str, Any]:
    """A row of the list: no rows below the case are read for it."""
    return {
        "number": case.number,
        "matter": case.matter_code,
        "name": case.name_en if lang.startswith("en") and case.name_en else case.name,
        "state": case.stage,
        "ending": case.ending or None,
        "outcome": case.outcome or None,
        "received_at": moment(case.received_at),
        "promised_due_on": day(case.promised_due_on),
        "statutory_due_on": day(case.statutory_due_on),
        "due_at": moment(case.due_at),
        "light": light(case.stage, case.due_at, case.yellow_at, at) or None,
        "version": case.version,
    }


def find(request: HttpRequest, number: str) -> Dossier:
    """The case, if the asker may know of it."""
    d = load(number)
    if not perms.sees(request.actor, d):  # type: ignore[attr-defined]
        raise Unseen("case", _("没有这个办件。请核对编号。"))
    return d


@router.get("/cases", summary="The cases one may see, newest first")
def list_cases(
    request: HttpRequest,
    state: str = "",
    body: str = "",
    light: str = "",
    due_before: date | None = None,
    q: str = "",
    cursor: str = "",
    limit: int = 20,
) -> HttpResponse:
    at = now()
    actor: Actor = request.actor  # type: ignore[attr-defined]
    chosen = _chosen(state=state, body=body, light=light, due_before=due_before)
    cases = fitting(Case.objects.all(), actor, chosen, at)
    if q:  # an address must not hold a person's name, so none is looked for
        cases = cases.filter(by_words(actor, q, names=False))
    page = paging.page(
        Seen(actor, cases, lines),
        keys=NEWEST,
        cursor=cursor or None,
        size=max(1, min(limit, 100)),
        count=False,
    )
    lang = get_language() or "zh-hans"
    return answer({"items": [in_list(c, at, lang) for c in page], "next": page.next})


def _chosen(**by: Any) -> dict[str, Any]:
    """The filters as the desk's list has them; a word that is none of the choices is refused."""
    if by["state"]:
        _known("state", by["state"], ["open", *Stage.values])
    if by["light"]:
        _known("light", by["light"], ["green", "yellow", "red"])
    return by


def _known(field: str, value: str, allowed: Iterable[str]) -> None:
    if value not in allowed:
        text = _("“%(value)s”不是可以选择的值。") % {"value": value}
        raise Invalid(field, text, (FieldError(field, text, " / ".join(allowed)),))


@router.get("/cases/{number}", summary="One case")
def get_case(request: HttpRequest, number: str) -> HttpResponse:
    d = find(request, number)
    return answer(as_json(d, code=may_hand_out_code(request, d)))


def may_hand_out_code(request: HttpRequest, d: Dossier) -> bool:
    """The enquiry code belongs to the applicant and to the counter that prints the receipt."""
    actor = request.actor  # type: ignore[attr-defined]
    return perms.is_applicant(actor, d).ok or perms.counter(actor, d).ok


@router.get("/cases/{number}/ledger", summary="Every act on the case, in order")
def get_ledger(request: HttpRequest, number: str) -> HttpResponse:
    d = find(request, number)
    entries = Entry.objects.filter(street=d.case.street, stream=f"case:{number}").order_by("seq")
    return answer(
        {
            "items": [
                {
                    "seq": e.seq,
                    "act": e.act,
                    "at": moment(e.at),
                    "recorded_at": moment(e.recorded_at),
                    "account": str(e.account) if e.account else None,
                    "power": str(e.power) if e.power else None,
                    "data": _chinese_clock(orjson.loads(e.data)),
                    "hash": bytes(e.hash).hex(),
                }
                for e in entries
            ],
            "next": None,
        }
    )


def _chinese_clock(value: Any) -> Any:
    """What an entry says, its moments with the offset that every answer has. The entry itself,
    as it was hashed, is in the record that the desk downloads."""
    if isinstance(value, dict):
        return {name: _chinese_clock(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_chinese_clock(inner) for inner in value]
    if isinstance(value, str) and RECORDED.fullmatch(value):
        return local(datetime.fromisoformat(value)).isoformat()
    return value


@router.post("/cases/{number}/acts", summary="Do an act: accept, hold, sign, finish, decide ...")
def do_act(request: HttpRequest, number: str) -> HttpResponse:
    body = read_json(request)
    act = str(body.pop("act", ""))
    try:
        given = forms.arguments(act, body)
    except Problem:
        find(request, number)  # whoever may not know of the case is told that, and nothing else
        raise
    if request.actor.kind == "partner":  # type: ignore[attr-defined]
        find(request, number)  # partner units act on their own pages, and read no case
    d = perform(number, act, by=request.actor, **given)  # type: ignore[attr-defined]
    return answer(as_json(d, code=may_hand_out_code(request, d)))


def read_json(request: HttpRequest) -> dict[str, Any]:
    """The body as a JSON object, or 422 with a sentence."""
    try:
        body = orjson.loads(request.body or b"{}")
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict):
        text = _("请求的内容不是 JSON 对象。")
        raise Invalid("body", text, (FieldError("body", text),))
    return body


def _track(request: HttpRequest, number: str, code: str) -> HttpResponse:
    d = tracked(request, number, code)
    lang = get_language() or "zh-hans"
    step = next_step(d, lang)
    return answer(
        {
            "number": d.case.number,
            "matter": d.content.name.text(lang),
            "state": d.case.stage,
            "ending": d.case.ending or None,
            "outcome": d.case.outcome or None,
            "received_at": moment(d.case.received_at),
            "accepted_at": moment(d.case.accepted_at),
            "statutory_due_on": day(d.case.statutory_due_on) if d.content.terms.statutory else None,
            "promised_due_on": day(d.case.promised_due_on),
            "due_provisional": d.case.due_provisional,
            "history": [{"at": moment(h.at), "text": h.text} for h in history(d, lang)],
            "next": {"text": step.text, "by": day(step.by), "provisional": step.provisional},
        }
    )


@router.get("/track", auth=None, summary="Follow a case by number and code")
@login_not_required
def get_track(request: HttpRequest, number: str = "", code: str = "") -> HttpResponse:
    return _track(request, number, code)


@router.post("/track", auth=None, summary="Follow a case by number and code")
@login_not_required
def post_track(request: HttpRequest) -> HttpResponse:
    body = read_json(request)
    return _track(request, str(body.get("number", "")), str(body.get("code", "")))
