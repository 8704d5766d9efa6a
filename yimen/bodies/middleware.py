"""Who asks: `request.actor`, from the session or from a bearer token, once per request."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from yimen.bodies.queries import actor_for, bearer_of
from yimen.ledger import editions
from yimen.lib.actor import Actor
from yimen.lib.time import now
from yimen.look.problems import document
from yimen.people.actions import touch_token
from yimen.people.rules import token_digest

BEARER = "bearer"


def token_of(request: HttpRequest) -> str | None:
    """The token in the Authorization header; None when there is no such header."""
    scheme, _space, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == BEARER else None


def unauthorised() -> HttpResponse:
    """A wrong token is never helped out by a cookie: 401, as problem+json."""
    detail = _("令牌无效、已撤销，或账号已锁定。请换一个令牌。")
    body = {**document(401, "invalid-token", detail), "title": str(_("请先登录"))}
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False), status=401, content_type="application/problem+json"
    )
    response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


class ActorMiddleware:
    """Set `request.actor`, lazily: a page that asks nobody costs no query. With a token,
    `request.user` is its account, `request.by_token` is true, and no CSRF token is asked for,
    because no browser sends that header by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with editions.one_request():
            token = token_of(request)
            request.by_token = token is not None  # type: ignore[attr-defined]
            if token is None:
                request.actor = SimpleLazyObject(lambda: _resolve(request))  # type: ignore[attr-defined]
                return self.get_response(request)
            found = bearer_of(token_digest(token))
            if found is None:
                return unauthorised()
            known, request.actor = found  # type: ignore[attr-defined]
            touch_token(known, at=now())
            request.user = known.account
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
            return self.get_response(request)


def _resolve(request: HttpRequest) -> Actor:
    user = request.user
    return actor_for(None if isinstance(user, AnonymousUser) else user)
