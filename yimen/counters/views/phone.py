"""Waiting with a phone: a link nobody can guess shows the place in the queue; the QR code at the
door leads to taking a ticket. No account, no name, no script needed."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.counters import actions, priorities, queries, rated
from yimen.counters.forms import JoinForm
from yimen.counters.models import Ticket
from yimen.feedback import views as ratings
from yimen.lib.errors import Problem, Refused, Unseen
from yimen.lib.time import now
from yimen.look.throttle import place_of
from yimen.matters.queries import content_of, current
from yimen.places.models import ServicePoint
from yimen.places.queries import is_open_at


@login_not_required
def ticket(request: HttpRequest, secret: str) -> HttpResponse:
    """The ticket behind the link: place, honest range, window when called."""
    found = actions.by_secret(secret)
    if request.method == "POST":
        act = {"leave": actions.leave, "come_back": actions.come_back}.get(
            request.POST.get("do", "")
        )
        try:
            if act:
                act(found, by=request.actor, at=now(), secret=secret)  # type: ignore[attr-defined]
        except Problem as problem:
            messages.error(request, str(problem.detail))
        return redirect("counters:phone", secret)
    reason = priorities.known().get(found.priority)
    response = render(
        request, "counters/phone.html",
        {
            "ticket": found,
            "secret": secret,
            "window": found.window,
            "desk": found.desk.label,
            "priority": reason.name if reason else "",
            "position": queries.position(found),
            "wait": queries.estimate(found, now()) if found.state == "waiting" else None,
        },
    )  # fmt: skip
    if found.state in Ticket.OPEN:
        response.headers["Refresh"] = "15"  # works without scripts
    return response


@login_not_required
@require_safe
def rate(request: HttpRequest, secret: str) -> HttpResponse:
    """Whoever holds the link was served: the ticket can be rated, without number and code."""
    return ratings.of_visit(request, rated.by_secret(secret))


@login_not_required
def join(request: HttpRequest, centre: str) -> HttpResponse:
    """What the QR code at the door opens: choose a desk, take a ticket. Slowed per address, so
    that nobody fills a hall from their sofa."""
    point = ServicePoint.objects.filter(pk=centre, is_open=True).first()
    if point is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    matter = request.GET.get("matter", "")
    form = JoinForm(request.POST or None, centre=point, initial={"matter": matter})
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            slowed(request)
            given = form.cleaned_data
            taken = actions.take(
                point,
                by=request.actor,  # type: ignore[attr-defined]
                at=now(),
                desk=given["desk"],
                matter=content_of(current(given["matter"])) if given["matter"] else None,
                priority=given["priority"],
                channel=Ticket.Channel.PHONE,
            )
            return redirect("counters:phone", taken.secret)
    return render(
        request, "counters/join.html",
        {"point": point, "form": form, "open": is_open_at(point, now())},
        status=form.http_status,
    )  # fmt: skip


def slowed(request: HttpRequest) -> None:
    """At most so many tickets an hour from one address (a family behind one router is fine)."""
    key = f"hall:{place_of(request)}"  # behind a proxy the visitor's address, as a keyed digest
    cache.add(key, 0, 3600)
    if cache.incr(key) > settings.YIMEN_TICKETS_AN_HOUR:
        raise Refused("too_many", _("这个网络刚才取号太多。请到大厅的取号机或总服务台取号。"))
