"""Pages of the two measures: by day and hour, every figure opens its calls; seats advised."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yimen.hotline import figures, measures, perms
from yimen.hotline.forms import ServiceFilter
from yimen.lib.errors import Unseen
from yimen.lib.time import now, today
from yimen.look import paging

LONGEST = 92  # days in one look


@require_safe
def service(request: HttpRequest) -> HttpResponse:
    """Answered within fifteen seconds, connected over twenty-four hours."""
    first, last = _days(request)
    days = figures.by_day(request.actor, first, last)
    hours = figures.by_hour(request.actor, first, last)
    known = settings.YIMEN_LINE_MEASURES
    context = {
        "days": [(day, days[day], day, day, "") for day in sorted(days, reverse=True)],
        "hours": [(f"{h:02d}:00", hours[h], first, last, h) for h in sorted(hours)],
        "total": measures.total(days.values()), "share": known["share"],
        "within": int(known["within_s"]), "first": first, "last": last,
        "form": ServiceFilter(initial={"first": first, "last": last}),
        "seats": _seats(request),
    }  # fmt: skip
    return render(request, "hotline/service.html", context)


def _seats(request: HttpRequest) -> list[dict[str, Any]]:
    """What the hours of the last four weeks ask for, beside what the roster has."""
    actor, at, known = request.actor, now(), settings.YIMEN_LINE_MEASURES
    last = today() - timedelta(days=1)
    first = last - figures.RECENT + timedelta(days=1)
    hours = figures.by_hour(actor, first, last)
    if not hours:
        return []
    days = len(figures.by_day(actor, first, last))
    calls = measures.profile(days, {hour: rung.came for hour, rung in hours.items()})
    talk = 5 * round(figures.talk_s(actor, at - figures.RECENT) / 5)
    advice = _advised(tuple(calls), talk, known["within_s"], known["share"], last.toordinal())
    there = figures.rostered(actor.street, at)
    return [{"advice": one, "there": there[one.hour]} for one in advice]


@lru_cache(maxsize=64)
def _advised(
    calls: tuple[float, ...], talk: int, wait_s: float, share: float, seed: int
) -> list[measures.Seats]:
    """Played once for the same numbers: a busy street's day takes a second."""
    return measures.advise(calls, max(talk, 5), wait_s=wait_s, share=share, seed=seed)


@require_safe
def calls(request: HttpRequest) -> HttpResponse:
    """The calls behind a figure."""
    first, last = _days(request)
    what = request.GET.get("what", "came")
    hour = request.GET.get("hour", "")
    at = int(hour) if hour.isdigit() and int(hour) < 24 else None
    rows = figures.behind(
        request.actor, first, last, hour=at, what=what if what in figures.WHATS else "came"
    )
    page = paging.page(rows, keys=("-rang_at", "-id"), cursor=request.GET.get("cursor"))
    shown = [
        {"row": r, "waited": int((r.ended_at - r.rang_at).total_seconds()) if r.ended_at else 0}
        for r in page
    ]
    context = {"page": page, "rows": shown, "first": first, "last": last, "hour": at}
    return render(request, "hotline/calls.html", context)


def _days(request: HttpRequest) -> tuple[date, date]:
    if not perms.watches(request.actor):
        raise Unseen("service")
    chosen = ServiceFilter(request.GET).chosen()
    last = chosen.get("last") or today()
    first = min(chosen.get("first") or last - timedelta(days=13), last)
    return max(first, last - timedelta(days=LONGEST)), last
