"""Training: what is taught when, who is certified until when, results, hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import ZONE, now, today
from yimen.people.models import Account
from yimen.workforce import actions, learning, perms
from yimen.workforce.forms import (
    CertificateForm,
    CourseForm,
    EnrolForm,
    ResultsForm,
    SessionForm,
)
from yimen.workforce.models import Requirement, Session
from yimen.workforce.views.access import for_staff, form_page

SHOWN = 40


@require_safe
@for_staff
def training(request: HttpRequest) -> HttpResponse:
    """My certificates and what comes; for who plans, everybody's."""
    actor = request.actor
    plans = perms.may_plan(actor, actor.street)
    sessions = list(learning.sessions_visible_to(actor)[:SHOWN])
    moment = now()
    asked = Requirement.objects.filter(street=actor.street).select_related("post__place", "course")
    context = {
        "mine": list(learning.certificates_of(actor.account)),
        "coming": [s for s in reversed(sessions) if s.begins_at > moment],
        "past": [s for s in sessions if s.begins_at <= moment],
        "courses": list(learning.courses(actor.street)),
        "requirements": list(asked.order_by("post__place", "post__code")),
        "all": learning.newest(actor.street) if plans else [],
        "hours": _hours(actor) if plans else [],
        "my_hours": learning.hours(actor.street, today().year).get(actor.account, 0),
        "today": today(),
        "soon": today() + learning.SOON,
        "plans": plans,
    }
    return render(request, "workforce/training.html", context)


def _hours(actor: Actor) -> list[tuple[Account, float]]:
    spent = learning.hours(actor.street, today().year)
    people = Account.objects.filter(pk__in=spent).select_related("party").order_by("username")
    return [(one, spent[one.pk]) for one in people]


def _planner(actor: Actor) -> None:
    if not perms.may_plan(actor, actor.street):
        raise Forbidden("teach", _("培训由行政助理或中心主任安排。"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def course(request: HttpRequest) -> HttpResponse:
    """A new course."""
    _planner(request.actor)
    form = CourseForm(request.POST or None)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            code = facts.pop("code")
            actions.set_course(request.actor.street, code, by=request.actor, at=now(), **facts)
            messages.success(request, _("课程已设立。"))
            return redirect("workforce:training")
    return form_page(request, form, _("设立课程"), _("设立"), back="training")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def hold_session(request: HttpRequest) -> HttpResponse:
    """Announce a session."""
    actor = request.actor
    _planner(actor)
    form = SessionForm(request.POST or None, actor=actor)
    if form.is_valid():
        facts = form.cleaned_data
        begins, ends = (
            datetime.combine(facts["day"], facts[name], ZONE) for name in ("begins", "ends")
        )
        with form.refusals():
            made = actions.hold_session(
                facts["course"], facts["place"], begins_at=begins, ends_at=ends,
                room=facts["room"], by=actor, at=now(),
            )  # fmt: skip
            messages.success(request, _("培训已安排。接着可以登记参加的人。"))
            return redirect("workforce:session", made.pk)
    return form_page(request, form, _("安排一场培训"), _("安排"), back="training")


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def certify(request: HttpRequest) -> HttpResponse:
    """A certificate from elsewhere."""
    actor = request.actor
    _planner(actor)
    begin = {"valid_from": today()}
    form = CertificateForm(request.POST or None, street=actor.street, initial=begin)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            account, learnt = facts.pop("account"), facts.pop("course")
            actions.certify(account, learnt, by=actor, at=now(), **facts)
            messages.success(request, _("证书已登记。"))
            return redirect("workforce:training")
    return form_page(request, form, _("登记外来证书"), _("登记"), back="training")


def _session(actor: Actor, id: UUID) -> Session:
    found = learning.sessions_visible_to(actor).filter(pk=id).first()
    if found is None:
        raise Unseen("session")
    return found


@require_safe
@for_staff
def session(request: HttpRequest, id: UUID) -> HttpResponse:
    """One session with who comes."""
    return _page(request, _session(request.actor, id))


def _page(request: HttpRequest, found: Session, **forms: Any) -> HttpResponse:
    actor = request.actor
    rows = learning.enrolments(found)
    plans = perms.may_plan(actor, found.street)
    begun = found.begins_at <= now()
    context = {
        "session": found,
        "rows": rows if plans else [r for r in rows if r.account_id == actor.account],
        "count": len(rows),
        "begun": begun,
        "plans": plans,
        "joined": any(r.account_id == actor.account for r in rows),
        "enrol_form": EnrolForm(street=found.street) if plans and not begun else None,
        "results_form": ResultsForm(rows) if plans and begun and rows else None,
        "hours": timedelta(minutes=found.minutes).total_seconds() / 3600,
        **forms,
    }
    sent = next(iter(forms.values()), None)
    status = sent.http_status if sent is not None else 200
    return render(request, "workforce/session.html", context, status=status)


@require_POST
@for_staff
def enrol(request: HttpRequest, id: UUID) -> HttpResponse:
    """Put oneself down, or, for who plans, somebody else."""
    actor, found = request.actor, _session(request.actor, id)
    if "account" not in request.POST:
        own = Account.objects.get(pk=actor.account)
        actions.enrol(found, own, by=actor, at=now())
        messages.success(request, _("已报名，时间已记入您的排班。"))
        return redirect("workforce:session", found.pk)
    _planner(actor)
    form = EnrolForm(request.POST, street=found.street)
    if form.is_valid():
        with form.refusals():
            actions.enrol(found, form.cleaned_data["account"], by=actor, at=now())
            messages.success(request, _("已登记。"))
            return redirect("workforce:session", found.pk)
    return _page(request, found, enrol_form=form)


@require_POST
@for_staff
def results(request: HttpRequest, id: UUID) -> HttpResponse:
    """Who came and how it went."""
    actor, found = request.actor, _session(request.actor, id)
    _planner(actor)
    form = ResultsForm(learning.enrolments(found), request.POST)
    if form.is_valid():
        with form.refusals():
            given = actions.record_results(found, form.results(), by=actor, at=now())
            messages.success(request, _("结果已登记，新发证书 %(n)d 份。") % {"n": given})
            return redirect("workforce:session", found.pk)
    return _page(request, found, results_form=form)
