"""Problems and places that come back, never people: what was found, its requests, looked into."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yimen.hotline import actions, perms, queries
from yimen.hotline.drawing import months
from yimen.hotline.forms import LookedForm
from yimen.hotline.kinds import said
from yimen.lib.errors import Unseen
from yimen.lib.time import now, today
from yimen.look import paging
from yimen.look.language import pick
from yimen.look.sessions import step_up
from yimen.look.spreadsheets import as_csv
from yimen.places.queries import names as place_names

MONTHS = 6


def _watching(request: HttpRequest) -> None:
    if not perms.watches(request.actor):
        raise Unseen("recurring")


@require_safe
def recurring(request: HttpRequest) -> HttpResponse:
    """What came back often enough lately, with the months before."""
    _watching(request)
    context = {
        "rows": _rows(request), "months": months(today(), MONTHS)[::-1],
        "rule": settings.YIMEN_RECURRING,
    }  # fmt: skip
    return render(request, "hotline/recurring.html", context)


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    found = queries.recurring(request.actor, now(), months(today(), MONTHS)[-1])
    looked = queries.looked_into(request.actor)
    places = place_names([r.place for r in found])
    return [
        {
            "need": r.need, "place": r.place, "need_name": said(r.need), "times": r.times,
            "place_name": pick(places.get(r.place, {"zh": r.place})),
            "months": [r.months.get(m, 0) for m in months(today(), MONTHS)[::-1]],
            "looked": looked.get((r.need, r.place)),
        }
        for r in found
    ]  # fmt: skip


@require_safe
def as_table(request: HttpRequest) -> HttpResponse:
    """The same for a spreadsheet."""
    _watching(request)
    step_up(request)
    head = [_("求助分类"), _("居村委"), _("近来几次"),
            *(f"{m:%Y-%m}" for m in months(today(), MONTHS)[::-1]), _("查看过"), _("查明的情况")]  # fmt: skip
    rows = [
        [
            r["need_name"], r["place_name"], r["times"], *r["months"],
            f"{r['looked'].at:%Y-%m-%d}" if r["looked"] else "",
            r["looked"].note if r["looked"] else "",
        ]
        for r in _rows(request)
    ]  # fmt: skip
    return as_csv("recurring", head, rows, today())


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The requests of one problem at one place, and what was found out about it."""
    _watching(request)
    return _behind(request, LookedForm())


def _behind(request: HttpRequest, form: LookedForm) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    need, place = asked.get("need", ""), asked.get("place", "")
    rows = queries.of_pair(request.actor, need, place)
    page = paging.page(
        rows.select_related("case__lead"), keys=("-taken_at", "-id"),
        cursor=request.GET.get("cursor"),
    )  # fmt: skip
    if not page and not request.GET.get("cursor"):
        raise Unseen("recurring", _("这里没有求助。"))
    context = {
        "need": need, "place": place, "page": page, "form": form,
        "place_name": pick(place_names([place]).get(place, {"zh": place})),
        "notes": list(queries.looks(request.actor).filter(need=need, place=place)[:20]),
        "notes_it": perms.operates(request.actor),
    }  # fmt: skip
    return render(request, "hotline/recurring_one.html", context, status=form.http_status)


@require_POST
def look(request: HttpRequest) -> HttpResponse:
    """Mark it as looked into, with what was found."""
    _watching(request)
    form = LookedForm(request.POST)
    if form.is_valid():
        with form.refusals():
            actions.look_into(**form.cleaned_data, by=request.actor, at=now())
            messages.success(request, _("已记下。"))
            return redirect("hotline:recurring")
    return _behind(request, form)
