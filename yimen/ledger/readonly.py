"""GET cannot write: while a safe request is answered, the connection refuses anything else.

What may be written during a GET (sessions, rate limits, the log of who looked at personal data)
goes through the second alias `journal`, which this guard leaves alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve

SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
READS = (
    "SELECT",
    "WITH",
    "EXPLAIN",
    "SHOW",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "FETCH",
    "CLOSE",
    "DECLARE",
    "SET LOCAL",
)


class WroteDuringGet(RuntimeError):
    """A page that only shows tried to change something: a defect, never a user's mistake."""


def refuse_writes(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Let reads through; refuse the rest. Locks (FOR UPDATE) count as writes."""
    text = str(sql).lstrip("( \n\t").upper()
    writes = not text.startswith(READS) or " FOR UPDATE" in text
    if text.startswith("WITH") and any(w in text for w in ("INSERT INTO", "UPDATE ", "DELETE ")):
        writes = True
    if writes:
        raise WroteDuringGet(text[:80])
    return execute(sql, params, many, context)


def _is_named(request: HttpRequest) -> bool:
    """One of the few addresses of others' making that write on GET (settings.YIMEN_WRITES_ON_GET):
    each is kept from crawlers and previews by what must come with it, a state or a session."""
    try:
        return resolve(request.path_info).view_name in settings.YIMEN_WRITES_ON_GET
    except Http404:
        return False


class ReadOnlyMiddleware:
    """Wrap the default connection during safe methods."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in SAFE_METHODS or _is_named(request):
            return self.get_response(request)
        with connection.execute_wrapper(refuse_writes):
            return self.get_response(request)
