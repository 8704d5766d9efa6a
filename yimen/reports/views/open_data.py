"""Open data: what is offered, and the two files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yimen.lib.time import today
from yimen.look import throttle
from yimen.reports import open_data
from yimen.reports.rules import FEWEST

A_MINUTE = 20


@login_not_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What is offered, what its columns mean, what may be done with it."""
    context = {
        "months": open_data.months(today()),
        "columns": open_data.COLUMNS,
        "fewest": FEWEST,
        "licence": settings.YIMEN_OPEN_DATA_LICENCE,
    }
    return render(request, "reports/open_data.html", context)


@login_not_required
@require_safe
def requests_csv(request: HttpRequest) -> StreamingHttpResponse:
    return _file(request, open_data.as_csv, "text/csv; charset=utf-8", "csv")


@login_not_required
@require_safe
def requests_json(request: HttpRequest) -> StreamingHttpResponse:
    return _file(request, open_data.as_json, "application/json", "json")


def _file(
    request: HttpRequest, make: Callable[[date], Iterator[bytes]], kind: str, end: str
) -> StreamingHttpResponse:
    throttle.refuse_if_over(request, "open_data", A_MINUTE)
    throttle.count(request, "open_data")
    month = _month(request.GET.get("month", ""))
    answer = StreamingHttpResponse(make(month), content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="requests-{month:%Y-%m}.{end}"'
    return answer


def _month(said: str) -> date:
    """The month asked for, the last whole one where none is. One that is not over is not there."""
    last = open_data.months(today(), 1)[0]
    if not said:
        return last
    try:
        month = date.fromisoformat(f"{said}-01")
    except ValueError as error:
        raise Http404 from error
    if month > last or month.year < 1990:
        raise Http404
    return month
