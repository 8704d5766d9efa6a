"""The pages of partner units, made for a telephone held in one hand: the list of jobs, one job, and
the caller's number with a reason."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.hotline import actions
from yimen.hotline import jobs as queries
from yimen.hotline.models import JobNote
from yimen.hotline.unit_forms import FinishForm, PhoneForm, ReturnForm
from yimen.lib.errors import Unseen
from yimen.lib.numbering import normal, pretty
from yimen.lib.time import now
from yimen.look import paging
from yimen.look.sessions import step_up

View = Callable[..., HttpResponse]


def for_units(view: View) -> View:
    """Whoever works for no partner unit is not told that the page exists."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not queries.serves(request.actor):
            raise Unseen("unit")
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return seen


@require_safe
@for_units
def jobs(request: HttpRequest) -> HttpResponse:
    """New to sign for, in hand, done lately."""
    at = now()
    found = queries.open_jobs(request.actor, at)
    page = paging.page(
        queries.done_tasks(request.actor), keys=("-ended_at", "-id"),
        cursor=request.GET.get("cursor"), size=10, count=False,
    )  # fmt: skip
    context = {
        "unit": queries.unit_name(request.actor),
        "new": [j for j in found if j.state == queries.NEW],
        "working": [j for j in found if j.state == queries.WORKING],
        "done": queries.done_jobs(page.items, at), "page": page,
    }  # fmt: skip
    return render(request, "hotline/unit/jobs.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_units
def job(request: HttpRequest, number: str) -> HttpResponse:
    """One job, with what can be done about it now."""
    found = queries.find(request.actor, normal(number), now())
    if request.method != "POST":
        return _page(request, found)
    do = request.POST.get("do", "")
    if do in FORMS:
        return _with_form(request, found, do)
    if do not in PLAIN:
        raise Unseen("act")
    act, sentence = PLAIN[do]
    act(found.number, by=request.actor, at=now())
    messages.success(request, sentence)
    return redirect("hotline:job", found.number)


def _way(number: str, **who: Any) -> None:
    actions.say_where(number, JobNote.Sort.WAY, **who)


def _there(number: str, **who: Any) -> None:
    actions.say_where(number, JobNote.Sort.THERE, **who)


PLAIN: dict[str, tuple[Callable[..., None], Any]] = {
    "sign": (actions.sign_job, _("已签收，由您单位办理。")),
    "contacted": (actions.contacted, _("已登记：联系过求助人。")),
    "way": (_way, _("已登记：在路上。")),
    "there": (_there, _("已登记：已到场。")),
}
FORMS: dict[str, Any] = {"return": ReturnForm, "finish": FinishForm}


def _with_form(request: HttpRequest, found: queries.Job, do: str) -> HttpResponse:
    form = FORMS[do](request.POST, request.FILES)
    if form.is_valid():
        with form.refusals():
            data, who = form.cleaned_data, {"by": request.actor, "at": now()}
            if do == "return":
                actions.return_job(found.number, reason=data["reason"], **who)
                messages.success(request, _now("已退回。"))
            else:
                done, text = data["done"] == "yes", data["text"]
                actions.finish_job(found.number, done=done, text=text, photos=data["photos"], **who)
                messages.success(request, _now("已交回，谢谢。"))
            return redirect("hotline:jobs")
    return _page(request, found, {do: form})


def _page(
    request: HttpRequest, found: queries.Job, forms: dict[str, Any] | None = None, **more: Any
) -> HttpResponse:
    forms = forms or {}
    context = {
        "job": found, "pretty": pretty(found.number), "unit": queries.unit_name(request.actor),
        "finish": forms.get("finish") or FinishForm(),
        "give_back": forms.get("return") or ReturnForm(),
        "ask": forms.get("phone") or PhoneForm(), "opened": next(iter(forms), ""), **more,
    }  # fmt: skip
    status = max((f.http_status for f in forms.values()), default=200)
    return render(request, "hotline/unit/job.html", context, status=status)


@require_POST
@for_units
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """The caller's number, this once; the page itself is the only place where it stands."""
    found = queries.find(request.actor, normal(number), now())
    step_up(request)
    form = PhoneForm(request.POST)
    if form.is_valid():
        with form.refusals():
            value = actions.reveal_phone(
                found.number, reason=form.cleaned_data["reason"], by=request.actor, at=now()
            )
            return _page(request, found, phone=value)
    return _page(request, found, {"phone": form})
