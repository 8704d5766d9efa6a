"""Convenience facilities: the daily look, made for a phone in the hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bodies.queries import centre_body
from yimen.lib.errors import Forbidden
from yimen.lib.time import now, today
from yimen.places.models import ServicePoint
from yimen.workforce import actions, perms, queries
from yimen.workforce.forms import ChecksForm
from yimen.workforce.views.access import for_staff, place_for


@require_safe
@for_staff
def facilities(request: HttpRequest) -> HttpResponse:
    """The halls of the actor, and whether they were looked at today."""
    rows = [
        {"place": place, "checked": queries.checked(place.code, today()),
         "wrong": queries.not_in_order(place.code, today())}
        for place in queries.places_of(request.actor)
        if queries.facilities(place.code).exists()
    ]  # fmt: skip
    return render(request, "workforce/facilities.html", {"rows": rows})


def _may(request: HttpRequest, place: ServicePoint) -> bool:
    body = centre_body(place.code)
    return perms.checks_facilities(request.actor, body.pk if body else None, place.street)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def check(request: HttpRequest, place: str) -> HttpResponse:
    """One hall: what was found today; to be checked off."""
    found = place_for(request.actor, place)
    may = _may(request, found)
    if request.method == "POST" and not may:
        raise Forbidden("check", _("便民设施由本中心的工作人员检查。"))
    rows, before = list(queries.facilities(found.code)), queries.checks_on(found.code, today())
    form = ChecksForm(rows, before, request.POST if request.method == "POST" else None)
    if form.is_valid():
        with form.refusals():
            wrong = actions.check(found, form.found(), by=request.actor, at=now())
            said = _("已记录。有 %(n)d 项不齐，已告诉行政助理。") % {"n": len(wrong)}
            messages.success(request, said if wrong else _("已记录，全部齐全可用。"))
            return redirect("workforce:check", found.code)
    context = {
        "place": found, "form": form, "may": may, "before": before,
        "last": max((c.at for c in before.values()), default=None),
        "wrong": queries.not_in_order(found.code, today()), "today": today(),
    }  # fmt: skip
    return render(request, "workforce/check.html", context, status=form.http_status)
