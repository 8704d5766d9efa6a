"""Pages about results: the answer of the body that acted, the call back, the three rates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bodies.queries import names as body_names
from yimen.files.views import download
from yimen.hotline import actions, perms, queries
from yimen.hotline import behind as figures
from yimen.hotline.actions.objecting import last_day
from yimen.hotline.forms import BackForm, RatesFilter, ReplyForm
from yimen.hotline.jobs import findings, notes_of
from yimen.hotline.jobs import photo as find_photo
from yimen.hotline.kinds import said
from yimen.hotline.models import CallBack, HelpRequest, Line
from yimen.hotline.rules import Asked
from yimen.hotline.views import for_operators
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.time import local, now, today
from yimen.look import paging
from yimen.look.dates import cn_month
from yimen.look.language import pick
from yimen.people.perms import may_see
from yimen.places.queries import names as place_names


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, number: str) -> HttpResponse:
    """The body that acted answers in one go."""
    actor = request.actor
    case = queries.to_answer(actor, number)
    if case is None:
        raise Unseen("request", _("没有这个求助。"))
    form = ReplyForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            data = form.cleaned_data
            actions.reply(number, done=data["done"] == "yes", text=data["text"], by=actor, at=now())
            messages.success(request, _("已答复，由热线回访。"))
            return redirect("cases:detail", number)
    others = HelpRequest.objects.filter(event__case=case).count()
    context = {
        "form": form, "case": case, "title": _("答复求助"), "facts": case.facts,
        "sent": list(queries.sent(case)), "notes": list(notes_of(case)), "others": others,
        "findings": findings(case), "added": list(queries.added(case.help_request)),
    }  # fmt: skip
    return render(request, "hotline/reply.html", context, status=form.http_status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One try to call back."""
    row = get_object_or_404(
        queries.visible_to(request.actor).select_related("case__applicant", "case__lead"), pk=pk
    )
    form = BackForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.call_back(row, **form.facts(), by=request.actor, at=now())
            waits = form.cleaned_data["solved"] == "yes" and queries.unlearned(row).exists()
            said = _("回访已登记。转接的结果知道以后才办结。") if waits else _("回访已登记。")
            messages.success(request, said)
            return redirect("hotline:line")
    return back_page(request, row, form)


def back_page(
    request: HttpRequest, row: HelpRequest, form: BackForm | None = None, **ringing: Any
) -> HttpResponse:
    """What the caller says is written down on the page that rings up."""
    form = form or BackForm()
    tries = CallBack.objects.filter(request=row).select_related("by").order_by("round", "number")
    context = {
        "row": row, "form": form, "tries": list(tries), "due": row.call_back_at is not None,
        "unlearned": list(queries.unlearned(row)), "added": list(queries.added(row)),
        "notes": list(notes_of(row.case)), "findings": findings(row.case), "dials": perms.dials(request.actor), **ringing,
    }  # fmt: skip
    return render(request, "hotline/back.html", context, status=form.http_status)


@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """Response, resolution and satisfaction by body, need, place, line or month (三率)."""
    asked = _asked(request)
    found = queries.rates(request.actor, asked["first"], asked["last"], asked["by"])
    named = _names(asked["by"], list(found))
    total = sum(found.values(), Asked())
    weights = settings.YIMEN_RATE_WEIGHTS
    days = {"first": asked["first"], "last": asked["last"]}
    most = sorted(found.items(), key=lambda item: -item[1].closed)
    if asked["by"] == "month":
        most = sorted(found.items())
    rows = [
        {
            "key": str(key),
            "name": named.get(key, str(key)),
            "asked": one,
            "score": one.score(weights),
            "open": urlencode({"by": asked["by"], "key": key} | days),
        }
        for key, one in most
    ]
    context = {
        **asked, "rows": rows, "total": total, "score": total.score(settings.YIMEN_RATE_WEIGHTS),
        "weights": settings.YIMEN_RATE_WEIGHTS, "form": RatesFilter(initial=asked),
        "runs": perms.runs(request.actor), "whole": urlencode({"by": "all"} | days),
    }  # fmt: skip
    return render(request, "hotline/rates.html", context)


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """What a figure of the rates or of the month counts: requests with what their callers said, or
    calls."""
    asked = _asked(request)
    if request.GET.get("by") == "outcome":
        return _calls(request, asked)
    by = request.GET.get("by", "lead")
    by, of = by if by in figures.PARTS else "lead", request.GET.get("of", "answered")
    key = _key(by, request.GET.get("key", ""))
    page = paging.page(
        figures.requests(
            request.actor, asked["first"], asked["last"], by=by, key=key,
            of=of if of in figures.OF else "answered",
        ).prefetch_related("calls_back__objection"),
        keys=("-taken_at", "-id"), cursor=request.GET.get("cursor"),
    )  # fmt: skip
    name = _("求助") if by == "all" else _names(by, [key]).get(key, str(key))
    context = {
        **asked, "page": page, "name": name, "rows": _shown(page.items),
        "may_object": _may_object(request.actor, page.items),
    }  # fmt: skip
    return render(request, "hotline/behind.html", context)


def _calls(request: HttpRequest, asked: dict[str, Any]) -> HttpResponse:
    """Calls that ended so. Who rang is not said here."""
    outcome = request.GET.get("key", "")
    page = paging.page(
        figures.calls(request.actor, asked["first"], asked["last"], outcome),
        keys=("-rang_at", "-id"), cursor=request.GET.get("cursor"),
    )  # fmt: skip
    rows = [
        {"row": c, "waited": int((c.answered_at - c.rang_at).total_seconds())} for c in page.items
    ]
    context = {**asked, "page": page, "rows": rows, "runs": perms.runs(request.actor)}
    return render(request, "hotline/month_calls.html", context)


def _key(by: str, text: str) -> Any:
    """What an address says of a line: bodies go by id."""
    if by not in ("lead", "month"):
        return text
    try:
        return UUID(text) if by == "lead" else date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _shown(items: list[HelpRequest]) -> list[dict[str, Any]]:
    return [
        {"row": r, "need": said(r.need), "last": [c for c in r.calls_back.all() if c.last]}
        for r in items
    ]


def _may_object(actor: Actor, items: list[HelpRequest]) -> set[UUID]:
    """Calls back that a body of the actor may still object to."""
    backs = [c for row in items for c in row.calls_back.all()]
    return {
        c.pk for c in backs if perms.may_object(actor, c) and local(now()).date() <= last_day(c)
    }


def _asked(request: HttpRequest) -> dict[str, Any]:
    if not perms.watches(request.actor):
        raise Unseen("rates")
    chosen = RatesFilter(request.GET).chosen()
    last = chosen.get("last") or today()
    first = chosen.get("first") or last - timedelta(days=30)
    return {"first": min(first, last), "last": last, "by": chosen.get("by", "lead")}


def _names(by: str, keys: list[Any]) -> dict[Any, str]:
    if by == "lead":
        return {pk: pick(pair) for pk, pair in body_names(keys).items()}
    if by == "place":
        return {code: pick(pair) for code, pair in place_names(keys).items()}
    if by == "month":
        return {key: cn_month(key) for key in keys}
    if by == "line":
        return {key: str(Line(key).label) for key in keys if key in Line.values}
    return {key: said(key) for key in keys}


@require_safe
def photo(request: HttpRequest, number: str, file: UUID) -> HttpResponse:
    """What a partner unit photographed, for whoever reads the request in full."""
    rows = queries.visible_to(request.actor).select_related("case__applicant")
    row = get_object_or_404(rows, case__number=number)
    if request.actor.kind != "staff" or not may_see(request.actor, row.case.applicant):
        raise Unseen("photo")
    return download(find_photo(notes_of(row.case), file), inline=True)
