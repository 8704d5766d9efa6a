"""How many windows a day needs: advice with its reasons, what-if, and how often it held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yimen.counters import forecasts, staffing
from yimen.counters.forms import StaffingForm
from yimen.counters.models import Window
from yimen.counters.staffing import Advice, Played, Slot
from yimen.counters.views.figures import hall_of
from yimen.lib.time import today

CHART_H, COLUMN = 120, 24  # units of the drawing


@require_safe
def advice(request: HttpRequest, centre: str) -> HttpResponse:
    """The advice for a day, tomorrow unless another is asked for."""
    point = hall_of(request, centre)
    form = StaffingForm({"day": today() + timedelta(days=1), **request.GET.dict()})
    asked = form.chosen()
    day = asked.get("day") or today() + timedelta(days=1)
    expected = forecasts.forecast(point, day, before=min(day, today()))
    plan, played = _plan(expected, asked)
    windows = Window.objects.filter(centre=point, is_active=True).count()
    context: dict[str, Any] = {
        "point": point, "day": day, "expected": expected, "played": played, "windows": windows,
        "rows": [{"one": one, "seen": played.share_of(one.slot.number)} for one in plan],
        "most": max((one.windows for one in plan), default=0), "chart": _chart(plan),
        "held": forecasts.held_out(point, before=today()) if "check" in request.GET else None,
        "form": form,
        "asked": {k: v for k, v in asked.items() if k != "day"},
    }  # fmt: skip
    return render(request, "counters/staffing.html", context, status=form.http_status)


def _plan(expected: forecasts.Forecast, asked: dict[str, Any]) -> tuple[list[Advice], Played]:
    """The plan for what is expected, as somebody imagines it otherwise."""
    more = 1 + asked.get("arrivals", 0) / 100
    slower = 1 + asked.get("service", 0) / 100
    slots = [Slot(s.number, s.arrivals * more) for s in expected.slots]
    services = [s * slower for s in expected.services]
    seed = expected.day.toordinal()
    if not (windows := asked.get("windows")):
        return staffing.advise(slots, services, seed=seed)
    plan = staffing.with_windows(slots, expected.service_s * slower, windows)
    return plan, staffing.play(plan, services, seed=seed)


def _chart(plan: list[Advice]) -> dict[str, Any]:
    """Bars of who comes and steps of windows, drawn to one height each."""
    people = max((one.slot.arrivals for one in plan), default=0) or 1
    windows = max((one.windows for one in plan), default=0) or 1
    bars, line = [], []
    for n, one in enumerate(plan):
        x, share = n * COLUMN, one.slot.arrivals / people
        clock = one.slot.clock if one.slot.number % 2 == 0 else ""
        height = round(CHART_H * share, 1)
        bars.append({"x": x, "y": round(CHART_H - height, 1), "height": height, "clock": clock})
        step = round(CHART_H * (1 - one.windows / windows) + 1, 1)
        line.append(f"{x},{step} {x + COLUMN},{step}")
    return {
        "bars": bars, "line": " ".join(line), "width": len(plan) * COLUMN, "column": COLUMN - 3,
    }  # fmt: skip
