"""The reception desk: give tickets, see today's, bring somebody back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yimen.counters import actions, perms, prints, priorities, queries, rules
from yimen.counters.forms import TakeForm
from yimen.counters.models import Desk, Ticket
from yimen.counters.views.desk import cases_of, for_hall
from yimen.files.views import answer
from yimen.lib.errors import Problem, Unseen
from yimen.lib.time import now, today
from yimen.look.paging import page
from yimen.matters.queries import content_of, current
from yimen.places.models import ServicePoint


def centre_of(request: HttpRequest, code: str) -> ServicePoint:
    """A hall one has to do with; else nothing is there."""
    found = queries.centres_of(request.actor).filter(pk=code).first()  # type: ignore[attr-defined]
    if found is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    return found


@require_POST
@for_hall
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The ticket once more on paper: a PDF of 80 mm, with a code that replaces the old one."""
    actor = request.actor  # type: ignore[attr-defined]
    taken = actions.print_again(pk, by=actor, at=now())
    found = Ticket.objects.select_related("centre", "desk").get(pk=taken.ticket.pk)
    follow = request.build_absolute_uri(reverse("counters:phone", args=[taken.secret]))
    made = prints.turn(found, follow, get_language() or "zh-hans", again=True)
    return answer(made, "application/pdf", f"{found.number}.pdf", inline=True)


@for_hall
def reception(request: HttpRequest, centre: str) -> HttpResponse:
    """One form, one Enter: a ticket; below it everybody of today."""
    point = centre_of(request, centre)
    form = TakeForm(request.POST or None, centre=point)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = form.cleaned_data
            taken = actions.take(
                point,
                by=request.actor,  # type: ignore[attr-defined]
                at=now(),
                desk=given["desk"],
                matter=content_of(current(given["matter"])) if given["matter"] else None,
                priority=given["priority"],
                person=form.person(request.actor),  # type: ignore[attr-defined]
                channel=Ticket.Channel.RECEPTION,
            ).ticket
            messages.success(request, _("已取号：%(number)s") % {"number": taken.number})
            return redirect("counters:ticket", taken.pk)
    return render(
        request, "counters/reception.html", _today(request, point, form), status=form.http_status
    )


def _today(request: HttpRequest, point: ServicePoint, form: TakeForm) -> dict[str, Any]:
    tickets = Ticket.objects.filter(centre=point, day=today()).select_related("window")
    wanted = request.GET.get("q", "").strip().upper()
    if wanted:
        tickets = tickets.filter(number=wanted)
    rows = page(tickets, keys=("-taken_at", "-id"), cursor=request.GET.get("cursor"), size=50)
    reasons = priorities.known()
    return {
        "point": point,
        "form": form,
        "page": rows,
        "q": wanted,
        "rows": [(t, reasons[t.priority].name if t.priority in reasons else "") for t in rows],
    }


def ticket(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One ticket: what happened, how long each part took; leave and come back."""
    actor = request.actor  # type: ignore[attr-defined]
    if not (perms.in_hall(actor) or perms.watches_any(actor)):
        raise Unseen("ticket", _("没有这张号。请核对号码。"))
    seen = queries.visible_to(actor).filter(pk=pk)
    found = seen.select_related("centre", "desk", "window").first()
    if found is None:
        raise Unseen("ticket", _("没有这张号。请核对号码。"))
    if request.method == "POST":
        act = {"leave": actions.leave, "come_back": actions.come_back}.get(
            request.POST.get("do", "")
        )
        try:
            if act:
                act(found, by=request.actor, at=now())  # type: ignore[attr-defined]
        except Problem as problem:
            if problem.status in (403, 404):
                raise
            messages.error(request, str(problem.detail))
        return redirect("counters:ticket", found.pk)
    reason = priorities.known().get(found.priority)
    desk = Desk.objects.get(pk=found.desk_id)
    return render(
        request, "counters/ticket.html",
        {
            "ticket": found,
            "desk": desk.label,
            "priority": reason.name if reason else "",
            "spells": list(found.spells.order_by("since").select_related("window")),
            "cases": cases_of(request, found),
            "reprint": found.state in rules.APPLIES["print_again"],
            "position": queries.position(found),
            "wait": queries.estimate(found, now()) if found.state == "waiting" else None,
            "may": perms.may_serve(
                request.actor, queries.body_of(found.centre), found.street  # type: ignore[attr-defined]
            ),
        },
    )  # fmt: skip
