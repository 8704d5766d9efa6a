"""Who asks: `request.actor`, from the session or from a bearer token, once per request."""

from __future__ import annotations

import json
from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from yimen.bodies.queries import actor_for
from yimen.lib.actor import Actor
from yimen.lib.time import now
from yimen.look.problems import document
from yimen.people.actions import touch_token
from yimen.people.models import Account, Token
from yimen.people.rules import token_digest

BEARER = "bearer"


def bearer_of(request: HttpRequest) -> str | None:
    """The token in the Authorization header; None when there is no such header."""
    scheme, _space, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if scheme.lower() == BEARER else None


def account_of_token(token: str) -> Account | None:
    """The active account behind a token, or nobody."""
    found = (
        Token.objects.select_related("account")
        .filter(digest=token_digest(token), revoked_at=None, account__is_active=True)
        .first()
    )
    if found is None:
        return None
    touch_token(found, at=now())
    return found.account


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
        token = bearer_of(request)
        request.by_token = token is not None  # type: ignore[attr-defined]
        if token is not None:
            account = account_of_token(token)
            if account is None:
                return unauthorised()
            request.user = account
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: _resolve(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _resolve(request: HttpRequest) -> Actor:
    user = request.user
    return actor_for(None if isinstance(user, AnonymousUser) else user)
