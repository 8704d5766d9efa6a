"""Routes: the days that are planned, planning one, changing one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bodies.models import Body
from yimen.homeservice import actions, queries
from yimen.homeservice.actions import Told
from yimen.homeservice.forms import LateForm, PlanForm
from yimen.homeservice.models import Half, Route, Stop
from yimen.homeservice.rules import Act
from yimen.homeservice.views.desk import keeper
from yimen.homeservice.words import ACTS
from yimen.lib.errors import Problem, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.lib.time import ZONE, now, today
from yimen.look import paging
from yimen.look.dates import cn_date
from yimen.look.forms import DateField
from yimen.places.models import ServicePoint


@require_safe
def routes(request: HttpRequest) -> HttpResponse:
    """Every route, the latest day first."""
    actor = keeper(request)
    page = paging.page(
        queries.routes_kept_by(actor).select_related("centre"), keys=("-day", "-id"),
        cursor=request.GET.get("cursor"), count=False,
    )  # fmt: skip
    ids = [r.pk for r in page]
    going = queries.people_of(ids)
    stops: dict[UUID, list[Stop]] = {}
    for stop in Stop.objects.filter(route__in=ids).exclude(state=Stop.State.DROPPED):
        stops.setdefault(stop.route_id, []).append(stop)
    rows = [
        (
            r,
            going.get(r.pk, []),
            len(found := stops.get(r.pk, [])),
            sum(not s.is_open for s in found),
        )
        for r in page
    ]
    return render(request, "homeservice/routes.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Plan a half day (`?day=` chooses among whom)."""
    actor = keeper(request)
    centres = queries.centres_kept(actor)
    if not centres:
        raise Unseen("home_service")
    centre, body = _chosen(centres, request.GET.get("centre", ""))
    day = _day(request.POST.get("day") or request.GET.get("day", ""))
    waiting = list(queries.to_plan(body)[:200])
    form = PlanForm(
        request.POST or None, staff=queries.who_can_go(body, day),
        waiting={v.pk: v.number for v in waiting}, least=settings.YIMEN_HOME_SERVICE["people"],
        initial={"day": day, "half": "am", "visits": request.GET.getlist("visit")},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            route = actions.plan(
                centre, day=form.cleaned_data["day"], half=form.cleaned_data["half"],
                going=form.people(), visits=[UUID(v) for v in form.cleaned_data["visits"]],
                by=actor, at=now(),
            )  # fmt: skip
            messages.success(request, _("路线已排好，已经通知居民和上门的人。"))
            return redirect("homeservice:route", route.pk)
    context = {
        "form": form, "waiting": waiting, "centre": centre, "centres": centres,
        "ticked": set(request.POST.getlist("visits") or request.GET.getlist("visit")),
    }  # fmt: skip
    return render(request, "homeservice/route_new.html", context, status=form.http_status)


def _chosen(centres: list[tuple[ServicePoint, Body]], code: str) -> tuple[ServicePoint, Body]:
    return next((pair for pair in centres if pair[0].pk == code), centres[0])


def _day(typed: str) -> Any:
    try:
        return DateField().clean(typed) if typed else today()
    except ValidationError:
        return today()


@require_http_methods(["GET", "HEAD", "POST"])
def route(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One route: its stops in order; POST moves, drops, calls off."""
    actor = keeper(request)
    found = queries.routes_kept_by(actor).select_related("centre").filter(pk=pk).first()
    if found is None:
        raise Unseen("route", _("没有这条路线。"))
    if request.method == "POST":
        _act(request, found)
        return redirect("homeservice:route", pk)
    rows = found.stops.select_related("visit__person", "visit__address").order_by("place")
    stops = list(rows)
    context = {
        "route": found, "stops": stops, "going": queries.people_of([pk]).get(pk, []),
        "title": _("%(day)s %(half)s") % {"day": cn_date(found.day), "half": Half(found.half).label},
        "planned": Stop.State.PLANNED,
        "late": LateForm(auto_id="late_%s"), "open_stops": [s for s in stops if s.is_open],
        "begun": found.is_open and found.day <= today(),
    }  # fmt: skip
    return render(request, "homeservice/route.html", context)


def _act(request: HttpRequest, found: Route) -> None:
    how: dict[str, Any] = {"by": request.actor, "at": now()}  # type: ignore[attr-defined]
    do, _colon, arg = request.POST.get("do", "").partition(":")
    try:
        if do == "call_off":
            actions.call_off(found, **how)
            messages.success(request, _("路线已取消，已经通知居民。"))
            return
        pk = _uuid(arg)
        stop = found.stops.filter(pk=pk).first() if pk else None
        if stop is None:
            raise Refused("stop", _("没有这一站。"))
        if do == "drop":
            actions.drop(stop, **how)
            messages.success(request, _("已取下，已经通知居民另约时间。"))
        elif do == "late":
            _note(request, found, stop)
        elif do in ("up", "down"):
            actions.move(stop, -1 if do == "up" else 1, **how)
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        messages.error(request, str(problem.detail))


def _note(request: HttpRequest, found: Route, stop: Stop) -> None:
    """An act that could not be sent from the way, noted by the desk with its time."""
    form = LateForm(request.POST)
    if not form.is_valid():
        raise Refused("late", _("请选哪一步，写几点几分，例如 9:40。"))
    moment = datetime.combine(found.day, form.cleaned_data["time"], ZONE)
    told = Told(new_id(), Act(form.cleaned_data["act"]), moment)
    actions.step(stop.pk, told, by=request.actor, at=now())  # type: ignore[attr-defined]
    messages.success(request, _("已记下：%(act)s") % {"act": ACTS[told.act]})


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
