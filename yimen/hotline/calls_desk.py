"""The telephone on the operator's page: what rings now, picking up, calling back, recordings."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.hotline import actions, perms, queries, results, ringing, views
from yimen.hotline.actions.recordings import place_of
from yimen.hotline.forms import ListenForm
from yimen.hotline.models import LineCall, Recording
from yimen.hotline.views import for_operators
from yimen.lib.errors import Refused, Unseen
from yimen.lib.time import now
from yimen.look.sessions import step_up


@require_safe
@for_operators
def ringing_now(request: HttpRequest) -> HttpResponse:
    """The part of the page that asks again and again: what rings, at whom, since when."""
    response = render(
        request, "hotline/ringing.html", {"telephone": ringing.standing(request.actor, now())}
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@for_operators
def pick_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One key. Whoever was slower is told on the page that they have; the script that picks up asks
    for the sentence alone, for a ringing line has many who press at once."""
    alone = request.headers.get("Accept", "") == "application/json"
    try:
        actions.pick_up(pk, by=request.actor, at=now())
    except Refused as late:
        if alone:
            return JsonResponse({"detail": str(late.detail)}, status=late.status)
        messages.warning(request, late.detail)
        return views.here(request, status=late.status)
    return JsonResponse({"to": reverse("hotline:line")}) if alone else redirect("hotline:line")


@require_POST
@for_operators
def call_missed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call back whoever gave up waiting; a number to dial stands on this page alone, this once."""
    step_up(request)
    call, number = actions.call_back_ringing(pk, by=request.actor, at=now())
    return _calling(views.with_call(request, call, number))


def _calling(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
@for_operators
def dial(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Call whoever asked for help, from the page on which the answer is written down."""
    step_up(request)
    rows = queries.visible_to(request.actor).select_related("case__applicant", "case__lead")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Unseen("request")
    number = actions.dial_request(row, by=request.actor, at=now())
    return _calling(results.back_page(request, row, rung=True, number=number))


@require_POST
@for_operators
def join(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The three of us talk."""
    actions.join(pk, by=request.actor, at=now())
    messages.success(request, _("三方通话已登记。"))
    return redirect("hotline:line")


@require_http_methods(["GET", "HEAD", "POST"])
def recording(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Where the sound of a call is, who listened and why; listening asks for a reason."""
    actor = request.actor
    others = LineCall.objects.filter(queries.of_others(actor))
    rows = Recording.objects.filter(street=actor.street if perms.watches(actor) else "", pk=pk)
    rows = rows.filter(call__in=others)
    row = rows.select_related("call__operator__party").first()
    if row is None:
        raise Unseen("recording")
    form, heard = ListenForm(request.POST or None), False
    if form.is_valid():
        step_up(request)
        with form.refusals():
            actions.listen(pk, **form.cleaned_data, by=actor, at=now())
            heard = True
    path = place_of(row) if heard else None
    if path and path.is_file():
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{row.pk}.wav",
                            headers={"Cache-Control": "no-store"})  # fmt: skip
    context = {
        "row": row, "form": form, "heard": heard,
        "may": perms.may_listen(actor, row.call.operator_id),
        "listenings": list(row.listenings.select_related("by__party").order_by("-at")[:50]),
    }  # fmt: skip
    return render(request, "hotline/recording.html", context, status=form.http_status)
