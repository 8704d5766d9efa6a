"""Pages of visits: for supervisors, for the centre, and the results for everybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.files.views import download
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.supervision import actions, perms, queries
from yimen.supervision.forms.visits import (
    AnswerForm,
    MeasureForm,
    NoteForm,
    ObjectionForm,
    PlanForm,
    SeenForm,
    SheetForm,
)
from yimen.supervision.models import Measure, Objection, Photo, Score, Visit
from yimen.supervision.rules import Sight

View = Callable[..., HttpResponse]
edits = require_http_methods(["GET", "HEAD", "POST"])


def for_readers(view: View) -> View:
    """Staff with a seat; nobody else is told that these pages exist."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not perms.reads(request.actor):
            raise Unseen("supervision")
        return view(request, *args, **kwargs)

    return seen


def _visit(actor: Actor, id: UUID, least: Sight = Sight.DATE) -> Visit:
    """The visit, as far as the actor sees at least that much of it."""
    seen = queries.visible_to(actor).select_related("body", "centre", "benchmark")
    found = seen.select_related("supervisor__party").filter(pk=id).first()
    if found is None or queries.sight(actor, found, now()) < least:
        raise Unseen("visit")
    return found


@require_safe
@for_readers
def visits(request: HttpRequest) -> HttpResponse:
    """Visits that the actor sees, newest month first, and what waits for them."""
    actor = request.actor
    rows = queries.listed(actor)
    page = paging.page(rows, keys=("-month", "-id"), cursor=request.GET.get("cursor"))
    context = {
        "page": page,
        "rows": [{"visit": v, "all": queries.sight(actor, v, now()) is Sight.ALL} for v in page],
        "objections": queries.objections_to_answer(actor).select_related(
            "score__item", "score__visit__centre"
        ),
        "measures": queries.measures_of(actor),
        "supervises": perms.supervises(actor),
    }
    return render(request, "supervision/visits.html", context)


@edits
@for_readers
def plan(request: HttpRequest) -> HttpResponse:
    """Plan a visit."""
    actor = request.actor
    if not perms.supervises(actor):
        raise Forbidden("supervise", _("检查由行风监督员计划。"))
    form = PlanForm(request.POST or None, actor=actor, initial={"supervisor": actor.account})
    if form.is_valid():
        with form.refusals():
            made = actions.plan(**form.plan(), by=actor, at=now())
            messages.success(request, _("已列入计划。"))
            return redirect("supervision:visit", made.pk)
    return _form_page(request, form, _("计划一次检查"), _("列入计划"))


def _form_page(
    request: HttpRequest, form: Any, title: str, button: str, *, visit: Visit | None = None
) -> HttpResponse:
    back = {"back": "supervision:visit", "back_args": [visit.pk]} if visit else {
        "back": "supervision:visits"
    }  # fmt: skip
    context = {"form": form, "title": title, "button": button, **back}
    return render(request, "bodies/form.html", context, status=form.http_status)


@require_safe
@for_readers
def visit(request: HttpRequest, id: UUID) -> HttpResponse:
    """One visit: its day alone, or the sheet with objections and measures."""
    actor, found = request.actor, _visit(request.actor, id)
    everything = queries.sight(actor, found, now()) is Sight.ALL
    scores = queries.scores_of(found) if everything else []
    context = {
        "visit": found,
        "everything": everything,
        "scores": scores,
        "total": queries.total_of(scores),
        "photos": _photos(found) if everything else {},
        "open": not found.finished_at and not found.cancelled_at,
        **_may(actor, found),
    }
    return render(request, "supervision/visit.html", context)


def _photos(found: Visit) -> dict[UUID, list[Photo]]:
    by_item: dict[UUID, list[Photo]] = {}
    for photo in Photo.objects.filter(visit=found).order_by("at", "id"):
        by_item.setdefault(photo.item_id, []).append(photo)
    return by_item


def _may(actor: Actor, found: Visit) -> dict[str, bool]:
    """What the page offers; the verbs ask again."""
    moment = now()
    in_time = found.object_until is None or moment <= found.object_until
    runs = perms.may_object(actor, found)
    return {
        "supervises": perms.supervises(actor, found.street),
        "scores_it": perms.may_score(actor, found),
        "may_object": runs and found.finished_at is not None and in_time,
        "may_set": runs,
        "may_answer": perms.may_answer(actor, found, queries.supervisors(found.street)),
    }


@edits
@for_readers
def sheet(request: HttpRequest, id: UUID) -> HttpResponse:
    """The score sheet, made for a telephone: saved in parts, finished once."""
    actor, found = request.actor, _visit(request.actor, id, Sight.ALL)
    if not perms.may_score(actor, found):
        raise Forbidden("score", _("评分由派去的监督员填写。"))
    if found.finished_at or found.cancelled_at:
        return redirect("supervision:visit", found.pk)
    items = queries.items_of(found.benchmark_id)
    scores = {s.item.code: s for s in queries.scores_of(found)}
    sent = [request.POST, request.FILES] if request.method == "POST" else []
    form = SheetForm(found, items, scores, *sent)
    if form.is_valid():
        with form.refusals():
            return _save(request, found, form)
    photos = _photos(found)
    context = {
        "visit": found,
        "form": form,
        "lines": [line | {"photos": photos.get(line["item"].pk, [])} for line in form.lines],
        "done": len(scores),
    }
    return render(request, "supervision/sheet.html", context, status=form.http_status)


def _save(request: HttpRequest, found: Visit, form: SheetForm) -> HttpResponse:
    actor, moment, given = request.actor, now(), form.cleaned_data
    actions.save_sheet(
        found, form.found(), photos=form.photos(), note=given["note"], by=actor, at=moment
    )
    if request.POST.get("do") != "finish":
        messages.success(request, _("已保存，可以接着填。"))
        return redirect("supervision:sheet", found.pk)
    day = given["visited_on"] or moment.date()
    actions.finish(found, visited_on=day, by=actor, at=moment)
    messages.success(request, _("评分表已完成。这个月结束后中心才能看到。"))
    return redirect("supervision:visit", found.pk)


@require_POST
@for_readers
def call_off(request: HttpRequest, id: UUID) -> HttpResponse:
    """The visit will not be."""
    actions.call_off(_visit(request.actor, id, Sight.ALL), by=request.actor, at=now())
    messages.success(request, _("检查已取消。"))
    return redirect("supervision:visits")


@require_safe
@for_readers
def photo(request: HttpRequest, id: UUID, photo: UUID) -> HttpResponse:
    """A photograph, to whoever sees the sheet."""
    found = _visit(request.actor, id, Sight.ALL)
    one = Photo.objects.filter(visit=found, pk=photo).select_related("file").first()
    if one is None:
        raise Unseen("photo")
    return download(one.file, inline=True)


def _score(actor: Actor, id: UUID) -> Score:
    score = Score.objects.select_related("item").filter(pk=id).first()
    if score is None:
        raise Unseen("score")
    score.visit = _visit(actor, score.visit_id, Sight.ALL)
    return score


@edits
@for_readers
def object_to(request: HttpRequest, id: UUID) -> HttpResponse:
    """The centre objects to one item."""
    score = _score(request.actor, id)
    if not perms.may_object(request.actor, score.visit):
        raise Forbidden("object", _("异议由中心负责人提出。"))
    form = ObjectionForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.object_to(score, text=form.cleaned_data["text"], by=request.actor, at=now())
            messages.success(request, _("异议已提出。"))
            return redirect("supervision:visit", score.visit_id)
    title = _("对“%(item)s”提异议") % {"item": score.item.label}
    return _form_page(request, form, title, _("提出异议"), visit=score.visit)


@edits
@for_readers
def answer(request: HttpRequest, id: UUID) -> HttpResponse:
    """The supervisors' body answers an objection."""
    found = Objection.objects.select_related("score__item").filter(pk=id).first()
    if found is None:
        raise Unseen("objection")
    score = _score(request.actor, found.score_id)
    if not perms.supervises(request.actor, score.visit.street):
        raise Forbidden("answer", _("异议由行风监督员小组答复。"))
    form = AnswerForm(request.POST or None, initial={"level": found.before})
    if form.is_valid():
        with form.refusals():
            actions.answer(found, **form.cleaned_data, by=request.actor, at=now())
            messages.success(request, _("已答复。"))
            return redirect("supervision:visit", score.visit_id)
    context = {"form": form, "objection": found, "score": score, "visit": score.visit}
    return render(request, "supervision/answer.html", context, status=form.http_status)


@edits
@for_readers
def set_measure(request: HttpRequest, id: UUID) -> HttpResponse:
    """What will be done about a lost item."""
    score = _score(request.actor, id)
    if not perms.may_object(request.actor, score.visit):
        raise Forbidden("measure", _("整改由中心负责人布置。"))
    form = MeasureForm(request.POST or None, visit=score.visit)
    if form.is_valid():
        with form.refusals():
            actions.set_measure(score, **form.cleaned_data, by=request.actor, at=now())
            messages.success(request, _("整改已布置，已告诉责任人。"))
            return redirect("supervision:visit", score.visit_id)
    title = _("整改“%(item)s”") % {"item": score.item.label}
    return _form_page(request, form, title, _("布置整改"), visit=score.visit)


@edits
@for_readers
def measure(request: HttpRequest, id: UUID) -> HttpResponse:
    """Report a measure done, or, as a supervisor, see whether it is."""
    found = Measure.objects.select_related("score__item", "owner__party").filter(pk=id).first()
    if found is None:
        raise Unseen("measure")
    actor = request.actor
    found.score.visit = _visit(actor, found.score.visit_id, Sight.ALL)
    looks = perms.supervises(actor, found.street)
    if not looks and not perms.may_report(actor, found):
        raise Forbidden("measure", _("只有责任人或中心负责人可以报告整改完成。"))
    form: Any = (SeenForm if looks else NoteForm)(request.POST or None)
    if form.is_valid():
        with form.refusals():
            _step(found, form.cleaned_data, looks=looks, by=actor)
            messages.success(request, _("已记录。"))
            return redirect("supervision:visit", found.score.visit_id)
    context = {"form": form, "measure": found, "visit": found.score.visit, "looks": looks}
    return render(request, "supervision/measure.html", context, status=form.http_status)


def _step(found: Measure, given: dict[str, Any], *, looks: bool, by: Actor) -> None:
    if looks:
        actions.see_done(found, good=given["good"] == "yes", note=given["note"], by=by, at=now())
    else:
        actions.report_done(found, note=given["note"], by=by, at=now())


@login_not_required
@require_safe
def public(request: HttpRequest) -> HttpResponse:
    """Results of the last twelve months that nobody can object to any more."""
    rows = queries.published(now())
    return render(request, "supervision/public.html", {"rows": rows})
