"""The wall: numbers, windows, and nothing about anybody."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.counters import queries, voice
from yimen.counters.models import Window
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
            "urgent": [one for one in shown["announcements"] if one["urgent"]],
            "sounds": voice.ready(),
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


@require_safe
@login_not_required
def spoken(request: HttpRequest, centre: str, code: str) -> HttpResponse:
    """The call that stands at a window now, as a sound: for displays whose browser has no Mandarin
    voice. Only what is called is said, so nobody can make the server speak."""
    point = _centre(centre)
    window = Window.objects.filter(pk=code, centre=point, is_active=True).first()
    here = queries.at_window(window) if window else None
    sound = voice.call(here.number, window.name) if window and here else None
    if sound is None:
        raise Unseen("sound", _("这个窗口现在没有可以播放的叫号。"))
    response = HttpResponse(sound, content_type="audio/wav")
    response["Cache-Control"] = "no-store"  # the next call has the same address
    return response


def _centre(code: str) -> ServicePoint:
    found = ServicePoint.objects.filter(pk=code, is_open=True).first()
    if found is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    return found
