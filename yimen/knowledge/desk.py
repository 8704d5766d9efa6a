"""Pages of the editors: what there is, taking in a file, saying that it no longer holds."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yimen.knowledge import actions, perms, queries
from yimen.knowledge.forms import DocumentForm, StandingForm
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.time import now, today
from yimen.look import paging


def _editor(actor: Actor) -> None:
    if not perms.may_edit(actor):
        raise Unseen("desk")


@require_GET
def documents(request: HttpRequest) -> HttpResponse:
    """All documents, or those to look at again."""
    _editor(request.actor)
    due = request.GET.get("due") == "1"
    rows = queries.visible_to(request.actor)
    if due:
        rows = queries.due(today())
    context = {
        "page": paging.page(rows, keys=("-issued_on", "-id"), cursor=request.GET.get("cursor")),
        "tabs": [
            {"label": _("全部"), "href": "?", "current": not due},
            {"label": _("该复核的"), "href": "?due=1", "current": due},
        ],
    }
    return render(request, "knowledge/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take in one file."""
    _editor(request.actor)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            facts, content = actions.Facts(**form.facts()), form.cleaned_data["file"].read()
            made, fresh = actions.take_in(content, facts, by=request.actor, at=now())
            flash.success(request, _("已收录。") if fresh else _("这个文件以前已经收录。"))
            return redirect("knowledge:document", made.pk)
    return render(request, "knowledge/new.html", {"form": form}, status=form.http_status)


@require_http_methods(["GET", "HEAD", "POST"])
def standing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Does it still hold?"""
    _editor(request.actor)
    found = queries.document(pk)
    initial = {"standing": found.standing, "ended_on": found.ended_on}
    form = StandingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            actions.set_standing(pk, **form.cleaned_data, by=request.actor, at=now())
            flash.success(request, _("已登记。一年后再复核。"))
            return redirect("knowledge:list")
    context = {"form": form, "document": found}
    return render(request, "knowledge/standing.html", context, status=form.http_status)
