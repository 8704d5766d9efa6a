"""The public page of centres."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yimen.places import queries


@login_not_required
@require_safe
def centres(request: HttpRequest) -> HttpResponse:
    """Where to go: every centre with its hours, telephone and neighbourhoods."""
    return render(request, "places/centres.html", {"cards": queries.centre_cards()})
