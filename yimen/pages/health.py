"""Is it well? For a load balancer, for Prometheus, and for whoever is on call.

No personal data, no sign-in. /metrics answers the machine itself, or whoever has its token.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from yimen.clock.queries import latest_version
from yimen.ledger.models import Entry, Errand, Heartbeat
from yimen.lib.time import now

WORKER_LATE_S = 60


@dataclass(frozen=True)
class Health:
    """What was found at one moment. None means: could not be asked, or never seen."""

    database: bool
    heartbeat_age_s: int | None = None
    due_not_warned: int | None = None

    @property
    def ok(self) -> bool:
        """Well: the database answers and the worker lives. Who was forgotten is a figure beside
        it: taking the site away from everybody would not help them."""
        age = self.heartbeat_age_s
        return self.database and age is not None and age <= WORKER_LATE_S


def _due_not_warned(moment: datetime) -> int:
    if not find_spec("yimen.cases.queries"):
        return 0
    return int(import_module("yimen.cases.queries").due_not_warned(moment))


def _outdated() -> int:
    if not find_spec("yimen.cases.queries"):
        return 0
    found = import_module("yimen.cases.queries").outdated(latest_version())
    return int(found.count())


def look() -> Health:
    """Ask the database once for each figure."""
    moment = now()
    try:
        beat = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
        age = None if beat is None else max(0, int((moment - beat).total_seconds()))
        return Health(True, age, _due_not_warned(moment))
    except DatabaseError:
        return Health(False)


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when all is well, else 503 with the same shape."""
    found = look()
    body = {
        "status": "ok" if found.ok else "failing",
        "database": "ok" if found.database else "failing",
        "worker": {"heartbeat_age_s": found.heartbeat_age_s},
        "due_not_warned": found.due_not_warned,
    }
    response = JsonResponse(body, status=200 if found.ok else 503)
    response.headers["Cache-Control"] = "no-store"
    return response


def may_scrape(request: HttpRequest) -> bool:
    """The token where one is set (`Authorization: Token ...`; Bearer is for accounts); else only
    the machine itself, not through a proxy."""
    token = settings.YIMEN_METRICS_TOKEN
    if token:
        given = request.headers.get("Authorization", "").removeprefix("Token ")
        return hmac.compare_digest(given.encode(), token.encode())
    proxied = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1") and not proxied


def _figures() -> list[tuple[str, str, int]]:
    """name, what it is, value."""
    found = look()
    errands = Errand.objects.aggregate(
        waiting=Count("id", Q(state__in=[Errand.State.WAITING, Errand.State.RUNNING])),
        failed=Count("id", Q(state=Errand.State.FAILED)),
    )
    return [
        ("yimen_up", "1 when all is well", int(found.ok)),
        ("yimen_worker_heartbeat_age_seconds", "Age of the worker's last sign of life",
         -1 if found.heartbeat_age_s is None else found.heartbeat_age_s),
        ("yimen_due_not_warned", "Terms past a warning that nobody was told",
         found.due_not_warned or 0),
        ("yimen_cases_under_an_old_calendar", "Open cases not yet recomputed", _outdated()),
        ("yimen_errands_waiting", "Errands not yet done", errands["waiting"]),
        ("yimen_errands_failed", "Errands given up, for a person to look at", errands["failed"]),
        ("yimen_ledger_entries_estimate", "Entries of the ledger, as the planner guesses",
         _estimate(Entry._meta.db_table)),
    ]  # fmt: skip


def _estimate(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = to_regclass(%s)",
            [table],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0


@require_safe
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format. Whoever may not ask learns nothing, not even that it exists."""
    if not may_scrape(request):
        return HttpResponse(status=404)
    lines: list[str] = []
    for name, text, value in _figures():
        lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge", f"{name} {value}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
