"""The page of one thing with many callers: who called, joining and splitting, telling everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from yimen.cases.models import Stage
from yimen.hotline import actions, queries
from yimen.hotline.forms import JoinForm, LeaveForm, NewsForm
from yimen.hotline.models import HelpRequest
from yimen.hotline.near import nearby
from yimen.hotline.views import for_operators
from yimen.lib.errors import Unseen
from yimen.lib.time import now
from yimen.look.forms import Form
from yimen.look.language import pick
from yimen.places.queries import names as place_names

SHOWN = 200


@require_safe
@for_operators
def event(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One thing. The address of any of its requests leads to the first one's."""
    head = _head(request, pk)
    return redirect("hotline:event", head.pk) if head.pk != pk else _page(request, head)


def _head(request: HttpRequest, pk: UUID) -> HelpRequest:
    head = queries.event_of(request.actor, pk)
    if head is None:
        raise Unseen("request", _("没有这个求助。"))
    return head


def _page(request: HttpRequest, head: HelpRequest, **sent: Form) -> HttpResponse:
    rows = list(queries.callers(head)[:SHOWN])
    near = _near(request, head, rows)
    told = queries.times_told(head.street, [r.case.number for r in rows])
    forms: dict[str, Any] = {
        "join": JoinForm(near=near), "leave": LeaveForm(rows=rows), "news": NewsForm(), **sent,
    }  # fmt: skip
    place = place_names([head.place]).get(head.place, {})
    context = {
        "head": head, "rows": [{"row": r, "told": told.get(r.case.number, 0)} for r in rows],
        "place": pick(place), "open": head.case.stage == Stage.HANDLING, "near": near,
        "callers": queries.callers(head).order_by().count(), **forms,
    }  # fmt: skip
    status = max(form.http_status for form in forms.values())
    return render(request, "hotline/event.html", context, status=status)


def _near(request: HttpRequest, head: HelpRequest, rows: list[HelpRequest]) -> list[HelpRequest]:
    known = {r.pk for r in rows}
    found = nearby(request.actor, head.place, [head.need], now(), limit=30)
    return [r for r in found if r.pk not in known and r.case.stage == Stage.HANDLING]


@require_POST
@for_operators
def join(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Join an open request to the event."""
    head = _head(request, pk)
    rows = list(queries.callers(head)[:SHOWN])
    form = JoinForm(request.POST, near=_near(request, head, rows))
    if form.is_valid():
        with form.refusals():
            other = queries.by_number(request.actor, form.number)
            actions.join_event(
                other, head, reason=form.cleaned_data["reason"], by=request.actor, at=now()
            )
            messages.success(request, _("已并为同一件事。"))
            return redirect("hotline:event", head.pk)
    return _page(request, head, join=form)


@require_POST
@for_operators
def leave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Split one off that was another thing."""
    head = _head(request, pk)
    form = LeaveForm(request.POST, rows=list(queries.callers(head)[:SHOWN]))
    if form.is_valid():
        with form.refusals():
            data = form.cleaned_data
            actions.leave_event(
                UUID(data["which"]), reason=data["reason"], by=request.actor, at=now()
            )
            messages.success(request, _("已分出来，单独办理。"))
            return redirect("hotline:event", data["which"])
    return _page(request, head, leave=form)


@require_POST
@for_operators
def tell(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One key: everybody who called is told the same, each with the own number."""
    head, form = _head(request, pk), NewsForm(request.POST)
    if form.is_valid():
        with form.refusals():
            n = actions.tell_everybody(head, **form.cleaned_data, by=request.actor, at=now())
            said = ngettext("已告诉 %(n)d 位来电人。", "已告诉 %(n)d 位来电人。", n)
            messages.success(request, said % {"n": n})
            return redirect("hotline:event", head.pk)
    return _page(request, head, news=form)
