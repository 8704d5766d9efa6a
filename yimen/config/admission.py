"""How many requests a web process works on at once, how many may wait, and an honest no to the rest.

Without a bound, a rush makes everybody wait for ever longer, and the site stays slow until all who
gave up long ago have been answered. With it, whoever gets in is answered soon, and the rest are
told at once, cheaply and before anything was done, to come back in a moment. The probe of a load
balancer and the style sheet are always let through.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

log = logging.getLogger(__name__)

WAITING = 48  # places in the queue of one process
SPARE = 16  # threads that say no, and answer what is let through
PATIENCE_S = 3.0  # as long as a connection to the database is waited for
RETRY_AFTER_S = 2
ALWAYS = ("/healthz", "/static/")
LOG_EVERY_S = 10.0

_JSON = json.dumps(
    {
        "type": "urn:yimen:problem:busy",
        "title": "现在请求太多",
        "status": 503,
        "detail": "现在请求太多，这一次没有办理任何事情。请过几秒钟再试。"
        " / Too many requests at the moment; nothing was done. Please try again in a few seconds.",
        "errors": [],
    },
    ensure_ascii=False,
).encode()
_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>现在请求太多 / Busy</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>现在请求太多，请稍等</h1>
<p>这一次没有办理任何事情。请过几秒钟刷新本页；刚才在填表的，请返回上一页重新提交，填写的内容还在。</p>
<p lang="en">Busy at the moment. Nothing was done. Please reload in a few seconds; if you were
sending a form, go back and send it again: what you typed is still there.</p></body></html>
""".encode()
_ABOUT = [
    ("Retry-After", str(RETRY_AFTER_S)),
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
]

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


class Admission:
    """A WSGI application in front of another: `at_once` requests inside, `waiting` at the door."""

    def __init__(
        self,
        application: Application,
        *,
        at_once: int,
        waiting: int = WAITING,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.application, self.patience_s = application, patience_s
        self._door = threading.BoundedSemaphore(at_once + waiting)
        self._room = threading.BoundedSemaphore(at_once)
        self._sent_away, self._told_at = 0, 0.0
        self._counting = threading.Lock()

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(ALWAYS):
            return self.application(environ, start_response)
        if not self._door.acquire(blocking=False):
            return self._busy(environ, start_response)
        try:
            if not self._room.acquire(timeout=self.patience_s):
                return self._busy(environ, start_response)
            try:
                return self.application(environ, start_response)
            finally:
                self._room.release()
        finally:
            self._door.release()

    def _busy(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        self._count()
        machine = environ.get("PATH_INFO", "").startswith("/api/")
        sort = "application/problem+json" if machine else "text/html; charset=utf-8"
        body = _JSON if machine else _PAGE
        start_response(
            "503 Service Unavailable",
            [("Content-Type", sort), ("Content-Length", str(len(body))), *_ABOUT],
        )
        return [body]

    def _count(self) -> None:
        """One line a while, not one for each: a rush must not fill the log too."""
        with self._counting:
            self._sent_away += 1
            if time.monotonic() - self._told_at < LOG_EVERY_S:
                return
            log.warning("busy: %d requests were asked to come back", self._sent_away)
            self._sent_away, self._told_at = 0, time.monotonic()
