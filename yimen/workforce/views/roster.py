"""The roster of a place: a week on one page, gaps ahead, planning, print, spreadsheet."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.bodies.queries import centre_body
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now, today
from yimen.look.language import pick
from yimen.look.sessions import step_up
from yimen.look.spreadsheets import as_xlsx
from yimen.places.models import ServicePoint
from yimen.workforce import actions, perms, queries, rules
from yimen.workforce.forms import AssignForm, NeedForm, PlaceForm, SpanForm
from yimen.workforce.models import Duty
from yimen.workforce.views.access import for_staff, form_page, place_for

WEEK = timedelta(days=6)


@require_safe
@for_staff
def roster(request: HttpRequest) -> HttpResponse:
    """The week of a day, at a place; one's own place and this week where nothing is asked."""
    actor = request.actor
    places = list(queries.places_of(actor))
    form = PlaceForm(request.GET or None, actor=actor, initial={"day": today()})
    asked = form.chosen() if form.is_bound else {}
    place = asked.get("place") or (places[0] if places else None)
    if place is None:
        return render(request, "workforce/no_roster.html", {})
    first = rules.week_of(asked.get("day", today()))
    return render(request, "workforce/roster.html", _week(request, place, first, form))


def _week(request: HttpRequest, place: ServicePoint, first: date, form: Any) -> dict[str, Any]:
    last, day = first + WEEK, today()
    may_plan = perms.may_plan(request.actor, place.street)
    ahead = queries.gaps(place, day, day + queries.AHEAD)
    return {
        "form": form,
        "place": place,
        "first": first,
        "last": last,
        "before": first - timedelta(days=7),
        "after": first + timedelta(days=7),
        "today": day,
        "days": _days(place, first, last),
        "rows": _grid(place, first, last),
        "gaps": ahead,
        "missing": sum(one.missing for one in ahead),
        "misfits": queries.misfits(place, day, day + timedelta(days=60)) if may_plan else [],
        "unfit": queries.unfit(place, day, day + timedelta(days=60)) if may_plan else [],
        "provisional": queries.provisional(place.street, first, last),
        "may_plan": may_plan,
        "may_set_up": _may_set_up(request.actor, place),
        "mine": request.actor.account,
        "months": [
            first.replace(day=1),
            (first.replace(day=1) + timedelta(days=32)).replace(day=1),
        ],
    }


def _days(place: ServicePoint, first: date, last: date) -> list[dict[str, Any]]:
    working = queries.calendar_of(place.street).is_working
    return [{"day": d, "off": not working(d)} for d in rules.days_between(first, last)]


def _grid(place: ServicePoint, first: date, last: date) -> list[dict[str, Any]]:
    """A row for each post and shift; a cell for each day, None where the shift is not worked."""
    rows: dict[tuple[UUID, UUID], dict[str, Any]] = {}
    for one in queries.wanted(place, first, last):
        row = rows.setdefault(
            (one.post.pk, one.shift.pk), {"post": one.post, "shift": one.shift, "by_day": {}}
        )
        row["by_day"][one.day] = one
    days = rules.days_between(first, last)
    for row in rows.values():
        row["cells"] = [{"day": d, "one": row["by_day"].get(d)} for d in days]
    return list(rows.values())


@require_safe
@for_staff
def sheet(request: HttpRequest, place: str, month: str) -> HttpResponse:
    """A month to be printed and put on the wall."""
    found, first, last = _month(request, place, month)
    days = [{**one, "rows": []} for one in _days(found, first, last)]
    by_day = {one["day"]: one["rows"] for one in days}
    for wanted in queries.wanted(found, first, last):
        by_day[wanted.day].append(wanted)
    context = {"place": found, "first": first, "days": days,
               "provisional": queries.provisional(found.street, first, last)}  # fmt: skip
    return render(request, "workforce/sheet.html", context)


def _month(request: HttpRequest, place: str, month: str) -> tuple[ServicePoint, date, date]:
    found = place_for(request.actor, place)
    try:
        first = date.fromisoformat(f"{month}-01")
        last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    except (ValueError, OverflowError) as error:
        raise Unseen("month") from error
    return found, first, last


@require_safe
@for_staff
def export(request: HttpRequest, place: str, month: str) -> HttpResponse:
    """The same month as a spreadsheet."""
    step_up(request)
    found, first, last = _month(request, place, month)
    head = [_("日期"), _("岗位"), _("班次"), _("从"), _("到"), _("需要"), _("在岗人员"), _("缺")]
    rows = [
        [one.day, one.post.label, one.shift.label, f"{one.span.begins:%H:%M}",
         f"{one.span.ends:%H:%M}", one.people, _("、").join(names(one.there)), one.missing]
        for one in queries.wanted(found, first, last)
    ]  # fmt: skip
    title = f"{pick({'zh': found.name, 'en': found.name_en})} {month}"
    return as_xlsx(f"roster-{place}", [(_("排班"), [[title], head, *rows])], first)


def names(there: tuple[Duty, ...]) -> list[str]:
    return [d.account.party.name if d.account.party else d.account.username for d in there]


def _planned(request: HttpRequest, place: str) -> ServicePoint:
    found = place_for(request.actor, place)
    if not perms.may_plan(request.actor, found.street):
        raise Forbidden("plan", _("排班由行政助理或中心主任负责。"))
    return found


def _back(place: ServicePoint, day: date) -> HttpResponse:
    return redirect(f"{reverse('workforce:roster')}?place={place.code}&day={day:%Y-%m-%d}")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def assign(request: HttpRequest, place: str) -> HttpResponse:
    """Put one person on duty."""
    found = _planned(request, place)
    begin = {n: request.GET[n] for n in ("post", "shift", "day") if n in request.GET}
    form = AssignForm(request.POST or None, place=found, initial=begin)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            account, post, shift = facts.pop("account"), facts.pop("post"), facts.pop("shift")
            made = actions.assign(account, post, shift, by=request.actor, at=now(), **facts)
            messages.success(request, _("已排 %(n)d 个班。") % {"n": len(made)})
            return _back(found, made[0].day)
    return form_page(request, form, _("排一个班"), _("排班"), back="roster")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def draft(request: HttpRequest, place: str) -> HttpResponse:
    """Fill what is open, up to a year at once."""
    found = _planned(request, place)
    begin = {"first": today(), "last": today() + queries.AHEAD}
    form = SpanForm(request.POST or None, initial=begin)
    if form.is_valid():
        with form.refusals():
            again = "realign" in request.POST
            _draft(request, found, form.cleaned_data, again)
            return _back(found, form.cleaned_data["first"])
    return form_page(request, form, _("自动补排空缺"), _("补排"), back="roster")


def _draft(request: HttpRequest, place: ServicePoint, span: dict[str, date], again: bool) -> None:
    by, at = request.actor, now()
    if again:
        gone, given, left = actions.realign(place, by=by, at=at, **span)
        said = _("取消了 %(gone)d 个不再合适的班，补排 %(given)d 个，还缺 %(left)d 个。")
        messages.success(request, said % {"gone": gone, "given": given, "left": left})
        return
    given, left = actions.draft(place, by=by, at=at, **span)
    said = _("补排了 %(given)d 个班，还缺 %(left)d 个。")
    messages.success(request, said % {"given": given, "left": left})


@require_POST
@for_staff
def drop(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take somebody off."""
    places = queries.places_of(request.actor).values("code")
    found = Duty.objects.filter(pk=id, place__in=places, sort=Duty.Sort.POST).first()
    if found is None:
        raise Unseen("duty")
    dropped = actions.drop(found, by=request.actor, at=now())
    messages.success(request, _("已取消这个班。空缺已列出。"))
    return _back(dropped.place, dropped.day)


def _may_set_up(actor: Actor, place: ServicePoint) -> bool:
    body = centre_body(place.code)
    return body is not None and perms.may_set_up(actor, body.pk, place.street)


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def need(request: HttpRequest, place: str) -> HttpResponse:
    """How many people are needed, from a day on."""
    found = place_for(request.actor, place)
    if not _may_set_up(request.actor, found):
        sentence = _("岗位、班次和人数由中心主任或系统管理员设定。")
        raise Forbidden("set_up", sentence)
    form = NeedForm(request.POST or None, place=found, initial={"valid_from": today()})
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            post, shift = facts.pop("post"), facts.pop("shift")
            actions.set_need(post, shift, by=request.actor, at=now(), **facts)
            messages.success(request, _("人数已设定。"))
            return _back(found, facts["valid_from"])
    return form_page(request, form, _("设定人数"), _("设定"), back="roster")
