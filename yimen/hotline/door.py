"""The door for an exchange that speaks HTTP: signed events (X-Yimen-Time, X-Yimen-Signature: HMAC-SHA256
of time, a dot and the body). Told twice an event changes nothing."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from yimen.hotline.exchange import OPERATORS
from yimen.hotline.models import Ringing
from yimen.lib.errors import Invalid
from yimen.lib.time import now
from yimen.notices.channels.gateway import receipt_of
from yimen.phone.line import number_of


@csrf_exempt
@login_not_required
@require_POST
def event(request: HttpRequest) -> JsonResponse:
    """`ring`, `hangup` and `recording` of a call by the exchange's own id."""
    body = receipt_of(request.body, request.headers, settings.YIMEN_LINE_EVENT_SECRET)
    if body is None:
        return JsonResponse({"detail": "signature"}, status=401)
    try:
        told = {k: str(v) for k, v in json.loads(body).items()}
        return _do(told, now())
    except (ValueError, AttributeError, KeyError, Invalid):
        return JsonResponse({"detail": "event, id, dialled are required"}, status=422)


def _do(told: dict[str, Any], at: datetime) -> JsonResponse:
    lines = settings.YIMEN_HELP_LINES
    called = lines.get(told["dialled"]) or lines.get("*")
    if called is None:
        return JsonResponse({"detail": "no such line"}, status=404)
    if told["event"] == "ring":
        OPERATORS.ring(
            street=called["street"], line=called.get("line", "one"), exchange_id=told["id"],
            number=number_of(told.get("number", "")), at=at,
        )  # fmt: skip
        return JsonResponse({"known": True})
    held = Ringing.objects.filter(street=called["street"], exchange_id=told["id"]).first()
    if held is None:
        return JsonResponse({"known": False}, status=404)
    if told["event"] == "hangup":
        OPERATORS.gone(held.pk, at)
    elif told["event"] == "recording":
        OPERATORS.recorded(held.pk, told["name"], at)
    else:
        raise Invalid("event")
    picked = OPERATORS.picked(held.pk)
    return JsonResponse({"known": True, "dial": picked.dial if picked else ""})
