"""Pages of the line's roster: the coming two weeks with their holes, whom to ring at night."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yimen.hotline import actions, duty, perms
from yimen.hotline.holes import Why
from yimen.hotline.views import for_operators
from yimen.lib.errors import Unseen
from yimen.lib.time import now, today
from yimen.look.sessions import step_up
from yimen.people.perms import may_disclose
from yimen.workforce.perms import may_plan

WHY = {
    Why.SEAT: _("现在应该在岗"), Why.STANDBY: _("在家备班"), Why.NEXT: _("接下一班"),
    Why.RESTED: _("已经休息好"), Why.TIRED: _("刚下班，最后才找"), Why.HEAD: _("负责人"),
}  # fmt: skip


@require_safe
def duty_page(request: HttpRequest) -> HttpResponse:
    """Fourteen days: who sits when, and where nobody does."""
    if not perms.watches(request.actor):
        raise Unseen("duty")
    return _page(request)


def _page(request: HttpRequest, shown: dict[UUID, str] | None = None) -> HttpResponse:
    actor, at = request.actor, now()
    places = [
        {"place": place, "days": (days := duty.fortnight(place, at)),
         "holes": [h for day in days for h in day.holes]}
        for place in duty.places(actor.street)
    ]  # fmt: skip
    context = {
        "places": places, "today": today(), "post": settings.YIMEN_LINE_POSTS["seat"],
        "may_plan": may_plan(actor, actor.street),
        "list": _call_out(request, shown or {}) if perms.operates(actor) else [],
        "reasons": perms.RING_UP.items(),
    }  # fmt: skip
    response = render(request, "hotline/duty.html", context)
    if shown:
        response.headers["Cache-Control"] = "no-store"
    return response


def _call_out(request: HttpRequest, shown: dict[UUID, str]) -> list[dict[str, Any]]:
    return [
        {"who": who, "why": WHY[why], "number": shown.get(who.pk, ""),
         "may": may_disclose(request.actor, who.party)}
        for who, why in duty.call_out(request.actor.street, now())
        if who.party and who.party.phone_mask
    ]  # fmt: skip


@require_POST
@for_operators
def ring_up(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one colleague's number, this once, on record."""
    step_up(request)
    reason = request.POST.get("reason", "")
    number = actions.ring_up(pk, reason=reason, by=request.actor, at=now())
    return _page(request, {pk: number})
