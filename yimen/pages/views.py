"""The doors: residents, desk, search; what a public site says about itself; errors."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Unseen
from yimen.lib.time import now, today
from yimen.look.dates import cn_date, cn_weekday
from yimen.look.navigation import entries
from yimen.look.problems import error_400, error_403, error_404, error_500
from yimen.notices.queries import everywhere
from yimen.pages import queries
from yimen.places.queries import centre_cards

__all__ = ["error_400", "error_403", "error_404", "error_500"]


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined, no-any-return]


def _staff(request: HttpRequest) -> Actor:
    """Only staff see the desk; for everybody else it is not there."""
    actor = _actor(request)
    if actor.kind != "staff":
        raise Unseen("desk")
    return actor


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The residents' front page: one question, and what people come for most."""
    context = {
        "said": list(everywhere(now())[:3]),
        "cards": centre_cards()[:4],
        "centres_url": reverse("places:centres"),
        "events": queries.life_events(),
        "popular": queries.popular(),
        "asked": [_("老人卡"), _("孩子上户口"), _("居住证"), _("失业金"), _("医保报销")],
    }
    return render(request, "pages/home.html", context)


@require_safe
def arrive(request: HttpRequest) -> HttpResponse:
    """After signing in everybody stands before the right door."""
    actor = _actor(request)
    unit = "hotline:jobs" if actor.can(Can.SERVE) else "custody:parcels"
    doors = {"staff": "pages:desk", "resident": "cases:mine", "partner": unit}
    return redirect(doors.get(actor.kind, "pages:home"))


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The desk's landing page: a tile for everything that one's seats allow."""
    actor = _staff(request)
    tiles = [
        {"entry": entry, "figure": entry.figure(actor) if entry.figure else None}
        for entry in entries(actor)
    ]
    day = f"{cn_date(today())} {cn_weekday(today())}"
    return render(request, "pages/desk.html", {"tiles": tiles, "today": day})


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Everything that the actor may see, by number, name or word. A scanned number opens. The box
    sends by POST, so that no name or number of a person stands in an address or a log."""
    actor = _staff(request)
    asked = request.POST if request.method == "POST" else request.GET
    text = asked.get("q", "").strip()
    hits = queries.search(actor, text)
    href = queries.straight_to(hits)
    if href:
        return redirect(href)
    context = {"text": text, "groups": queries.grouped(hits), "number": len(hits)}
    return render(request, "pages/search.html", context)


@login_not_required
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/about.html")


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")
