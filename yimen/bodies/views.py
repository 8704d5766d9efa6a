"""Pages about bodies: the tree, seats on any day, the matrix, leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yimen.bodies import actions, fields, perms, queries
from yimen.bodies.forms import (
    AppointForm,
    BodyForm,
    DayForm,
    LastDayForm,
    LeaveForm,
    RuleForm,
    SeatForm,
    TryForm,
)
from yimen.bodies.models import Appointment, Body, Cover, MatrixRule
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now, today
from yimen.places.queries import names as place_names

View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    """Whoever does not work here is not told that the page exists."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not perms.may_read(request.actor):
            raise Unseen("bodies")
        return view(request, *args, **kwargs)

    return seen


def for_administrators(view: View) -> View:
    """Staff see that the page exists; only administrators act on it."""

    @wraps(view)
    @for_staff
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not perms.may_arrange(request.actor):
            raise Forbidden("arrange", _("只有本街道的系统管理员可以调整机构、席位和责任表。"))
        return view(request, *args, **kwargs)

    return seen


def _day(request: HttpRequest) -> tuple[DayForm, date]:
    form = DayForm(request.GET or None, initial={"on": today()})
    chosen: date = form.chosen().get("on", today()) if form.is_bound else today()
    return form, chosen


def body_for(actor: Actor, id: UUID) -> Body:
    related = ("parent", "led_by", "guided_by", "funded_by", "service_point")
    found = queries.visible_to(actor).select_related(*related).filter(pk=id).first()
    if found is None:
        raise Unseen("body")
    return found


@require_safe
@for_staff
def bodies(request: HttpRequest) -> HttpResponse:
    """The tree of a day: who leads, who guides, who pays, what is vacant."""
    form, on = _day(request)
    context = {
        "form": form,
        "on": on,
        "groups": _groups(queries.tree(request.actor, on)),
        "vacancies": queries.vacancies(request.actor.street, on),
        "may_arrange": perms.may_arrange(request.actor),
    }
    return render(request, "bodies/bodies.html", context)


def _groups(tree: list[tuple[int, Body]]) -> list[dict[str, Any]]:
    """One's own street first, then the city and its departments."""
    own = [(depth, b) for depth, b in tree if b.street != "0"]
    above = [(depth, b) for depth, b in tree if b.street == "0"]
    named = ((_("本街道"), own), (_("市、区政府和部门"), above))
    return [{"title": title, "rows": rows} for title, rows in named if rows]


@require_safe
@for_staff
def body(request: HttpRequest, id: UUID) -> HttpResponse:
    """One body on a day: its relations, its seats, who could bind it."""
    found = body_for(request.actor, id)
    form, on = _day(request)
    context = {
        "form": form,
        "on": on,
        "body": found,
        "holders": queries.who_could(found.pk, on),
        "seats": list(found.seats.order_by("key")),
        "duties": list(queries.duties_of(found, on)),
        "places": place_names([found.division]),
        "may_arrange": perms.may_arrange(request.actor, found.street),
    }
    return render(request, "bodies/body.html", context)


@for_administrators
def create_body(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    form = BodyForm(request.POST or None, actor=actor, initial={"active_from": today()})
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            made = actions.create_body(actor.street, facts.pop("code"), by=actor, at=now(), **facts)
            messages.success(request, _("机构已设立。接着可以为它设席位。"))
            return redirect("bodies:body", made.pk)
    return _form(request, form, _("设立机构"), _("设立"), "bodies:bodies")


@for_administrators
def create_seat(request: HttpRequest, id: UUID) -> HttpResponse:
    found = body_for(request.actor, id)
    form = SeatForm(request.POST or None, street=found.street)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            actions.create_seat(found, facts.pop("key"), by=request.actor, at=now(), **facts)
            messages.success(request, _("席位已设立。"))
            return redirect("bodies:body", found.pk)
    return _form(request, form, _("设立席位"), _("设立"), "bodies:body", found.pk)


def _form(
    request: HttpRequest, form: Any, title: str, button: str, back: str, *args: Any
) -> HttpResponse:
    """A page that is nothing but a form."""
    context = {"form": form, "title": title, "button": button, "back": back, "back_args": args}
    return render(request, "bodies/form.html", context, status=form.http_status)


@for_administrators
def end_appointment(request: HttpRequest, id: UUID) -> HttpResponse:
    """The last day of an appointment."""
    held = Appointment.objects.select_related("seat__body", "account").filter(pk=id).first()
    if held is None or not perms.may_arrange(request.actor, held.seat.body.street):
        raise Unseen("appointment")
    form = LastDayForm(request.POST or None, initial={"last_day": today()})
    if form.is_valid():
        with form.refusals():
            last_day = form.cleaned_data["last_day"]
            actions.end_appointment(held, last_day=last_day, by=request.actor, at=now())
            messages.success(request, _("任职已结束，最后一天以后不再有这项职权。"))
            return redirect("bodies:account", held.account_id)
    return _form(request, form, _("结束任职"), _("结束"), "bodies:account", held.account_id)


@for_administrators
def appoint(request: HttpRequest, id: UUID) -> HttpResponse:
    """Give an account a seat."""
    from yimen.bodies.accounts import account_for

    account = account_for(request.actor, id)
    begin = {"valid_from": today()}
    form = AppointForm(request.POST or None, actor=request.actor, initial=begin)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            actions.appoint(facts.pop("seat"), account, by=request.actor, at=now(), **facts)
            messages.success(request, _("已任命。"))
            return redirect("bodies:account", account.pk)
    return _form(request, form, _("任命"), _("任命"), "bodies:account", account.pk)


# -- the matrix -------------------------------------------------------------------------------


@require_safe
@for_staff
def matrix(request: HttpRequest) -> HttpResponse:
    """The responsibility matrix of a day, and a try-out: why would this go where?"""
    actor = request.actor
    form = TryForm(request.GET or None, actor=actor, initial={"on": today()})
    asked = form.chosen() if form.is_bound else {}
    on = asked.get("on", today())
    routing = reasons = None
    if asked.get("field"):
        avoided = asked.get("excluded")
        routing = queries.route(
            actor.street,
            field=asked["field"],
            matter_code=asked.get("matter_code", ""),
            place=asked.get("place") or actor.street,
            on=on,
            excluded=[avoided.pk] if avoided else [],
        )
        reasons = queries.explain(routing.because)
    context = {
        "form": form,
        "on": on,
        "routing": routing,
        "reasons": reasons,
        "names": queries.names(routing.bodies) if routing else {},
        "rows": queries.matrix(actor.street, on),
        "field_names": fields.names(),
        "may_arrange": perms.may_arrange(actor),
    }
    return render(request, "bodies/matrix.html", context)


@for_administrators
def set_rule(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    begin = {"valid_from": today(), "field": request.GET.get("field", "")}
    form = RuleForm(request.POST or None, actor=actor, initial=begin)
    if form.is_valid():
        with form.refusals():
            actions.set_rule(actor.street, by=actor, at=now(), **form.cleaned_data)
            messages.success(request, _("规则已定。已经在办的办件不受影响。"))
            return redirect("bodies:matrix")
    return _form(request, form, _("定一条责任规则"), _("保存"), "bodies:matrix")


@for_administrators
def end_rule(request: HttpRequest, id: UUID) -> HttpResponse:
    rule = MatrixRule.objects.filter(pk=id).first()
    if rule is None or not perms.may_arrange(request.actor, rule.street):
        raise Unseen("rule")
    form = LastDayForm(request.POST or None, initial={"last_day": today()})
    if form.is_valid():
        with form.refusals():
            last_day = form.cleaned_data["last_day"]
            actions.end_rule(rule, last_day=last_day, by=request.actor, at=now())
            messages.success(request, _("规则已结束。"))
            return redirect("bodies:matrix")
    return _form(request, form, _("结束一条责任规则"), _("结束"), "bodies:matrix")


# -- leave ------------------------------------------------------------------------------------


@for_staff
def leave(request: HttpRequest) -> HttpResponse:
    """Set and see deputies: one's own, and those of the people one answers for."""
    actor = request.actor
    form = LeaveForm(request.POST or None, actor=actor, initial={"valid_from": today()})
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            held, deputy = facts.pop("appointment"), facts.pop("deputy")
            actions.cover(held, deputy, by=actor, at=now(), **facts)
            messages.success(request, _("代理已安排。这几天的任务和提醒会同时交给代理人。"))
            return redirect("bodies:leave")
    covers = list(queries.covers_visible_to(actor)[:50])
    rows = [{"cover": c, "may_end": _may_end(actor, c)} for c in covers]
    context = {"form": form, "rows": rows, "today": today()}
    return render(request, "bodies/leave.html", context, status=form.http_status)


def _may_end(actor: Actor, cover: Cover) -> bool:
    return cover.valid_until >= today() and perms.may_cover(actor, cover.appointment)


@require_POST
@for_staff
def end_cover(request: HttpRequest, id: UUID) -> HttpResponse:
    held = queries.covers_visible_to(request.actor).filter(pk=id).first()
    if held is None:
        raise Unseen("cover")
    actions.end_cover(held, by=request.actor, at=now())
    messages.success(request, _("代理已结束。"))
    return redirect("bodies:leave")
