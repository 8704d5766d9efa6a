"""POST requests: somebody asks by GeoReport. With a key it is the account of that token who asks,
without one anybody may, a few times a minute; a cookie never counts, so no token against forged
forms is needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yimen.bodies.queries import bearer_of
from yimen.cases.dossier import Dossier
from yimen.hotline import actions, perms
from yimen.hotline.actions import Taken
from yimen.hotline.needs import Need
from yimen.hotline.open311.asking import Wrong
from yimen.lib.actor import ANONYMOUS, Actor, system
from yimen.lib.errors import FieldError, Forbidden, Invalid, Unseen
from yimen.lib.time import now
from yimen.look import throttle
from yimen.people.rules import token_digest
from yimen.places.models import Division
from yimen.places.queries import find_buildings

ANYBODY, KEYED = 5, 60  # requests a minute: of an address without key, of an account
LONGEST = 4000  # as the specification has it
# Our names of what was wrong, in the client's words.
THEIRS = {
    "need": "service_code", "what": "description", "where": "address_string",
    "place": "address_id", "name": "first_name", "party": "api_key",
}  # fmt: skip


def who_asks(request: HttpRequest) -> Actor:
    """The account behind the key; nobody where there is none. A wrong key is refused, never read as
    no key."""
    key = request.POST.get("api_key", "").strip()
    if key:
        found = bearer_of(token_digest(key))
        if found is None:
            raise Forbidden("api_key", "api_key: " + _("没有或者不对。"))
        return found[1]
    if request.by_token:
        return request.actor
    if not settings.YIMEN_OPEN311_ANONYMOUS:
        raise Forbidden("api_key", "api_key: " + _("没有或者不对。"))
    return ANONYMOUS


def post(request: HttpRequest, offered: Mapping[str, Need], street: str) -> Dossier:
    """Take the request, or raise what is wrong with it."""
    who = who_asks(request)
    limit, account = (KEYED, who.account) if who.account else (ANYBODY, None)
    throttle.refuse_if_over(request, "open311", limit, account=account)
    throttle.count(request, "open311", account=account)
    said = request.POST
    need = offered.get(said.get("service_code", ""))
    if need is None:
        raise _no_service(said.get("service_code", ""))
    asked = _asked(said, need, _place(said, street or who.street), who)
    try:
        return _take(asked, who)
    except Invalid as wrong:
        errors = [
            FieldError(THEIRS.get(e.field, e.field), e.message, e.remedy) for e in wrong.errors
        ]
        raise Invalid(wrong.code, wrong.detail, tuple(errors)) from wrong


def _take(asked: Taken, who: Actor) -> Dossier:
    """Residents ask for themselves, operators as on the telephone; for everybody else the line takes
    it down."""
    if who.kind == "resident" or perms.operates(who):
        channel = "web" if who.kind == "resident" else "phone"
        return actions.take(asked, by=who, at=now(), channel=channel)
    return actions.take(asked, by=system(asked.place[:9], "open311"), at=now(), channel="web")


def _no_service(code: str) -> Exception:
    if not code:
        return Wrong("service_code: " + _("没有写。"))
    text = _("没有这项服务。有生命危险请打 110、119、120；投诉请打求助热线。")
    return Unseen("service", f"service_code: {text}")


def _asked(said: Mapping[str, str], need: Need, place: str, who: Actor) -> Taken:
    text = said.get("description", "").strip()
    if len(text) > LONGEST:
        raise Wrong("description: " + _("最多 %(n)d 个字。") % {"n": LONGEST})
    picture = said.get("media_url", "").strip()[:500]
    what = "\n".join(filter(None, (text or need.zh, picture)))
    name = f"{said.get('last_name', '')}{said.get('first_name', '')}".strip()[:60]
    own = who.kind == "resident"
    return Taken(
        need=need.code, what=what[:LONGEST], where=_where(said), place=place,
        party=who.party if own else None, name="" if own else name,
        phone="" if own else said.get("phone", "").strip()[:30],
        secret=said.get("attribute[secret]") == "yes",
    )  # fmt: skip


def _where(said: Mapping[str, str]) -> str:
    """The address in words, with the coordinates where they were sent."""
    point = ""
    if said.get("lat") or said.get("long"):
        point = f"({_degree(said, 'lat', 90)}, {_degree(said, 'long', 180)})"
    return " ".join(filter(None, (said.get("address_string", "").strip()[:160], point)))


def _degree(said: Mapping[str, str], name: str, most: int) -> str:
    text = said.get(name, "").strip()
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", text) or abs(float(text)) > most:
        raise Wrong(f"{name}: " + _("请写 -%(n)d 到 %(n)d 的度数。") % {"n": most})
    return f"{float(text):.6f}"


def _place(said: Mapping[str, str], street: str) -> str:
    """The division: named by `address_id` or the attribute, found by the address, else the street."""
    named = [said.get("attribute[committee]", ""), said.get("address_id", "")]
    code = next((text.strip() for text in named if text.strip()), "")
    if code:
        known = Division.objects.filter(code=code, level__in=["street", "committee"]).exists()
        if not known or not code.startswith(street):
            raise Wrong("address_id: " + _("没有这个代码。"))
        return code
    typed = said.get("address_string", "").strip()
    if not typed and not (said.get("lat") and said.get("long")):
        raise Wrong(
            "address_string: " + _("请写在哪里：address_string、address_id，或 lat 和 long。")
        )
    found: list[Any] = find_buildings(typed[:100], street, limit=1) if typed else []
    if not found and not street:
        raise Wrong("jurisdiction_id: " + _("没有写，从地址也看不出是哪个街道。"))
    return str(found[0].division_id) if found else street
