"""One page for each act: a small form, kept with what was typed when the act is refused."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yimen.cases.actions import VERBS, perform
from yimen.cases.actions.objections import contact_of
from yimen.cases.actions.spot import complete
from yimen.cases.actions.supply import Brought, supply
from yimen.cases.dossier import Dossier
from yimen.cases.forms import FORMS
from yimen.cases.models import Task
from yimen.cases.views import acting
from yimen.cases.views.access import find, for_staff
from yimen.cases.views.record import acts_since
from yimen.cases.words import ACTS
from yimen.lib.errors import Forbidden, Problem, Refused, Unseen
from yimen.look.language import pick
from yimen.look.sessions import step_up

Form = Any


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """Show the form of an act, or do it."""
    d = find(request, number)
    if act not in ACTS or act not in FORMS:
        raise Unseen("act")
    wanted = request.POST.get("task") or request.GET.get("task") or ""
    task = d.task(wanted) if wanted else None
    _check(request, d, act, task)
    if task is None and act in acting.PER_TASK and act != "hold":
        choices = acting.tasks_for(act, d, request.actor)
        if len(choices) != 1:
            return _choose(request, d, act, choices)
        task = choices[0]
    if request.method != "POST":
        return _draw(request, d, act, task, acting.form_for(act, d, request.actor, task=task))
    return _do(request, d, act, task)


def _check(request: HttpRequest, d: Dossier, act: str, task: Task | None) -> None:
    """The same two questions that the verb asks, before anybody fills in a form."""
    verb = VERBS[act]
    args = {"task": str(task.pk)} if task else {}
    if verb.machine_only or not verb.may(request.actor, d, **args).ok:
        raise Forbidden("act", _("您的岗位没有这项权限。请交给有权办理的人员。"))
    if d.case.stage not in verb.stages:
        stage = d.case.get_stage_display()
        raise Refused("stage", _("这个办件现在是“%(stage)s”，不能做这项操作。") % {"stage": stage})


def _choose(request: HttpRequest, d: Dossier, act: str, tasks: list[Task]) -> HttpResponse:
    """Several tasks could be meant: which one?"""
    listed = [{"task": t, "name": acting.task_name(t)} for t in tasks]
    context = {"d": d, "act": act, "words": ACTS[act], "tasks": listed}
    return render(request, _page(request, "which"), context)


def _do(request: HttpRequest, d: Dossier, act: str, task: Task | None) -> HttpResponse:
    form: Form = acting.form_for(
        act, d, request.actor, data=request.POST, files=request.FILES, task=task
    )
    if form.is_valid():
        with form.refusals():
            if act == "supplied":
                _supply(request, d, form)
            else:
                perform(d.case.number, act, by=request.actor, **form.arguments())
            return _done(request, d, act)
    return _draw(request, find(request, d.case.number), act, task, form)


def _supply(request: HttpRequest, d: Dossier, form: Form) -> None:
    given = form.cleaned_data
    brought = [
        Brought(code, given.get(f"given_{code}") or "original", given.get(f"scan_{code}"))
        for code in given["materials"]
    ]
    supply(
        d.case.number, brought, by=request.actor, at=given.get("at"), version=given.get("version")
    )


def _done(request: HttpRequest, d: Dossier, act: str) -> HttpResponse:
    messages.success(request, _("已记录：%(act)s。") % {"act": ACTS[act].label})
    address = reverse("cases:detail", args=[d.case.number])
    if request.htmx:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = address
        return response
    return redirect(address)


def _draw(
    request: HttpRequest, d: Dossier, act: str, task: Task | None, form: Form
) -> HttpResponse:
    """The page. After a refusal the version moves on, so that who has read what changed can send
    the same form again."""
    missed: list[dict[str, Any]] = []
    if form.is_bound and form.http_status == 412:
        seen = form.cleaned_data.get("version") or 0
        missed = acts_since(d, seen)
        form.data = form.data.copy()
        form.data["version"] = str(d.case.version)
    context = {
        "d": d,
        "act": act,
        "words": ACTS[act],
        "task": task,
        "task_name": acting.task_name(task) if task else "",
        "caption": acting.task_name(task) if task else pick(d.content.name),
        "form": form,
        "missed": missed,
        "owed": d.blocking(act),
        "tone": "warning" if act in ("not_accept", "revoke", "void", "lapse") else "primary",
        "upload": act == "supplied",
    }
    return render(request, _page(request, "act"), context, status=_status(request, form))


def _status(request: HttpRequest, form: Form) -> int:
    """htmx throws away answers that are no success; the drawer must show the errors."""
    return 200 if request.htmx else form.http_status


def _page(request: HttpRequest, name: str) -> str:
    return f"cases/{name}_drawer.html" if request.htmx else f"cases/{name}.html"


@require_POST
@for_staff
def spot(request: HttpRequest, number: str) -> HttpResponse:
    """Complete an on-the-spot matter in one press."""
    d = find(request, number)
    version = request.POST.get("version", "")
    try:
        complete(number, by=request.actor, version=int(version) if version.isdigit() else None)
    except Problem as problem:
        if problem.status not in (409, 412, 422):
            raise
        messages.error(request, str(problem.detail))
    else:
        messages.success(request, _("已当场办结。请打印结果和送达回证。"))
    return redirect("cases:detail", d.case.number)


@require_POST
@for_staff
def contact(request: HttpRequest, number: str, objection: Any) -> HttpResponse:
    """How an objector can be reached; that somebody asked is on record."""
    d = find(request, number)
    step_up(request)
    shown = contact_of(number, objection, by=request.actor)
    context = {"d": d, "label": _("异议人的联系方式"), "value": shown or _("没有留下联系方式")}
    return render(request, "cases/revealed.html", context)
