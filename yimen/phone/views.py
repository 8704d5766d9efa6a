"""The desk's pages: whom to call back, which calls there were."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.people.perms import may_disclose
from yimen.phone import actions, perms, queries, wording
from yimen.phone.models import CallBack

TO_DO, PAST = ("due_at", "id"), ("-asked_at", "-id")


def _seen(actor: Actor) -> None:
    if not perms.may_see(actor):
        raise Unseen("phone")


def _tabs(current: str) -> list[dict[str, Any]]:
    names = {"todo": _("要回的电话"), "past": _("已回的电话")}
    return [
        {"label": name, "href": f"?list={key}", "current": key == current}
        for key, name in names.items()
    ]


@require_GET
def owed(request: HttpRequest) -> HttpResponse:
    """Calls back: to be made, most urgent first; made, the latest first."""
    _seen(request.actor)
    chosen = "past" if request.GET.get("list") == "past" else "todo"
    page = _page(request, queries.owed_to(request.actor), chosen)
    moment = now()
    rows = [
        {
            "owed": row,
            "late": row.is_open and row.due_at < moment,
            "may_work": perms.may_work(request.actor, row),
            "may_disclose": may_disclose(request.actor, row.party),
            "may_undo": not row.is_open and row.done_by_id is not None,
        }
        for row in page
    ]
    context = {"page": page, "rows": rows, "tabs": _tabs(chosen), "todo": chosen == "todo"}
    return render(request, "phone/owed.html", context)


def _page(request: HttpRequest, rows: QuerySet[CallBack], chosen: str) -> paging.Page:
    rows = rows.filter(done_at__isnull=chosen == "todo")
    rows = rows.select_related("party", "body", "done_by__party")
    keys = TO_DO if chosen == "todo" else PAST
    return paging.page(rows, keys=keys, cursor=request.GET.get("cursor"))


@require_POST
def done(request: HttpRequest, id: UUID) -> HttpResponse:
    """The call was made; the answer is written down with the question."""
    row = actions.done(id, by=request.actor, at=now())
    said = _("已记下回电。请在咨询 %(number)s 里写下答复。")
    flash.success(request, said % {"number": row.question})
    return redirect("phone:owed")


@require_POST
def undo(request: HttpRequest, id: UUID) -> HttpResponse:
    row = actions.undo(id, by=request.actor, at=now())
    flash.success(request, _("已恢复，%(number)s 又在要回的电话里。") % {"number": row.question})
    return redirect("phone:owed")


@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """The calls of the street, the latest first."""
    _seen(request.actor)
    rows = queries.visible_to(request.actor).select_related("centre")
    keys = ("-started_at", "-id")
    page = paging.page(rows, keys=keys, cursor=request.GET.get("cursor"))
    return render(request, "phone/calls.html", {"page": page})


@require_GET
def call(request: HttpRequest, id: UUID) -> HttpResponse:
    """One call: what was said when. What was keyed is nowhere."""
    _seen(request.actor)
    found = queries.visible_to(request.actor).filter(pk=id).select_related("centre").first()
    if found is None:
        raise Unseen("call")
    said = [
        {"after": _clock(seconds), "words": wording.label(code)} for seconds, code in found.said
    ]
    return render(request, "phone/call.html", {"call": found, "said": said})


def _clock(seconds: int) -> str:
    return f"{seconds // 60}:{seconds % 60:02d}"
