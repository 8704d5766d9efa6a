"""The month of the help line on one sheet, and its days as data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yimen.bodies.queries import names as body_names
from yimen.hotline import perms, queries, reckoning
from yimen.hotline.behind import GOING_ON
from yimen.hotline.kinds import said
from yimen.hotline.models import HelpRequest, Line, LineCall
from yimen.hotline.needs import tree
from yimen.hotline.rules import Asked
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.time import today
from yimen.look.forms import FilterForm
from yimen.look.language import pick
from yimen.look.sessions import step_up
from yimen.look.spreadsheets import as_csv
from yimen.places.queries import names as place_names

MOST_DAYS = 366


class MonthFilter(FilterForm):
    month = forms.DateField(
        label=_("月份"), input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )  # fmt: skip


class DaysFilter(FilterForm):
    first = forms.DateField(required=False)
    last = forms.DateField(required=False)


@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """Calls, requests, rates, second rounds and objections of a month; reckoned from the record
    once more, so that whoever signs it knows that the two agree. What complains of the reader's own
    body is not counted: every figure opens what it counts."""
    if not perms.runs(request.actor):
        raise Unseen("month")
    chosen = MonthFilter(request.GET).chosen().get("month")
    first = (chosen or today().replace(day=1) - timedelta(days=1)).replace(day=1)
    last = _end(first)
    street = request.actor.street
    seen = queries.visible_to(request.actor).filter(street=street)
    rows = queries.answered(seen, first, last)
    by_lead = queries.counted(rows, "lead")
    names = {pk: pick(pair) for pk, pair in body_names(list(by_lead)).items()}
    total = sum(by_lead.values(), Asked())
    weights = settings.YIMEN_RATE_WEIGHTS
    days = f"first={first}&last={last}"
    context = {
        "days": days, "whole": f"by=all&{days}",
        "first": first, "last": last, "form": MonthFilter(initial={"month": first}),
        "calls": _calls(request.actor, first, last), "taken": _taken(seen, first, last),
        "leads": [
            {"name": names.get(k, str(k)), "asked": a, "score": a.score(weights),
             "open": f"by=lead&key={k}&{days}"}
            for k, a in sorted(by_lead.items(), key=lambda item: -item[1].closed)
        ],
        "total": total, "score": total.score(weights),
        "differences": [
            *reckoning.differences(street, first, last, seen),
            *reckoning.differing_calls(street, first, last),
        ],
        "objections": queries.objections(request.actor).filter(
            at__date__range=(first, last)
        ).aggregate(n=Count("pk"), upheld=Count("pk", filter=Q(upheld=True))),
    }  # fmt: skip
    return render(request, "hotline/month.html", context)


def _end(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def _calls(actor: Actor, first: date, last: date) -> dict[str, Any]:
    """How the month's calls ended, how many were picked up in time."""
    rows = queries.incoming(actor.street).filter(queries.of_others(actor))
    rows = rows.filter(rang_at__date__range=(first, last))
    in_time = timedelta(seconds=settings.YIMEN_LINE_MEASURES["within_s"])
    waited = ExpressionWrapper(F("answered_at") - F("rang_at"), output_field=DurationField())
    rows = rows.annotate(waited=waited)
    sums = rows.aggregate(
        n=Count("pk"), quick=Count("pk", filter=Q(waited__lte=in_time)), mean=Avg("waited")
    )
    ended = rows.order_by().values_list("outcome").annotate(n=Count("pk")).order_by("-n")
    labels = dict(LineCall.Outcome.choices)
    kinds = [
        (labels.get(outcome, _now("还在通话")), n, outcome or GOING_ON) for outcome, n in ended
    ]
    share = sums["quick"] / sums["n"] if sums["n"] else None
    within = settings.YIMEN_LINE_MEASURES["within_s"]
    return {"n": sums["n"], "quick": share, "within": within, "ended": kinds}


def _taken(seen: QuerySet[HelpRequest], first: date, last: date) -> dict[str, Any]:
    """What was asked for, by branch of the tree, by place and by line."""
    rows = seen.filter(taken_at__date__range=(first, last)).order_by()
    branches: dict[str, int] = {}
    for need, n in rows.values_list("need").annotate(n=Count("pk")):
        branch = need.partition(".")[0]
        branches[branch] = branches.get(branch, 0) + n
    places = dict(rows.values_list("place").annotate(n=Count("pk")))
    named = {code: pick(pair) for code, pair in place_names(list(places)).items()}
    lines = dict(rows.values_list("line").annotate(n=Count("pk")))
    sums = rows.aggregate(
        n=Count("pk"), again=Count("pk", filter=Q(case__round__gt=1)),
        same=Count("pk", filter=Q(event__isnull=False)), open=Count("pk", filter=Q(case__closed_at=None)),
    )  # fmt: skip
    return sums | {
        "needs": _most((said(code), n, code) for code, n in branches.items()),
        "places": _most((named.get(code) or code, n, code) for code, n in places.items()),
        "lines": _most(
            (str(Line(key).label), n, key) for key, n in lines.items() if key in Line.values
        ),
    }


def _most(counts: Iterable[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """Name, how many, and the code that opens them, the most first."""
    return sorted(counts, key=lambda item: (-item[1], item[0]))


HEAD = (
    "day", "need", "need_zh", "class", "place", "line", "lead", "taken", "answered", "contacted_in_time",
    "not_asked_back", "second_rounds", "closed",
)  # fmt: skip


@require_safe
def facts(request: HttpRequest) -> HttpResponse:
    """One line for each day, need, place, line and body in charge: what was taken that day and what
    became of it. Codes as in the catalogue; nobody's words."""
    if not perms.runs(request.actor):
        raise Unseen("facts")
    step_up(request)
    chosen = DaysFilter(request.GET).chosen()
    last = chosen.get("last") or today()
    first = min(chosen.get("first") or last - timedelta(days=30), last)
    first = max(first, last - timedelta(days=MOST_DAYS))
    return as_csv("line", HEAD, _days(request.actor, first, last), last)


def _days(actor: Actor, first: date, last: date) -> list[list[Any]]:
    rows: Any = (
        queries.visible_to(actor)
        .filter(street=actor.street, taken_at__date__range=(first, last))
        .order_by()
    )
    answered = Q(case__decided_at__isnull=False) | Q(case__round__gt=1)
    grouped = (
        rows.values_list("taken_at__date", "need", "sort", "place", "line", "case__lead__code")
        .annotate(
            n=Count("pk"), done=Count("pk", filter=answered),
            quick=Count("pk", filter=Q(contacted_in_time=True)),
            left=Count("pk", filter=Q(left_out=True)),
            again=Count("pk", filter=Q(case__round__gt=1)),
            over=Count("pk", filter=Q(case__closed_at__isnull=False)),
        )
        .order_by("taken_at__date", "need", "place", "line", "case__lead__code")
    )  # fmt: skip
    needs = tree()
    return [
        [day, need, needs[need].zh if need in needs else "", sort, place, line, lead, *counts]
        for day, need, sort, place, line, lead, *counts in grouped
    ]
