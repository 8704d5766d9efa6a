"""The wall: numbers, windows, and nothing about anybody."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.counters import queries
from yimen.lib.errors import Unseen
from yimen.places.models import ServicePoint
from yimen.places.queries import centres


@require_safe
@login_not_required
def halls(request: HttpRequest) -> HttpResponse:
    """Which hall's display?"""
    return render(request, "counters/halls.html", {"centres": centres()})


@require_safe
@login_not_required
def wall(request: HttpRequest, centre: str) -> HttpResponse:
    """The display of one hall: live where scripts run, else drawn anew every few seconds."""
    point = _centre(centre)
    shown = queries.snapshot(point.pk)
    return render(
        request, "counters/wall.html",
        {
            "point": point,
            "shown": shown,
            "calls": recent(shown),
            "voice": request.GET.get("voice") == "on",
        },
    )  # fmt: skip


def recent(shown: dict[str, Any]) -> list[dict[str, Any]]:
    """Windows with somebody called to them, the newest call first."""
    called = [w for w in shown["windows"] if w["serving"]]
    return sorted(called, key=lambda w: w["called_at"] or "", reverse=True)


@require_safe
@login_not_required
def snapshot(request: HttpRequest, centre: str) -> HttpResponse:
    """What the display shows, as data: to catch up after a lost connection."""
    return JsonResponse(queries.snapshot(_centre(centre).pk))


def _centre(code: str) -> ServicePoint:
    found = ServicePoint.objects.filter(pk=code, is_open=True).first()
    if found is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    return found
