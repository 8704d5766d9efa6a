"""What everybody may read; a resident's request and own visits; the page of the ticket machine."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.homeservice import actions, queries
from yimen.homeservice.actions import Wish
from yimen.homeservice.forms import AskForm, KioskForm
from yimen.homeservice.models import Visit
from yimen.homeservice.queries import body_of
from yimen.lib.actor import Actor, system
from yimen.lib.errors import Problem, Unseen
from yimen.lib.time import now, today
from yimen.look import paging, throttle
from yimen.look.language import pick
from yimen.matters.queries import some
from yimen.people.models import Party
from yimen.people.queries import mandates_of_agent
from yimen.places.models import ServicePoint
from yimen.places.queries import centres

TRIES_A_MINUTE = 5


@require_safe
@login_not_required
def about(request: HttpRequest) -> HttpResponse:
    """Who may have it, what can be done at home, and how to ask."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    points = list(centres(actor.street if len(actor.street) == 9 else "")[:20])
    rows = queries.at_home(points[0].street) if points else []
    context = {
        "age": settings.YIMEN_HOME_SERVICE["age"], "points": points,
        "matters": [(r.matter_id, pick({"zh": r.name, "en": r.name_en})) for r in rows],
        "resident": actor.kind == "resident",
    }  # fmt: skip
    return render(request, "homeservice/about.html", context)


def _resident(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "resident":
        raise Unseen("home_service")
    return actor


def _people(actor: Actor) -> dict[str, Party]:
    """For whom a resident may ask: oneself, and whoever gave a mandate that holds today."""
    if actor.party is None:
        return {}
    me = Party.objects.select_related("address").filter(pk=actor.party).first()
    held = mandates_of_agent(actor.party, today()).select_related("principal__address")
    others = {str(m.principal_id): m.principal for m in held if m.principal.sort == "person"}
    return ({str(me.pk): me} if me else {}) | others


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a visit, signed in: for oneself or for somebody else."""
    actor = _resident(request)
    people, points = _people(actor), list(centres(actor.street))
    names = [
        (pk, _("我自己") if p.pk == actor.party else p.name) for pk, p in people.items()
    ]  # fmt: skip
    form = AskForm(request.POST or None, street=actor.street, people=names, centres=points)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            made = _asked(form, people, actor)
            messages.success(
                request,
                _("已经登记，编号 %(number)s。我们会打电话约时间。") % {"number": made.number},
            )
            return redirect("homeservice:one", made.pk)
    return render(request, "homeservice/ask.html", {"form": form}, status=form.http_status)


def _asked(form: AskForm, people: dict[str, Party], actor: Actor) -> Visit:
    clean = form.cleaned_data
    centre = ServicePoint.objects.get(pk=clean["centre"])
    how: dict[str, Any] = {"channel": Visit.Channel.WEB, "by": actor, "at": now()}
    if clean["whom"] == AskForm.OTHER:
        return actions.ask_for_other(
            centre,
            form.wish(),
            name=clean["name"],
            phone=clean["phone"],
            birth=clean["birth"],
            **how,
        )
    return actions.ask(centre, people[clean["whom"]], form.wish(), **how)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The visits one asked for or that are for oneself."""
    actor = _resident(request)
    page = paging.page(
        queries.own(actor).select_related("centre"), keys=("-asked_at", "-id"),
        cursor=request.GET.get("cursor"), count=False,
    )  # fmt: skip
    return render(request, "homeservice/mine.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One visit: when, who comes, what for. POST cancels it."""
    actor = _resident(request)
    visit = queries.own(actor).select_related("centre", "mandate").filter(pk=pk).first()
    if visit is None:
        raise Unseen("visit", _("没有这次上门服务。请核对编号。"))
    if request.method == "POST":
        try:
            actions.cancel(visit, by=actor, at=now())
            messages.success(request, _("上门服务已取消。"))
        except Problem as problem:
            if problem.status in (403, 404):
                raise
            messages.error(request, str(problem.detail))
        return redirect("homeservice:one", pk)
    route = queries.route_of(visit)
    versions = some(visit.matters)
    context = {
        "visit": visit, "route": route,
        "going": queries.people_of([route.pk]).get(route.pk, []) if route else [],
        "matters": [pick({"zh": v.name, "en": v.name_en}) for v in versions.values()],
        "cancellable": visit.state in (Visit.State.REQUESTED, Visit.State.SCHEDULED),
        "own_case": actor.party is not None and visit.person_id in (actor.party, *actor.records),
    }  # fmt: skip
    return render(request, "homeservice/one.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def kiosk(request: HttpRequest, code: str) -> HttpResponse:
    """At the ticket machine: a name and a telephone, and somebody rings. Nothing that was typed
    stays on the screen."""
    point = ServicePoint.objects.filter(pk=code, is_open=True).first()
    if point is None or body_of(point) is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    form, number = KioskForm(request.POST or None), ""
    if request.method == "POST":
        throttle.refuse_if_over(request, "home-service", TRIES_A_MINUTE)
        throttle.count(request, "home-service")
        if form.is_valid():
            with form.refusals():
                number = _asked_at_kiosk(point, form)
    context = {
        "point": point, "form": form, "number": number, "base": settings.YIMEN_KIOSK_FRAME,
        "home": _home(point), "age": settings.YIMEN_HOME_SERVICE["age"],
    }  # fmt: skip
    return render(request, "homeservice/kiosk.html", context, status=form.http_status)


def _home(point: ServicePoint) -> str:
    try:
        return reverse("counters:kiosk", args=[point.pk])
    except NoReverseMatch:
        return "/"


def _asked_at_kiosk(point: ServicePoint, form: KioskForm) -> str:
    clean = form.cleaned_data
    made = actions.ask_for_other(
        point, Wish(hard_to_move=clean["hard_to_move"]), name=clean["name"], phone=clean["phone"],
        birth=clean["birth"], channel=Visit.Channel.KIOSK, by=system(point.street, "kiosk"), at=now(),
    )  # fmt: skip
    return made.number
