"""The tablet at a window: whoever was just served says how it was, with one finger. The address
carries the window's key; nobody signs in, and no script is needed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yimen.counters import rated
from yimen.counters.models import Window
from yimen.feedback import actions as feedback
from yimen.feedback.forms import INDICATORS
from yimen.feedback.models import Channel, Level
from yimen.feedback.queries import first_of
from yimen.feedback.rules import indicators_for
from yimen.lib.actor import ANONYMOUS
from yimen.lib.errors import Problem, Refused
from yimen.lib.time import now

IDLE_S, OFFERED_S, SAID_S = 4, 60, 6
LEVELS = {str(value): value for value in Level.values}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def tablet(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Five large buttons while somebody can rate, a greeting otherwise; moves on by itself."""
    window = rated.window_of(code, key)
    if request.method == "POST":
        return _rated(request, window)
    ticket = rated.just_served(window, now())
    if ticket is None:
        return _page(request, window, IDLE_S)
    subject = rated.of_ticket(ticket)
    try:
        feedback.check(subject, first_of(subject))
    except Refused:
        return _page(request, window, IDLE_S)
    return _page(
        request, window, OFFERED_S, ticket=ticket, token=rated.seal(ticket, window),
        levels=sorted(Level.choices, reverse=True), parts=_parts(),
    )  # fmt: skip


def _parts() -> list[tuple[str, Any]]:
    return [(part, INDICATORS[part]) for part in indicators_for(online=False)]


def _page(request: HttpRequest, window: Window, seconds: int, **more: Any) -> HttpResponse:
    status = more.pop("status", 200)
    shown = {"window": window, "point": window.centre, **more}
    response = render(request, "counters/tablet.html", shown, status=status)
    response.headers["Refresh"] = f"{seconds}; url={request.path}"  # without scripts, after a POST
    return response


def _rated(request: HttpRequest, window: Window) -> HttpResponse:
    """The level pressed counts for the reasons ticked before it."""
    subject = rated.unseal(request.POST.get("token", ""), window)
    level = LEVELS.get(request.POST.get("level", ""))
    if subject is None or level is None:
        text = _("页面打开太久了，请重新按一次。")
        return _page(request, window, SAID_S, said=text, status=409)
    reasons = [part for part in request.POST.getlist("reason") if part in dict(_parts())]
    try:
        # whoever stands at the window, not whoever may be signed in on the tablet
        rating = feedback.rate(
            subject, level=level, by=ANONYMOUS, at=now(), channel=Channel.DEVICE,
            indicators=dict.fromkeys(reasons, level),
        )  # fmt: skip
    except Problem as problem:
        return _page(request, window, SAID_S, said=str(problem.detail), status=problem.status)
    return _page(request, window, SAID_S, said=_("谢谢您的评价"), bad=rating.is_bad)
