"""The address search: typed in part, found over the community's own house numbers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from yimen.hotline.views import for_operators
from yimen.look.language import pick
from yimen.places.queries import find_buildings
from yimen.places.rules import rest_of, typed_address

LONGEST = 100


def found(typed: str, street: str = "") -> list[dict[str, Any]]:
    """What a list shows of each: the address with the room that was typed, and its committee."""
    typed = typed.strip()[:LONGEST]
    parts = typed_address(typed)
    return [
        {
            "text": b.text + rest_of(parts, lane=b.lane, number=b.number),
            "place": b.division_id,
            "committee": pick({"zh": b.division.name, "en": b.division.name_en}),
        }
        for b in find_buildings(typed, street)
    ]


@require_safe
@for_operators
def desk(request: HttpRequest) -> JsonResponse:
    """For the operator: of the own street."""
    items = found(request.GET.get("q", ""), request.actor.street)  # type: ignore[attr-defined]
    return JsonResponse({"items": items})


@require_safe
@login_not_required
def public(request: HttpRequest) -> JsonResponse:
    """For the public form: of every street. House numbers are no secret; nobody's name is here."""
    return JsonResponse({"items": found(request.GET.get("q", ""))})
