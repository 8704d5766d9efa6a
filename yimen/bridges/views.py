"""Pages about departments' systems: connect, change, rest, what was sent, what is copied out."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.bridges import actions, perms, queries
from yimen.bridges.forms import ConnectForm, EditForm, NumberForm
from yimen.bridges.models import Platform, System
from yimen.bridges.orders.forms import PlatformChangeForm, PlatformForm
from yimen.cases.actions import perform
from yimen.cases.models import Case
from yimen.cases.queries import hidden_from
from yimen.cases.views.listing import rows as case_rows
from yimen.ledger import actions as ledger
from yimen.ledger.models import Errand
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.numbering import normal
from yimen.lib.time import now
from yimen.look import paging
from yimen.look.language import pick

View = Callable[..., HttpResponse]
SHOWN = 100  # cases of a list that is worked off by hand
FORM = ["GET", "HEAD", "POST"]


def for_lookers(view: View) -> View:
    """Whoever does not work here is not told that the page exists."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.kind != "staff":
            raise Unseen("desk")
        if not perms.may_look(request.actor):
            raise Forbidden("bridges", _("您的岗位没有这项权限。请交给有权办理的人员。"))
        return view(request, *args, **kwargs)

    return seen


def for_connectors(view: View) -> View:
    """Connecting and changing is for administrators."""

    @wraps(view)
    @for_lookers
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not perms.may_connect(request.actor):
            raise Forbidden("bridges", _("只有系统管理员可以接入外部系统。"))
        return view(request, *args, **kwargs)

    return seen


def _find(actor: Actor, code: str) -> System:
    found = queries.visible_to(actor).filter(code=code).first()
    if found is None:
        raise Unseen("system", _("没有这个系统。"))
    return found


def _of(system: System) -> str:
    return pick({"zh": system.body.name, "en": system.body.name_en})


@require_safe
@for_lookers
def systems(request: HttpRequest) -> HttpResponse:
    """The systems of one's street or bodies, with what has failed and what waits."""
    found = list(queries.visible_to(request.actor))
    failed = queries.failures(found)
    silent = queries.silent_counts(request.actor, found, now())
    context = {
        "rows": [
            {
                "system": s,
                "body": _of(s),
                "failed": failed.get(s.pk, 0),
                "silent": silent[s.pk],
            }
            for s in found
        ],
        "may_connect": perms.may_connect(request.actor),
    }
    return render(request, "bridges/systems.html", context)


@require_http_methods(FORM)
@for_connectors
def connect(request: HttpRequest) -> HttpResponse:
    """Connect a system. The secret is shown in the answer to this one form, and never again."""
    form = ConnectForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            system, secret = actions.connect(
                street=request.actor.street, by=request.actor, at=now(), **form.arguments()
            )
            response = render(
                request, "bridges/connected.html", {"system": system, "secret": secret}
            )
            response["Cache-Control"] = "no-store"
            return response
    context = {"form": form, "title": _("接入系统"), "back": reverse("bridges:systems")}
    return render(request, "bridges/form.html", context, status=form.http_status)


@require_safe
@for_lookers
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """One system: what was sent to it, and which cases it has not answered."""
    system = _find(request.actor, code)
    page = paging.page(
        queries.deliveries(system), keys=("-queued_at", "-id"),
        cursor=request.GET.get("cursor"), size=30,
    )  # fmt: skip
    told = [{"e": e, "number": e.payload["stream"].removeprefix("case:")} for e in page]
    hidden = hidden_from(request.actor).filter(number__in=[row["number"] for row in told])
    unseen = set(hidden.values_list("number", flat=True))
    context = {
        "system": system,
        "body": _of(system),
        "page": page,
        "rows": [row for row in told if row["number"] not in unseen],
        "silent": _listed(request, queries.unanswered(request.actor, system, now())),
        "may_connect": perms.may_connect(request.actor),
        "platform": system.platforms.first(),
    }
    return render(request, "bridges/detail.html", context)


def _listed(request: HttpRequest, cases: Any) -> list[dict[str, Any]]:
    found = cases.select_related("matter", "applicant", "lead").defer("matter__content")
    return case_rows(request.actor, list(found[:SHOWN]), now())


@require_http_methods(FORM)
@for_connectors
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Change name, address, events and days."""
    system = _find(request.actor, code)
    names = ("name", "url", "events", "answer_days", "version")
    form = EditForm(request.POST or None, initial={n: getattr(system, n) for n in names})
    if system.sort == System.Sort.CLOSED:
        del form.fields["url"], form.fields["events"]
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = {"url": "", "events": []} | form.cleaned_data
            actions.change(system, by=request.actor, at=now(), **given)
            messages.success(request, _("已修改。"))
            return redirect("bridges:detail", code)
    back = reverse("bridges:detail", args=[code])
    context = {"form": form, "title": system.name, "back": back}
    return render(request, "bridges/form.html", context, status=form.http_status)


@require_http_methods(FORM)
@for_connectors
def rest(request: HttpRequest, code: str) -> HttpResponse:
    """Stop telling a system, or begin again; asked first."""
    system = _find(request.actor, code)
    resting = system.resting_since is None
    back = reverse("bridges:detail", args=[code])
    if request.method == "POST":
        actions.rest(system, resting, by=request.actor, at=now())
        messages.success(request, _("已停止推送。") if resting else _("已恢复推送。"))
        return redirect(back)
    stop = _("停止期间发生的办理，恢复以后不会补发；对方要自己来查。")
    context = {
        "title": _("停止推送") if resting else _("恢复推送"),
        "caption": system.name,
        "text": stop if resting else _("从现在起发生的办理会推送给这个系统。"),
        "submit": _("停止推送") if resting else _("恢复推送"),
        "variant": "warning" if resting else "primary",
        "cancel": back,
    }
    return render(request, "look/confirm.html", context)


@require_POST
@for_connectors
def resend(request: HttpRequest, code: str, errand: UUID) -> HttpResponse:
    """Give a delivery that failed for good a fresh start."""
    system = _find(request.actor, code)
    found = queries.deliveries(system).filter(pk=errand).first()
    if found is None:
        raise Unseen("delivery", _("没有这次推送。"))
    if found.state == Errand.State.FAILED:
        ledger.resend(found.pk, by=request.actor, at=now())
        messages.success(request, _("已重新推送。"))
    return redirect("bridges:detail", code)


@require_http_methods(FORM)
@for_connectors
def platform(request: HttpRequest, code: str) -> HttpResponse:
    """This system sends orders from now on: how its words are read, who speaks for it; of one that
    does already, changed. A form for a new one that is sent twice changes nothing."""
    system = _find(request.actor, code)
    held = system.platforms.select_related("system").first()
    if held and (request.method != "POST" or "was" in request.POST):
        return _change_platform(request, held)
    form = PlatformForm(system, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = {"account": None} | form.cleaned_data
            actions.connect_platform(system, **given, by=request.actor, at=now())
            messages.success(request, _("已登记为来单平台。"))
            return redirect("bridges:detail", code)
    back = reverse("bridges:detail", args=[code])
    context = {"form": form, "title": _("登记为来单平台"), "back": back}
    return render(request, "bridges/form.html", context, status=form.http_status)


def _change_platform(request: HttpRequest, held: Platform) -> HttpResponse:
    form = PlatformChangeForm(held, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = {"account": None} | form.cleaned_data
            actions.change_platform(held.system, **given, by=request.actor, at=now())
            messages.success(request, _("已修改。收下的工单期限不变。"))
            return redirect("bridges:detail", held.system.code)
    back = reverse("bridges:detail", args=[held.system.code])
    context = {"form": form, "title": _("修改来单平台"), "back": back}
    return render(request, "bridges/form.html", context, status=form.http_status)


# -- closed systems ------------------------------------------------------------------------------


@require_http_methods(FORM)
@for_lookers
def copy_out(request: HttpRequest, code: str) -> HttpResponse:
    """Cases to be copied into a system without an interface, and their number written on ours."""
    system = _find(request.actor, code)
    if request.method == "POST" and not perms.may_copy_out(request.actor):
        raise Forbidden("bridges", _("您的岗位没有这项权限。请交给有权办理的人员。"))
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            _write_number(request, system, form)
            messages.success(request, _("已登记对方编号。"))
            return redirect("bridges:copy-out", code)
    context = {
        "system": system,
        "body": _of(system),
        "form": form,
        "failed": form.data.get("number", "") if form.is_bound else "",
        "rows": _listed(request, queries.to_copy_out(request.actor, system)),
        "copied": _listed(request, queries.copied_out(request.actor, system)),
        "silent": _listed(request, queries.unanswered(request.actor, system, now())),
    }
    return render(request, "bridges/copy_out.html", context, status=form.http_status)


def _write_number(request: HttpRequest, system: System, form: NumberForm) -> Case:
    """Only cases of this system's lists; whether one may is asked by the act."""
    number = normal(form.cleaned_data["number"])
    if not queries.at_work_there(request.actor, system).filter(number=number).exists():
        raise Unseen("case", _("没有这个办件。请核对编号。"))
    theirs = form.cleaned_data["external_number"]
    return perform(number, "external", by=request.actor, external_number=theirs).case
