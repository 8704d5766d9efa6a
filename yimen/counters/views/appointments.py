"""Appointments at the reception desk: who comes today, check in, book for somebody, print."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bookings import actions as bookings
from yimen.bookings import perms as booking_perms
from yimen.bookings import queries as booked
from yimen.bookings.models import Booking, Resource
from yimen.bookings.views import choice
from yimen.counters import actions, perms, queries
from yimen.counters.actions.appointments import KIND
from yimen.counters.forms import BookForm
from yimen.counters.models import Ticket
from yimen.counters.views.booking import for_what, matter_of
from yimen.counters.views.desk import for_hall
from yimen.counters.views.kiosk import square
from yimen.counters.views.reception import centre_of
from yimen.ledger.together import together
from yimen.lib.errors import Forbidden, Problem, Unseen
from yimen.lib.masking import mask_name
from yimen.lib.time import now, today
from yimen.look.language import pick
from yimen.matters.queries import some
from yimen.people.perms import may_register
from yimen.places.models import ServicePoint


def _hall(request: HttpRequest, code: str) -> ServicePoint:
    """A hall whose bookings one keeps: auditors read the figures, not who comes."""
    point = centre_of(request, code)
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.can(*booking_perms.KEEPS, body=queries.body_of(point)):
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    return point


@require_safe
@for_hall
def today_(request: HttpRequest) -> HttpResponse:
    """The day's list of one's own hall."""
    actor = request.actor  # type: ignore[attr-defined]
    for point in queries.centres_of(actor):
        if actor.can(*booking_perms.KEEPS, body=queries.body_of(point)):
            return redirect("counters:appointments", point.pk)
    raise Unseen("hall")


@require_http_methods(["GET", "HEAD", "POST"])
@for_hall
def day(request: HttpRequest, centre: str) -> HttpResponse:
    """Everybody who comes on a day (`?day=`), or who answers to a code or a name that was sent;
    POST checks one in and leads to the ticket."""
    point = _hall(request, centre)
    do = request.POST.get("do", "")
    if do in ("arrive", "offer"):
        return _act(request, point, do)
    on = _day(request.GET.get("day", ""))
    sought = request.POST.get("q", "").strip()[:50] if do == "find" else ""
    rows = list(booked.of_day(point.pk, KIND, on))
    found = [b for b in rows if _is_meant(b, sought)] if sought else rows
    return render(request, "counters/appointments.html", _list(request, point, on, found, sought))


def _is_meant(booking: Booking, sought: str) -> bool:
    digits = "".join(c for c in sought if c.isdigit())
    if digits and digits == booking.code:
        return True
    return bool(booking.person and booking.person.name.startswith(sought))


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return today()


def _list(
    request: HttpRequest, point: ServicePoint, on: date, rows: list[Booking], sought: str
) -> dict[str, Any]:
    numbers = dict(
        Ticket.objects.filter(booking__in=[b.pk for b in rows]).values_list("booking", "number")
    )
    known = some({b.subject for b in rows if b.subject})
    names = {code: pick({"zh": m.name, "en": m.name_en}) for code, m in known.items()}
    actor = request.actor  # type: ignore[attr-defined]
    displaced = Booking.objects.filter(
        resource__in=Resource.objects.filter(centre=point, kind=KIND), state="displaced"
    )
    return {
        "point": point, "day": on, "is_today": on == today(), "q": sought,
        "rows": [(b, numbers.get(b.pk, ""), names.get(b.subject, "")) for b in rows],
        "displaced": list(displaced.select_related("resource", "person").order_by("starts_at")[:50]),
        "halls": [p for p in queries.centres_of(actor) if p.pk != point.pk],
        "runs": perms.runs(actor, point.street),
        "offered": Resource.objects.filter(centre=point, kind=KIND).exists(),
    }  # fmt: skip


def _act(request: HttpRequest, point: ServicePoint, do: str) -> HttpResponse:
    how: dict[str, Any] = {"by": request.actor, "at": now()}  # type: ignore[attr-defined]
    try:
        if do == "offer":
            n = actions.offer(point.pk, **how)
            text = ngettext("%(n)d 个服务台的预约已更新。", "%(n)d 个服务台的预约已更新。", n)
            same = _("名额已经和现有窗口一致，没有变化。")
            messages.success(request, text % {"n": n} if n else same)
        else:
            taken = actions.check_in(_find(point, request.POST.get("booking", "")), **how)
            messages.success(
                request, _("已签到，号码 %(number)s。") % {"number": taken.ticket.number}
            )
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        messages.error(request, str(problem.detail))
    return redirect("counters:appointments", point.pk)


def _find(point: ServicePoint, pk: str) -> Booking:
    try:
        found = Booking.objects.filter(pk=UUID(pk), resource__centre=point).first()
    except ValueError:
        found = None
    if found is None:
        raise Unseen("booking", _("没有这个预约。请核对预约号。"))
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@for_hall
def new(request: HttpRequest, centre: str) -> HttpResponse:
    """Book for somebody at the desk or on the telephone: what, which day, then who."""
    point, matter = _hall(request, centre), matter_of(request)
    offered = list(
        Resource.objects.filter(centre=point, kind=KIND, is_active=True).order_by("name")
    )
    line = queries.desk_for(point, matter, "") if matter else None
    wanted = request.GET.get("desk", "") or (line.code if line else "")
    resource = next((r for r in offered if r.code == wanted), None)
    if resource is None:
        context = {"point": point, "rows": offered, **for_what(matter)}
        return render(request, "counters/appointment_what.html", context)
    form = BookForm(
        request.POST or None,
        street=point.street,
        registers=may_register(request.actor),  # type: ignore[attr-defined]
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            made = _book(request, resource, form, matter.code if matter else "")
            messages.success(request, _("预约成功，预约号 %(code)s。") % {"code": made.code})
            return redirect("counters:appointment_slip", point.pk, made.pk)
    shown = choice(resource, request.GET.get("day", ""), now(), staff=True)
    said = for_what(matter)
    keep = "&".join(filter(None, [f"desk={resource.code}", said["keep"]]))
    context = {"point": point, "resource": resource, "form": form, **said, **shown, "keep": keep}
    return render(request, "counters/appointment_new.html", context, status=form.http_status)


def _book(request: HttpRequest, resource: Resource, form: BookForm, subject: str) -> Booking:
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    given = form.cleaned_data
    with together():
        return bookings.book(
            resource, person=form.person(actor, at), starts=given["starts"],
            channel=given["channel"], subject=subject, by=actor, at=at,
        )  # fmt: skip


@require_safe
@for_hall
def sheet(request: HttpRequest, centre: str) -> HttpResponse:
    """The day's list on paper, for the desk; names in part, for paper lies about."""
    point, on = _hall(request, centre), _day(request.GET.get("day", ""))
    rows = booked.of_day(point.pk, KIND, on).filter(state__in=Booking.SEATED)
    named = [(b, mask_name(b.person.name) if b.person else "–") for b in rows]
    return render(
        request, "counters/appointments_print.html", {"point": point, "day": on, "rows": named}
    )


@require_safe
@for_hall
def slip(request: HttpRequest, centre: str, pk: UUID) -> HttpResponse:
    """What the person takes along: when, where, the number and its code to scan."""
    point = _hall(request, centre)
    found = Booking.objects.filter(pk=pk, resource__centre=point).select_related("resource__centre")
    booking = found.first()
    if booking is None:
        raise Unseen("booking", _("没有这个预约。请核对预约号。"))
    if not booking_perms.keeps(request.actor, booking.resource):  # type: ignore[attr-defined]
        raise Forbidden("booking", _("您不能查看这个预约。"))
    context = {
        "booking": booking, "point": point, "code": square(booking.code),
        "grace": settings.YIMEN_BOOKINGS["grace_min"],
    }  # fmt: skip
    return render(request, "counters/appointment_slip.html", context)
