"""On the way: today's stops with their few acts, made for a telephone and for an hour without
network. What the script sends and what a plain form sends is one and the same act."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yimen.homeservice import actions, perms, queries, rules
from yimen.homeservice.actions import Told
from yimen.homeservice.actions.way import materials
from yimen.homeservice.models import Stop
from yimen.homeservice.rules import Act
from yimen.homeservice.words import ACTS, SHORT
from yimen.lib.actor import Actor
from yimen.lib.errors import Invalid, Problem, Unseen
from yimen.lib.ids import new_id
from yimen.lib.time import ZONE, now, today
from yimen.look.language import pick
from yimen.look.sessions import step_up
from yimen.matters.queries import some

MOST = 200  # acts in one sending: a day of eight stops has some fifty
WORKER = Path(__file__).resolve().parent.parent / "static" / "homeservice" / "worker.js"


def _goes(request: HttpRequest) -> Actor:
    """Whoever could be sent out; others are not told that the page exists."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "staff" or not actor.can(*perms.GOES):
        raise Unseen("way")
    return actor


@require_safe
def way(request: HttpRequest) -> HttpResponse:
    """Today's stops, in order; and what is still to be handed in."""
    actor, day = _goes(request), today()
    shown = queries.stops_of(actor, day).select_related(
        "visit__person", "visit__address", "visit__mandate", "route"
    )
    stops = [_card(stop) for stop in shown.order_by("route__half", "place")]
    context = {
        "stops": stops, "day": day, "to_hand_in": list(queries.to_hand_in(actor)[:50]),
        "words": _words(), "account": actor.account,
    }  # fmt: skip
    response = render(request, "homeservice/way.html", context)
    # for the script that keeps the page while there is no network: is there anything, until when
    response["X-Way-Stops"] = str(len(stops))
    response["X-Way-Until"] = datetime.combine(day + timedelta(days=1), time.min, ZONE).isoformat()
    return response


def _words() -> dict[str, Any]:
    """What the script must know and say, in the reader's language."""
    return {
        "steps": {
            state: {str(a): after for a in Act if (after := rules.step(state, a))}
            for state in rules.OPEN_STOP
        },
        "states": {str(value): str(label) for value, label in Stop.State.choices},
        "acts": {str(act): str(word) for act, word in ACTS.items()},
        "waiting": _("没有网络：{n} 条已记在手机上，有网络时自动送出。"),
        "signed_out": _("登录已过期。记下的还在手机上：请刷新页面重新登录，会接着送出。"),
        "offline": _("没有网络，看不了号码。"),
        "unsent": _("还有 {n} 条没有送出，退出登录就没有了。真的退出吗？"),
    }  # fmt: skip


def _card(stop: Stop) -> dict[str, Any]:
    """What one stop shows: name, address, masked telephone, matters; the acts that fit now."""
    visit = stop.visit
    signed = visit.mandate_id is not None
    along = queries.to_give(visit)
    versions = some(visit.matters)
    return {
        "stop": stop, "visit": visit, "along": along, "signed": signed, "key": new_id(),
        "matters": [pick({"zh": v.name, "en": v.name_en}) for v in versions.values()],
        "materials": materials(visit.matters),
        "acts": [(act, SHORT[act], act in _shown(stop, signed, bool(along))) for act in Act],
    }  # fmt: skip


def _shown(stop: Stop, signed: bool, results: bool) -> list[Act]:
    return rules.offered(stop.state, signed=signed, results=results)


@require_POST
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One act by a plain form: without scripts, with network."""
    actor = _goes(request)
    papers = {c: request.POST.get(f"how-{c}", "copy") for c in request.POST.getlist("paper")[:60]}
    try:
        told = _told(
            {
                **request.POST.dict(),
                "papers": papers,
                "key": request.POST.get("key") or str(new_id()),
            }
        )
        actions.step(pk, told, by=actor, at=now())
        messages.success(request, _("已记下：%(act)s") % {"act": ACTS[told.act]})
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        messages.error(request, _sentence(problem))
    return redirect("homeservice:way")


@require_POST
def acts(request: HttpRequest) -> JsonResponse:
    """Acts that waited on the telephone, in their order: {"acts": [{"key", "stop", "act", "at",
    "papers"}]}. Each is answered for itself: done, or refused with a sentence. What was refused once
    is not sent again; what could not be asked for (no network, signed out) is."""
    actor = _goes(request)
    try:
        sent = json.loads(request.body)["acts"]
        assert isinstance(sent, list)
    except (ValueError, KeyError, TypeError, AssertionError):
        raise Invalid("acts", _("读不懂手机送来的内容。")) from None
    return JsonResponse({"acts": [_one(actor, item) for item in sent[:MOST]]})


def _one(actor: Actor, item: Any) -> dict[str, Any]:
    key = str(item.get("key", "")) if isinstance(item, dict) else ""
    try:
        told = _told(item)
        state = actions.step(UUID(str(item["stop"])), told, by=actor, at=now())
    except Problem as problem:
        return {"key": key, "done": False, "why": _sentence(problem)}
    except (ValueError, KeyError, TypeError, AttributeError):
        return {"key": key, "done": False, "why": _("读不懂手机送来的内容。")}
    return {"key": key, "done": True, "state": state}


def _told(item: Any) -> Told:
    """What was sent, as a value; Invalid when it is no act."""
    try:
        typed = str(item.get("at") or "")
        happened = datetime.fromisoformat(typed.replace("Z", "+00:00")) if typed else now()
        if happened.tzinfo is None:
            happened = happened.replace(tzinfo=ZONE)
        papers = {str(k)[:64]: str(v)[:8] for k, v in (item.get("papers") or {}).items()}
        return Told(UUID(str(item["key"])), Act(str(item["act"])), happened, papers)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Invalid("act", _("读不懂手机送来的内容。")) from None


def _sentence(problem: Problem) -> str:
    parts = [f"{e.message}{e.remedy}" for e in problem.errors]
    return "".join(parts) or str(problem.detail or problem.code)


@require_POST
def phone(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The number in full, once, on record."""
    actor = _goes(request)
    step_up(request)
    number = actions.reveal(pk, by=actor, at=now())
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"phone": number})
    return render(request, "homeservice/phone.html", {"number": number})


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """The script that answers when there is no network; it governs this page and nothing else."""
    _goes(request)
    return HttpResponse(WORKER.read_bytes(), content_type="text/javascript; charset=utf-8")
