"""The machines' door: every house's router under /api/v1/, described by openapi.json.

Who asks is `request.actor`, resolved once by the middleware from a session or a bearer token; an
API write that rests on a cookie must also carry the CSRF token.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import orjson
from django.conf import settings
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder
from ninja.security import APIKeyCookie, HttpBearer

from yimen.config import problem
from yimen.lib.actor import Actor
from yimen.lib.errors import Problem
from yimen.lib.time import local
from yimen.look.problems import from_problem, refuse, unstorable


class Session(APIKeyCookie):
    """Somebody signed in with a browser; writes need the CSRF token as well."""

    def __init__(self) -> None:
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__(csrf=True)

    def _get_key(self, request: HttpRequest) -> str | None:
        """Whoever is not signed in is told so (401), not that a token is missing (403)."""
        return super()._get_key(request) if request.actor.signed_in else None

    def authenticate(self, request: HttpRequest, key: str | None) -> Actor | None:
        actor: Actor = request.actor
        return actor if key and actor.signed_in else None


class Token(HttpBearer):
    """`Authorization: Bearer ...`, checked by the middleware. A wrong token is never helped out by
    a cookie that came along: that would be a way around the CSRF check."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor: Actor = request.actor
        if not (actor.signed_in and request.by_token):
            raise AuthenticationError()
        return actor


PROBLEM_SCHEMA = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "remedy": {"type": "string"},
                },
            },
        },
    },
}
REFUSALS = {
    400: "The request could not be read",
    401: "Not signed in",
    403: "Seen, but this account may not act",
    404: "Not there, or not to be seen by this account",
    409: "The rule says not now",
    412: "Somebody changed it in between",
    422: "A field is wrong",
    429: "Too many attempts; see Retry-After",
    503: "The database does not answer; see Retry-After, repeat with the same Idempotency-Key",
    507: "No room on the server's disk: nothing was kept",
}


class Json(BaseRenderer):
    """Readable UTF-8, and every moment as a Chinese clock shows it (+08:00)."""

    media_type = "application/json"
    others = NinjaJSONEncoder()

    def _plain(self, value: Any) -> Any:
        if isinstance(value, datetime):
            return local(value).isoformat()
        return self.others.default(value)

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> bytes:
        return orjson.dumps(data, default=self._plain, option=orjson.OPT_PASSTHROUGH_DATETIME)


class Door(NinjaAPI):
    """NinjaAPI that also describes how it says no (ninja documents only success)."""

    def get_openapi_schema(self, **kwargs: Any) -> Any:
        schema = super().get_openapi_schema(**kwargs)
        parts = schema.setdefault("components", {}).setdefault("schemas", {})
        parts["Problem"] = PROBLEM_SCHEMA
        body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
        for methods in schema["paths"].values():
            for operation in methods.values():
                answers = operation.setdefault("responses", {})
                for status, text in REFUSALS.items():
                    answers.setdefault(status, {"description": text, "content": body})
        return schema


api = Door(
    title="Yimen 一门",
    version="1",
    description="One door for public affairs. Errors are application/problem+json (RFC 9457).",
    urls_namespace="api",
    auth=[Token(), Session()],
    renderer=Json(),
    docs_url="docs",
    openapi_url="openapi.json",
)


@api.exception_handler(Problem)
def refused(request: HttpRequest, error: Problem) -> HttpResponse:
    """What a house refuses."""
    return from_problem(request, error)


@api.exception_handler(ValidationError)
def wrong_fields(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What the types refuse."""
    return problem.from_validation(request, error.errors)


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No account behind the request."""
    return problem.not_signed_in(request)


@api.exception_handler(DataError)
def too_much(request: HttpRequest, error: DataError) -> HttpResponse:
    """What the types let pass and no column can hold."""
    return unstorable(request)


@api.exception_handler(Throttled)
def too_often(request: HttpRequest, error: Throttled) -> HttpResponse:
    """More than a rate allows."""
    response = refuse(request, 429, code="too-many-attempts")
    response.headers["Retry-After"] = str(error.wait or 60)
    return response


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    """Everything else that ninja refuses (an unreadable body, a missing CSRF token)."""
    return refuse(request, error.status_code)


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    """Nothing there, or not for these eyes: the same words."""
    return refuse(request, 404, code="not-found")


# A house may hang its operations on the router of a house below (POST /cases on that of cases):
# one address is one path in one router, whichever verbs it knows.
_routers = [
    import_module(f"yimen.{house}.api").router
    for house in settings.HOUSES
    if find_spec(f"yimen.{house}.api")
]
for _router in dict.fromkeys(_routers):
    api.add_router("", _router)


View = Callable[..., HttpResponse]


def _one_of(views: list[View]) -> View:
    """Several houses may answer one path, each with its own methods: the first that knows the
    method answers. Exempt from the redirect to the sign-in page: the API says 401 itself."""

    @wraps(views[0])
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allowed: list[str] = []
        for view in views:
            response = view(request, *args, **kwargs)
            if response.status_code != 405:
                return response
            allowed += response.headers.get("Allow", "").split(", ")
        spoken = refuse(request, 405, code="method-not-allowed")
        spoken.headers["Allow"] = ", ".join(sorted(set(filter(None, allowed))))
        return spoken

    wrapper.login_required = False  # type: ignore[attr-defined]
    return wrapper


def door() -> tuple[Any, ...]:
    """The urls of the whole API, one view for each path."""
    patterns, app_name, namespace = api.urls
    views: dict[str, list[View]] = {}
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            views.setdefault(str(pattern.pattern), []).append(pattern.callback)
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = _one_of(views[str(pattern.pattern)])
    return patterns, app_name, namespace
