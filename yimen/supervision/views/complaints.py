"""Pages of complaints: for whoever complains, for the office that handles them, and the counts for
who runs a centre."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.bodies.queries import explain
from yimen.bodies.rules import Because, because_from
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now
from yimen.look import paging, throttle
from yimen.people.models import Account
from yimen.supervision import actions, complaints
from yimen.supervision.conflict import may_handle
from yimen.supervision.forms.complaints import (
    AccusedForm,
    ComplainForm,
    ComplaintAnswerForm,
    ComplaintLookUpForm,
)
from yimen.supervision.models import Complaint
from yimen.supervision.perms import above_centres
from yimen.supervision.views.visits import for_readers

A_MINUTE, FAILURES_A_MINUTE = 5, 10
YEAR = timedelta(days=365)
edits = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@edits
def complain(request: HttpRequest) -> HttpResponse:
    """Complain of somebody, with or without a name; staff write it down for somebody else."""
    form = ComplainForm(request.POST or None)
    if request.method == "POST":
        throttle.refuse_if_over(request, "complain", A_MINUTE)
        throttle.count(request, "complain")
        if form.is_valid():
            with form.refusals():
                filed = actions.complain(**form.facts(), by=request.actor, at=now())
                request.session["complained"] = [filed.complaint.number, filed.code]
                return redirect("supervision:complained")
    context = {"form": form, "named": request.actor.kind == "resident"}
    return render(request, "supervision/complain.html", context, status=form.http_status)


@login_not_required
@require_safe
def complained(request: HttpRequest) -> HttpResponse:
    """The number and the code of what was just filed in this browser."""
    filed = request.session.get("complained")
    found = complaints.by_code(*filed) if filed else None
    if filed is None or found is None:
        return redirect("supervision:complain")
    context = {"number": filed[0], "code": filed[1], "due": found.due_at}
    return render(request, "supervision/complained.html", context)


@login_not_required
@edits
def look_up(request: HttpRequest) -> HttpResponse:
    """Number and code, then how far it is; signed in, one's own. Both travel in the body."""
    form = ComplaintLookUpForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "mine": _mine(request.actor)}
    if request.method == "POST" and form.is_valid():
        throttle.refuse_if_over(request, "complaint", FAILURES_A_MINUTE)
        found = complaints.by_code(form.cleaned_data["number"], form.cleaned_data["code"])
        if found is None:
            throttle.failed(request, "complaint")
            form.add_error(None, _("没有查到。请核对编号和查询码。"))
            form.http_status = 404
        context["found"] = found
    return render(request, "supervision/look_up.html", context, status=form.http_status)


def _mine(actor: Actor) -> list[Complaint]:
    if actor.kind != "resident" or actor.party is None:
        return []
    found = Complaint.objects.filter(by_party__in=actor.records or [actor.party])
    return list(found.select_related("centre", "body").order_by("-filed_at", "-id")[:20])


@require_safe
@for_readers
def listed(request: HttpRequest) -> HttpResponse:
    """What the actor's office handles, or counts for who runs a centre."""
    actor, moment = request.actor, now()
    counts = complaints.counted_for(actor, moment - YEAR)
    handles = _may_list(actor)
    if not handles and counts is None:
        raise Unseen("complaints")
    rows = complaints.visible_to(actor).select_related("centre", "body")
    page = paging.page(rows, keys=("-filed_at", "-id"), cursor=request.GET.get("cursor"))
    context = {"page": page, "counts": counts, "handles": handles, "now": moment}
    return render(request, "supervision/complaints.html", context)


def _may_list(actor: Actor) -> bool:
    return actor.can(*complaints.WATCHING) or above_centres(actor, *complaints.WORKING)


def _handles(actor: Actor, found: Complaint) -> bool:
    working, named = actor.bodies(*complaints.WORKING), complaints.named(found)
    return may_handle(actor.account, actor.bodies(), working, found.body_id, named)


def _handled(actor: Actor, id: UUID) -> Complaint:
    """For acts: who only watches is told so before anything is read."""
    found = _one(actor, id)
    if not _handles(actor, found):
        raise Forbidden("complaint", _("投诉由承办单位办理。"))
    return found


def _one(actor: Actor, id: UUID) -> Complaint:
    seen = complaints.visible_to(actor).select_related("centre", "body", "answered_by__party")
    found = seen.filter(pk=id).first()
    if found is None:
        raise Unseen("complaint")
    return found


@require_safe
@for_readers
def complaint(request: HttpRequest, id: UUID) -> HttpResponse:
    """One complaint, to its office and to who watches."""
    return _page(request, _one(request.actor, id))


def _page(request: HttpRequest, found: Complaint, **forms: Any) -> HttpResponse:
    actor = request.actor
    may = _handles(actor, found)
    heads = actor.can(Can.HEAD, body=found.body_id)
    open_ = may and found.is_open
    people = complaints.people_of(set(found.avoid)) if open_ else Account.objects.none()
    accused = Account.objects.filter(pk__in=found.accused).select_related("party")
    context = {
        "complaint": found,
        "now": now(),
        "accused": accused if may else [],
        "why": explain(_because(found)),
        "may_extend": open_ and heads and not found.extended_at,
        "answer_form": ComplaintAnswerForm() if open_ else None,
        "accused_form": AccusedForm(people=people) if open_ else None,
        **forms,
    }
    sent = next(iter(forms.values()), None)
    status = sent.http_status if sent is not None else 200
    return render(request, "supervision/complaint.html", context, status=status)


def _because(found: Complaint) -> list[Because]:
    return [because_from(row) for row in found.routing]


@require_POST
@for_readers
def answer_complaint(request: HttpRequest, id: UUID) -> HttpResponse:
    """What was found, and the answer."""
    found = _handled(request.actor, id)
    form = ComplaintAnswerForm(request.POST)
    if form.is_valid():
        with form.refusals():
            actions.answer_complaint(found, **form.cleaned_data, by=request.actor, at=now())
            messages.success(request, _("已答复。"))
            return redirect("supervision:complaint", found.pk)
    return _page(request, found, answer_form=form)


@require_POST
@for_readers
def name_accused(request: HttpRequest, id: UUID) -> HttpResponse:
    """Who is meant has become known."""
    found = _handled(request.actor, id)
    form = AccusedForm(request.POST, people=complaints.people_of(set(found.avoid)))
    if form.is_valid():
        with form.refusals():
            actions.name_accused(found, form.cleaned_data["accused"], by=request.actor, at=now())
            messages.success(request, _("已登记。这位同事看不到这件投诉，也看不到它的数字。"))
            return redirect("supervision:complaint", found.pk)
    return _page(request, found, accused_form=form)


@require_POST
@for_readers
def extend(request: HttpRequest, id: UUID) -> HttpResponse:
    """Longer, once."""
    found = _handled(request.actor, id)
    actions.extend(found, by=request.actor, at=now())
    messages.success(request, _("已延期，已告诉留名的投诉人。"))
    return redirect("supervision:complaint", found.pk)
