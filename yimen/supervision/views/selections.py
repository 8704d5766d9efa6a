"""Pages of commending: proposed and decided at the desk, posted with figures for everybody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now
from yimen.look import paging, throttle
from yimen.supervision import actions, selections
from yimen.supervision.forms.selections import (
    BeginForm,
    DecideForm,
    PostingAnswerForm,
    PostingObjectionForm,
    ProposeForm,
)
from yimen.supervision.models import PostingObjection, Selection
from yimen.supervision.ranking import rank, to_csv
from yimen.supervision.views.visits import for_readers
from yimen.supervision.words import INDICATORS

A_MINUTE = 5
edits = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@for_readers
def listed(request: HttpRequest) -> HttpResponse:
    """Selections that the actor proposes for, decides or watches."""
    actor = request.actor
    if not selections.works_with(actor):
        raise Unseen("selections")
    rows = selections.visible_to(actor).select_related("body")
    page = paging.page(rows, keys=("-quarter", "-id"), cursor=request.GET.get("cursor"))
    context = {"page": page, "proposes": actor.can(Can.DIRECT)}
    return render(request, "supervision/selections.html", context)


@edits
@for_readers
def begin(request: HttpRequest) -> HttpResponse:
    """Begin the selection of a quarter."""
    actor = request.actor
    if not actor.can(Can.DIRECT):
        raise Forbidden("propose", _("评选由中心主任或常务副主任推荐、公示。"))
    form = BeginForm(request.POST or None, actor=actor)
    if form.is_valid():
        with form.refusals():
            made = actions.begin_selection(actor.street, **form.facts(), by=actor, at=now())
            return redirect("supervision:selection", made.pk)
    context = {"form": form, "title": _("开始一次评选"), "button": _("开始"),
               "back": "supervision:selections"}  # fmt: skip
    return render(request, "bodies/form.html", context, status=form.http_status)


def _one(actor: Actor, id: UUID) -> Selection:
    found = selections.visible_to(actor).select_related("body").filter(pk=id).first()
    if found is None:
        raise Unseen("selection")
    return found


@require_safe
@for_readers
def selection(request: HttpRequest, id: UUID) -> HttpResponse:
    """One selection with what the actor may do about it."""
    return _page(request, _one(request.actor, id))


def _page(request: HttpRequest, found: Selection, **forms: Any) -> HttpResponse:
    actor = request.actor
    proposing = found.state == Selection.State.PROPOSING and actor.can(Can.DIRECT)
    decides = actor.can(*selections.DECIDES, body=found.body_id)
    over = found.object_until is not None and now() > found.object_until
    deciding = decides and found.state == Selection.State.POSTED
    context = {
        "selection": found,
        "candidates": found.candidates.select_related("centre").order_by("place", "code"),
        "objections": found.objections.order_by("at"),
        "proposing": proposing,
        "answers": deciding,
        "warned": selections.complained_of(found, actor) if decides else [],
        "propose_form": ProposeForm(selection=found) if proposing else None,
        "decide_form": DecideForm(selection=found) if deciding and over else None,
        "answer_form": PostingAnswerForm(),
        **forms,
    }
    sent = next(iter(forms.values()), None)
    status = sent.http_status if sent is not None else 200
    return render(request, "supervision/selection.html", context, status=status)


@require_POST
@for_readers
def propose(request: HttpRequest, id: UUID) -> HttpResponse:
    """Propose a window or a person."""
    found = _one(request.actor, id)
    if not request.actor.can(Can.DIRECT):
        raise Forbidden("propose", _("评选由中心主任或常务副主任推荐、公示。"))
    form = ProposeForm(request.POST, selection=found)
    if form.is_valid():
        with form.refusals():
            actions.propose(found, **form.facts(), by=request.actor, at=now())
            messages.success(request, _("已推荐。"))
            return redirect("supervision:selection", found.pk)
    return _page(request, found, propose_form=form)


@require_POST
@for_readers
def post(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take the figures and post them."""
    found = actions.post_selection(_one(request.actor, id), by=request.actor, at=now())
    messages.success(request, _("已公示。数据从现在起不再变。"))
    return redirect("supervision:selection", found.pk)


@require_POST
@for_readers
def answer(request: HttpRequest, id: UUID) -> HttpResponse:
    """The deciding body answers an objection."""
    objection = PostingObjection.objects.filter(pk=id).first()
    if objection is None:
        raise Unseen("objection")
    found = _one(request.actor, objection.selection_id)
    if not request.actor.can(*selections.DECIDES, body=found.body_id):
        raise Forbidden("decide", _("由评定单位答复和评定。"))
    form = PostingAnswerForm(request.POST)
    if form.is_valid():
        with form.refusals():
            actions.answer_posting(objection, **form.cleaned_data, by=request.actor, at=now())
            messages.success(request, _("已答复。"))
            return redirect("supervision:selection", found.pk)
    return _page(request, found, answer_form=form)


@require_POST
@for_readers
def decide(request: HttpRequest, id: UUID) -> HttpResponse:
    """The body decides."""
    found = _one(request.actor, id)
    if not request.actor.can(*selections.DECIDES, body=found.body_id):
        raise Forbidden("decide", _("由评定单位答复和评定。"))
    form = DecideForm(request.POST, selection=found)
    if form.is_valid():
        with form.refusals():
            actions.decide_selection(found, **form.facts(), by=request.actor, at=now())
            messages.success(request, _("已评定，结果已公布。"))
            return redirect("supervision:selection", found.pk)
    return _page(request, found, decide_form=form)


# -- for everybody ----------------------------------------------------------------------------


@login_not_required
@require_safe
def commended(request: HttpRequest) -> HttpResponse:
    """What is posted and what was decided, newest quarter first."""
    page = paging.page(
        selections.public(), keys=("-quarter", "-id"), cursor=request.GET.get("cursor")
    )
    return render(request, "supervision/commended.html", {"page": page})


def _public(id: UUID) -> Selection:
    found = selections.public().filter(pk=id).first()
    if found is None:
        raise Unseen("selection")
    return found


@login_not_required
@edits
def posting(request: HttpRequest, id: UUID) -> HttpResponse:
    """The posting: figures, formula, order, objections answered, result; one may object."""
    found = _public(id)
    until = found.object_until
    open_ = found.state == Selection.State.POSTED and until is not None and now() <= until
    form = PostingObjectionForm(request.POST or None)
    if request.method == "POST":
        throttle.refuse_if_over(request, "posting", A_MINUTE)
        throttle.count(request, "posting")
        if form.is_valid():
            with form.refusals():
                text = form.cleaned_data["text"]
                actions.object_to_posting(found, text=text, by=request.actor, at=now())
                messages.success(request, _("异议已收到，答复会公布在本页。"))
                return redirect("supervision:posting", found.pk)
    rows = selections.rows_of(found)
    facts = {c.code: c for c in found.candidates.all()}
    context = {
        "selection": found,
        "open": open_,
        "form": form if open_ else None,
        "names": [(INDICATORS[name], found.weights[name]) for name in found.weights],
        "rows": [
            {
                "one": one,
                "candidate": facts[one.code],
                "figures": [facts[one.code].figures.get(name, "") for name in found.weights],
            }
            for one in rank(rows, found.weights)
        ],
        "answers": found.objections.exclude(answered_at=None).order_by("answered_at"),
        "waiting": found.objections.filter(answered_at=None).count(),
    }
    return render(request, "supervision/posting.html", context, status=form.http_status)


@login_not_required
@require_safe
def figures(request: HttpRequest, id: UUID) -> HttpResponse:
    """The figures and weights as CSV: all that the order needs."""
    found = _public(id)
    text = to_csv(selections.rows_of(found), found.weights)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"{found.sort}-{found.quarter:%Y}Q{(found.quarter.month + 2) // 3}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
