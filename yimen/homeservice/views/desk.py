"""The desk of home service: requests, one visit with its course, the mandate to print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.files.views import answer
from yimen.homeservice import actions, perms, prints, queries
from yimen.homeservice.forms import CompleteForm, ScanForm, WishForm
from yimen.homeservice.models import Visit
from yimen.homeservice.words import HISTORY
from yimen.ledger.models import Entry
from yimen.lib.actor import Actor
from yimen.lib.errors import Problem, Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.look.language import pick
from yimen.matters.queries import some
from yimen.people.models import Party
from yimen.people.queries import visible_to as people_visible_to

TABS = {"open": Visit.OPEN, "over": ("done", "not_met", "cancelled")}


def keeper(request: HttpRequest) -> Actor:
    """Whoever plans visits; others are not told that the page exists."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "staff" or not actor.can(*perms.KEEPS):
        raise Unseen("home_service")
    return actor


@require_safe
def visits(request: HttpRequest) -> HttpResponse:
    """What was asked for: what waits first, then what is arranged; what is over."""
    actor = keeper(request)
    tab = request.GET.get("tab") if request.GET.get("tab") in TABS else "open"
    rows = queries.kept_by(actor).filter(state__in=TABS[str(tab)])
    keys = ("asked_at", "id") if tab == "open" else ("-asked_at", "-id")
    page = paging.page(
        rows.select_related("person", "address", "centre"), keys=keys,
        cursor=request.GET.get("cursor"), count=False,
    )  # fmt: skip
    here = reverse("homeservice:visits")
    tabs = [
        {"label": _("要办的"), "href": here, "current": tab == "open"},
        {"label": _("结束的"), "href": f"{here}?tab=over", "current": tab == "over"},
    ]
    context = {
        "page": page,
        "tabs": tabs,
        "tab": tab,
        "handing": list(queries.to_hand_in(actor)[:50]),
    }
    return render(request, "homeservice/visits.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Write down what somebody at the window or on the telephone asks for (`?person=`)."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    centres = queries.centres_taken_down(actor)
    if actor.kind != "staff" or not centres:
        raise Unseen("home_service")
    person = _person(actor, request.GET.get("person", ""))
    form = WishForm(request.POST or None, street=actor.street)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            channel = Visit.Channel.PHONE if "phone" in request.GET else Visit.Channel.COUNTER
            made = actions.ask(
                centres[0][0], person, form.wish(), channel=channel, by=actor, at=now()
            )
            messages.success(request, _("已经登记，编号 %(number)s。") % {"number": made.number})
            keeps = perms.keeps(actor, made.body_id)
            return redirect("homeservice:visit", made.pk) if keeps else redirect("pages:desk")
    context = {"form": form, "person": person, "centre": centres[0][0]}
    return render(request, "homeservice/new.html", context, status=form.http_status)


def _person(actor: Actor, typed: str) -> Party:
    try:
        pk = UUID(typed)
    except ValueError:
        raise Unseen("party", _("请先在“人员”里找到或登记这个人。")) from None
    found = people_visible_to(actor).select_related("address").filter(pk=pk).first()
    if found is None:
        raise Unseen("party", _("请先在“人员”里找到或登记这个人。"))
    return found


def find(request: HttpRequest, pk: UUID) -> Visit:
    """A visit that the actor keeps."""
    actor = keeper(request)
    seen = queries.kept_by(actor).select_related("person", "address", "mandate", "centre")
    found = seen.filter(pk=pk).first()
    if found is None:
        raise Unseen("visit", _("没有这次上门服务。请核对编号。"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def visit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One visit: what is known, what to do next, its course."""
    row = find(request, pk)
    do = request.POST.get("do", "")
    form = CompleteForm(request.POST if do == "complete" else None, visit=row)
    scan = ScanForm(request.POST if do == "scan" else None, request.FILES or None)
    if do and _done(request, row, do, form, scan):
        return redirect("homeservice:visit", pk)
    row = find(request, pk)
    status = max(form.http_status, scan.http_status)
    return render(request, "homeservice/visit.html", _page(row, form, scan), status=status)


def _done(request: HttpRequest, row: Visit, do: str, form: CompleteForm, scan: ScanForm) -> bool:
    """Do what the button says; False when the page must be shown again with what is wrong."""
    how: dict[str, Any] = {"by": request.actor, "at": now()}  # type: ignore[attr-defined]
    if do == "complete" and form.is_valid():
        with form.refusals():
            actions.complete(row, form.wish(), **how)
            messages.success(request, _("已保存。"))
            return True
    if do == "scan" and scan.is_valid():
        with scan.refusals():
            actions.keep_scan(row.pk, scan.cleaned_data["paper"], **how)
            messages.success(request, _("扫描件已存好。"))
            return True
    if do in ("cancel", "bring"):
        try:
            if do == "cancel":
                actions.cancel(row, **how)
            else:
                actions.bring(row, _uuids(request.POST.getlist("paper")), **how)
        except Problem as problem:
            if problem.status in (403, 404):
                raise
            messages.error(request, str(problem.detail))
        return True
    return False


def _uuids(typed: list[str]) -> list[UUID]:
    found = []
    for one in typed[:50]:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _page(row: Visit, form: CompleteForm, scan: ScanForm) -> dict[str, Any]:
    route = queries.route_of(row)
    versions = some(row.matters)
    entries = Entry.objects.filter(stream=row.stream, street=row.street).order_by("-seq")[:100]
    return {
        "visit": row, "form": form, "scan": scan, "route": route,
        "going": queries.people_of([route.pk]).get(route.pk, []) if route else [],
        "matters": [pick({"zh": v.name, "en": v.name_en}) for v in versions.values()],
        "course": [{"title": HISTORY.get(e.act, e.act), "at": e.at, "state": "done"} for e in entries],
        "along": queries.to_give(row), "taken": queries.taken(row),
        "could": queries.could_go_along(row) if row.state == Visit.State.SCHEDULED else [],
        "cancellable": row.state in (Visit.State.REQUESTED, Visit.State.SCHEDULED),
        "open_form": bool(form.errors) or (row.address is None and row.state == Visit.State.REQUESTED),
    }  # fmt: skip


@require_safe
def mandate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """代办委托书 as a PDF, filled in, to be signed at home. Whoever goes prints it too."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = (
        queries.visible_to(actor).filter(pk=pk) if actor.kind == "staff" else Visit.objects.none()
    )
    row = found.select_related("person", "centre", "mandate__agent").first()
    if row is None or row.person is None or not row.is_open:
        raise Unseen("visit", _("没有这次上门服务。请核对编号。"))
    pdf = prints.mandate(row, lang=get_language() or "zh-hans")
    return answer(pdf, "application/pdf", f"{row.number}.pdf", inline=True)
