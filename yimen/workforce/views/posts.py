"""Posts against quota, the three who run the centre, contracts and their end (AFF-17, AFF-18)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bodies import actions as bodies
from yimen.bodies import perms as body_perms
from yimen.bodies import queries as body_queries
from yimen.bodies.forms import DayForm, LastDayForm
from yimen.bodies.models import Body, Contract
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now, today
from yimen.workforce import queries
from yimen.workforce.forms import ContractForm
from yimen.workforce.views.access import for_overseers, form_page

SOON = timedelta(days=60)
RUN = {Can.DIRECT, Can.COORDINATE}


@require_safe
@for_overseers
def posts(request: HttpRequest) -> HttpResponse:
    """One page for the whole establishment on a day."""
    actor = request.actor
    form = DayForm(request.GET or None, initial={"on": today()})
    on: date = form.chosen().get("on", today()) if form.is_bound else today()
    seats = body_queries.seats_with_holders(actor.street, on)
    for row in seats:
        row["may"] = body_perms.may_employ(actor, row["seat"].body)
        for holder in row["holders"]:
            holder["soon"] = _soon(holder["contract"], on)
    context = {
        "form": form,
        "on": on,
        "seats": seats,
        "running": [row for row in seats if RUN & {Can(c) for c in row["seat"].powers}],
        "places": _places(actor),
        "vacant": sum(row["vacant"] for row in seats),
        "quota": sum(row["seat"].quota for row in seats),
        "ending": sum(h["soon"] for row in seats for h in row["holders"]),
        "may_employ": _may_somewhere(actor),
    }
    return render(request, "workforce/posts.html", context)


def _soon(contract: Contract | None, on: date) -> bool:
    last = contract.valid_until if contract else None
    return last is not None and on <= last <= on + SOON


def _may_somewhere(actor: Actor) -> bool:
    return actor.can(Can.HEAD, Can.ADMIN)


def _places(actor: Actor) -> list[dict[str, Any]]:
    """The posts of each place with their three lines."""
    found = []
    for place in queries.places_of(actor):
        rows = [{"post": p, **queries.lines(p)} for p in queries.posts_of(place.code)]
        if rows:
            found.append({"place": place, "rows": rows})
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_overseers
def employ(request: HttpRequest) -> HttpResponse:
    """Write down a contract."""
    actor = request.actor
    if not _may_somewhere(actor):
        raise Forbidden("employ", _("合同由用人单位负责人或系统管理员登记。请联系他们。"))
    begin = {"account": request.GET.get("account"), "employer": request.GET.get("employer"),
             "valid_from": request.GET.get("from") or today()}  # fmt: skip
    form = ContractForm(request.POST or None, actor=actor, initial=begin)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            employer, account = facts.pop("employer"), facts.pop("account")
            bodies.employ(employer, account, by=actor, at=now(), **facts)
            messages.success(request, _("合同已登记。"))
            return redirect("workforce:posts")
    return form_page(request, form, _("登记合同"), _("登记"), back="posts")


@require_http_methods(["GET", "HEAD", "POST"])
@for_overseers
def end_contract(request: HttpRequest, id: UUID) -> HttpResponse:
    """A contract ends earlier."""
    found = body_queries.contracts_of(request.actor.street).filter(pk=id).first()
    if found is None:
        raise Unseen("contract")
    _only_employer(request.actor, found.employer)
    form = LastDayForm(request.POST or None, initial={"last_day": found.valid_until or today()})
    if form.is_valid():
        with form.refusals():
            last_day = form.cleaned_data["last_day"]
            bodies.end_contract(found, last_day=last_day, by=request.actor, at=now())
            messages.success(request, _("合同的最后一天已登记。第二天起，这个账号不再有任何职权。"))
            return redirect("workforce:posts")
    return form_page(request, form, _("提前结束合同"), _("结束"), back="posts")


def _only_employer(actor: Actor, employer: Body) -> None:
    if not body_perms.may_employ(actor, employer):
        raise Forbidden("employ", _("合同由用人单位负责人或系统管理员登记。请联系他们。"))
