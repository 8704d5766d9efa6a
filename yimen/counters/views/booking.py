"""An appointment by the resident: where, for what, when. Anybody may look at the times; who is
signed in books, everybody else by telephone or at the service desk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bookings import actions as bookings
from yimen.bookings.forms import StartsForm
from yimen.bookings.models import Booking, Resource
from yimen.bookings.views import choice
from yimen.counters import queries
from yimen.counters.actions.appointments import KIND
from yimen.lib.errors import Refused, Unseen
from yimen.lib.time import now
from yimen.look.language import pick
from yimen.matters import guide
from yimen.matters.queries import content_of, some
from yimen.people.models import Party
from yimen.places.models import ServicePoint


def resources(point: ServicePoint | None = None) -> Any:
    """What halls offer to residents."""
    found = Resource.objects.filter(kind=KIND, is_active=True, online=True)
    found = found.select_related("centre").order_by("centre", "name")
    return found.filter(centre=point) if point else found


def matter_of(request: HttpRequest) -> Any:
    """The matter that somebody comes for, when the address names one that there is."""
    code = request.GET.get("matter", "")[:64]
    known = some([code]) if code else {}
    return content_of(known[code]) if code in known else None


def for_what(matter: Any) -> dict[str, str]:
    """What the page says, and what its links carry on."""
    if matter is None:
        return {"matter_name": "", "keep": ""}
    name = pick({"zh": matter.name.zh, "en": matter.name.en})
    return {"matter_name": name, "keep": f"matter={matter.code}"}


@require_safe
@login_not_required
def where(request: HttpRequest) -> HttpResponse:
    """Which centre."""
    points = {r.centre_id: r.centre for r in resources()}
    rows = [(point, guide.place(point)) for point in points.values()]
    context = {"rows": rows, **for_what(matter_of(request))}
    return render(request, "counters/book/where.html", context)


def hall(code: str) -> ServicePoint:
    point = ServicePoint.objects.filter(pk=code, is_open=True).first()
    if point is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    return point


@require_safe
@login_not_required
def what(request: HttpRequest, centre: str) -> HttpResponse:
    """For what: a matter leads straight on to its desk."""
    point, matter = hall(centre), matter_of(request)
    offered = list(resources(point))
    line = queries.desk_for(point, matter, "") if matter else None
    if line and line.code in {r.code for r in offered}:
        response = redirect("counters:book_when", point.pk, line.code)
        response["Location"] += f"?matter={matter.code}"
        return response
    return render(request, "counters/book/what.html", {"point": point, "rows": offered})


def resource_of(point: ServicePoint, desk: str) -> Resource:
    found = resources(point).filter(code=desk).first()
    if found is None:
        raise Unseen("desk", _("这一项不能预约。可以直接到大厅取号。"))
    return found


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def when(request: HttpRequest, centre: str, desk: str) -> HttpResponse:
    """Which day and time, and book it."""
    resource, matter = resource_of(hall(centre), desk), matter_of(request)
    form = StartsForm(request.POST or None)
    actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            made = bookings.book(
                resource, person=_self(request), starts=form.cleaned_data["starts"],
                channel=Booking.Channel.WEB, subject=matter.code if matter else "",
                by=actor, at=now(),
            )  # fmt: skip
            messages.success(request, _("预约成功，预约号 %(code)s。") % {"code": made.code})
            return redirect("bookings:one", made.pk)
    shown = choice(resource, request.GET.get("day", ""), now(), staff=False)
    context = {
        "resource": resource, "form": form, "bound": actor.party is not None,
        "place": guide.place(resource.centre), "grace": settings.YIMEN_BOOKINGS["grace_min"],
        **for_what(matter), **shown,
    }  # fmt: skip
    return render(request, "counters/book/when.html", context, status=form.http_status)


def _self(request: HttpRequest) -> Party:
    """The own record, by which one books."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.party is None:
        text = _("请先登录，并把账号和您的资料连起来；也可以打电话或到总服务台预约。")
        raise Refused("who", text)
    return Party.objects.get(pk=actor.party)
