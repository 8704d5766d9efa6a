"""A neighbourhood's committee tells it for somebody else; how any request came, with its photographs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.cases.dossier import load
from yimen.cases.views.access import reads_in_full
from yimen.files.views import download
from yimen.hotline import actions, queries
from yimen.hotline.ask_forms import ReportForm, offered
from yimen.hotline.models import Channel, HelpRequest, Photo
from yimen.hotline.needs import tree
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.numbering import pretty
from yimen.lib.time import now
from yimen.look import paging

View = Callable[..., HttpResponse]


def for_committees(view: View) -> View:
    """Whoever does not work for a neighbourhood's committee is not told that the page exists."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if queries.committee_of(request.actor) is None:  # type: ignore[attr-defined]
            raise Unseen("report")
        return view(request, *args, **kwargs)

    return seen


@require_safe
@for_committees
def reports(request: HttpRequest) -> HttpResponse:
    """What one has told for others: number, need, who is on it, how far."""
    rows = queries.reported(request.actor)  # type: ignore[attr-defined]
    found = paging.page(rows, keys=("-taken_at", "-id"), cursor=request.GET.get("cursor"))
    return render(request, "hotline/reports.html", {"page": found})


@require_http_methods(["GET", "HEAD", "POST"])
@for_committees
def report(request: HttpRequest) -> HttpResponse:
    """Who needs help, who told it, what the person said of it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    own = queries.committee_of(actor)
    begin: dict[str, Any] = {"place": own.division if own else ""}
    looks = request.POST.get("do") == "find"
    if request.method == "POST" and not looks:
        form = ReportForm(request.POST, request.FILES, streets=[actor.street], initial=begin)
    else:
        form = ReportForm(initial=begin | request.POST.dict(), streets=[actor.street])
    if form.is_bound and form.is_valid():
        with form.refusals():
            d = actions.take(form.asked(), by=actor, at=now(), channel=Channel.WORKER)
            said = _("已登记并派出，编号 %(number)s。请把编号告诉本人。")
            messages.success(request, said % {"number": pretty(d.case.number)})
            return redirect("hotline:reports")
    typed, lang = str(form["where"].value() or ""), get_language() or "zh-hans"
    found = offered(form, [actor.street]) if looks or form.errors else {}
    context = found | {
        "form": form, "looked": looks and bool(typed),
        "needs": [(need.text(lang), need) for need in tree().values()],
        "had_photos": bool(request.FILES),
    }  # fmt: skip
    return render(request, "hotline/report.html", context, status=form.http_status)


@require_safe
def origin(request: HttpRequest, number: str) -> HttpResponse:
    """How a request came: by which way, who told it, with which photographs and messages."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    rows = queries.visible_to(actor).select_related(
        "case__applicant", "reporter", "call", "taken_by__party", "event__case"
    )
    row = rows.filter(case__number=number).first()
    if row is None or actor.kind != "staff":
        raise Unseen("request", _("没有这个求助。"))
    full = reads_in_full(actor, load(number))
    context = {
        "row": row, "full": full,
        "photos": list(row.photos.filter(file__erased_at=None).order_by("at", "id")) if full else [],
        "texts": list(row.messages.order_by("received_at")) if full else [],
        "added": list(queries.added(row)) if full else [],
    }  # fmt: skip
    return render(request, "hotline/origin.html", context)


@require_safe
def photo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A photograph, for whoever reads the case in full."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    seen = HelpRequest.objects.filter(pk__in=queries.visible_to(actor).values("pk"))
    rows = Photo.objects.filter(request__in=seen).select_related("file", "request__case")
    found = get_object_or_404(rows, pk=pk)
    if not reads_in_full(actor, load(found.request.case.number)):
        raise Forbidden("photo", _("您的岗位只能查看脱敏的办件。"))
    return download(found.file, inline=True)
