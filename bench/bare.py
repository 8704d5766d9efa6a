"""The bare reference: a Django view that runs the floor's SQL and does nothing else.

The same web server, workers, driver, pool and database options as the product; no middleware, no
models, no rules. The parameters come ready-made in the body.
"""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

from yimen.config import serve
from yimen.config.admission import Admission
from yimen.config.database import databases

VAR = Path(os.environ.get("YIMEN_DATA", "."))
if not settings.configured:
    settings.configure(
        ALLOWED_HOSTS=["127.0.0.1", "localhost"],
        DATABASES=databases(VAR),
        INSTALLED_APPS=[],
        MIDDLEWARE=[],
        ROOT_URLCONF=__name__,
        SECRET_KEY="bare",
        USE_TZ=True,
        DATA_UPLOAD_MAX_MEMORY_SIZE=None,
    )
_texts: dict[str, list[str]] = {}


def texts(kind: str) -> list[str]:
    """The floor's statements of this kind, read once."""
    if kind not in _texts:
        _texts[kind] = json.loads((VAR / f"{kind}.sql.json").read_text(encoding="utf-8"))
    return _texts[kind]


def run(request: HttpRequest, kind: str) -> HttpResponse:
    """Execute `[[index of the statement, parameters], ...]`; rows of the last come back. What
    stands between BEGIN and COMMIT is one transaction, as Django makes it."""
    known, steps = texts(kind), orjson.loads(request.body)
    rows: list[Any] = []
    whole = known[steps[0][0]] == "BEGIN"
    try:
        with transaction.atomic() if whole else nullcontext(), connection.cursor() as cursor:
            for index, params in steps[1:-1] if whole else steps:
                cursor.execute(known[index], params)
                rows = cursor.fetchall() if cursor.description else rows
    except DatabaseError as error:
        return said(str(error).encode(), 500)
    return said(orjson.dumps(rows, default=str))


def said(content: bytes, status: int = 200) -> HttpResponse:
    answer = HttpResponse(content, status=status, content_type="application/json")
    answer.headers["Content-Length"] = str(len(content))
    return answer


def well(request: HttpRequest) -> HttpResponse:
    return said(b"ok")


urlpatterns = [path("sql/<slug:kind>", run), path("healthz", well)]
application = Admission(get_wsgi_application(), at_once=int(os.environ[serve.AT_ONCE]))
