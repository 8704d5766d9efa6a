"""Pages of bookings: one's own, one booking at the desk, and when something can be booked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bookings import actions, perms, queries
from yimen.bookings.calendar import event
from yimen.bookings.forms import ClosureForm, HoursForm, StartsForm
from yimen.bookings.models import Booking, Closure, Resource
from yimen.bookings.rules import Slot
from yimen.lib.errors import Problem, Unseen
from yimen.lib.icalendar import calendar
from yimen.lib.time import now
from yimen.look import paging

ICS = "text/calendar; charset=utf-8"


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What one has booked: what is to come first, then what was."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    rows = Booking.objects.filter(person__in=queries.records_of_actor(actor))
    rows = rows.select_related("resource__centre")
    coming = rows.filter(state__in=Booking.OPEN).order_by("starts_at")
    past = paging.page(
        rows.exclude(state__in=Booking.OPEN), keys=("-starts_at", "-id"),
        cursor=request.GET.get("cursor"), count=False,
    )  # fmt: skip
    context = {"coming": list(coming), "past": past, "bound": actor.party is not None, "at": at}
    return render(request, "bookings/mine.html", context)


def _find(request: HttpRequest, pk: UUID, *, desk: bool) -> Booking:
    """A booking that one may know of: at its own door the own one, at the desk those one keeps."""
    actor = request.actor  # type: ignore[attr-defined]
    seen = queries.visible_to(actor).select_related("resource__centre", "person").filter(pk=pk)
    found = seen.first()
    if found is None or not (
        perms.keeps(actor, found.resource) if desk else perms.owns(actor, found.person_id)
    ):
        raise Unseen("booking", _("没有这个预约。请核对预约号。"))
    return found


def _page(request: HttpRequest, booking: Booking, *, desk: bool, **more: Any) -> dict[str, Any]:
    at = now()
    displaced = booking.state == Booking.State.DISPLACED
    free = queries.next_free(booking.resource, at, booking.starts_at) if displaced else []
    base = "look/desk.html" if desk else "look/base.html"
    return {"booking": booking, "desk": desk, "base": base, "free": free, **more}


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: UUID, *, desk: bool = False) -> HttpResponse:
    """One booking; POST cancels it."""
    booking = _find(request, pk, desk=desk)
    if request.method == "POST":
        try:
            actions.cancel(booking, by=request.actor, at=now())  # type: ignore[attr-defined]
            messages.success(request, _("预约已取消。"))
        except Problem as problem:
            if problem.status in (403, 404):
                raise
            messages.error(request, str(problem.detail))
        return redirect(request.path)
    return render(request, "bookings/one.html", _page(request, booking, desk=desk))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, pk: UUID, *, desk: bool = False) -> HttpResponse:
    """Choose another time (`?day=` shows that day)."""
    booking = _find(request, pk, desk=desk)
    form = StartsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            starts = form.cleaned_data["starts"]
            actions.change(booking, starts=starts, by=request.actor, at=now())  # type: ignore[attr-defined]
            messages.success(request, _("预约已改期。"))
            return redirect("bookings:desk_one" if desk else "bookings:one", booking.pk)
    shown = choice(booking.resource, request.GET.get("day", ""), now(), staff=desk)
    context = _page(request, booking, desk=desk, form=form, **shown)
    return render(request, "bookings/change.html", context, status=form.http_status)


def choice(resource: Resource, wanted: str, at: datetime, *, staff: bool) -> dict[str, Any]:
    """What a page that offers slots shows: every bookable day with what is free, one day's slots."""
    days = queries.days(resource, at, staff=staff)
    free = {day: sum(s.free for s in slots) for day, slots in days.items()}
    day = _day(wanted, days) or next((d for d, n in free.items() if n), None)
    return {"days": list(free.items()), "day": day, "slots": days[day] if day else []}


def _day(wanted: str, days: dict[date, list[Slot]]) -> date | None:
    try:
        day = date.fromisoformat(wanted)
    except ValueError:
        return None
    return day if day in days else None


@require_safe
def ics(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The booking for a calendar program."""
    booking = _find(request, pk, desk=False)
    site = request.get_host().partition(":")[0]
    text = calendar([event(booking, site=site)], name=booking.resource.label, at=booking.changed_at)
    name = f"{booking.code}.ics"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type=ICS, headers=headers)


@require_safe
def resources(request: HttpRequest) -> HttpResponse:
    """Everything that one keeps bookings of."""
    rows = list(queries.resources_of(request.actor).prefetch_related("openings"))  # type: ignore[attr-defined]
    if not rows:
        raise Unseen("resources")
    return render(request, "bookings/resources.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """When something can be booked, how many at a time, and when it is closed all the same."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    resource = get_object_or_404(queries.resources_of(actor), pk=pk)
    do = request.POST.get("do", "")
    form = HoursForm(request.POST if do == "set" else None, resource=resource)
    closure = ClosureForm(request.POST if do == "close" else None)
    if do and _done(request, resource, do, form, closure):
        return redirect("bookings:hours", pk)
    days = queries.days(resource, at, staff=True)
    context = {
        "resource": resource, "form": form, "closure": closure, "runs": perms.runs(actor, resource),
        "closures": Closure.objects.filter(resource=resource, ended=False, ends_at__gt=at),
        "days": [(day, sum(s.places for s in slots), sum(s.free for s in slots)) for day, slots in days.items()],
    }  # fmt: skip
    status = max(form.http_status, closure.http_status)
    return render(request, "bookings/hours.html", context, status=status)


def _done(
    request: HttpRequest, resource: Resource, do: str, form: HoursForm, closure: ClosureForm
) -> bool:
    """Do what the button says; False when the page must be shown again with what is wrong."""
    how: dict[str, Any] = {"by": request.actor, "at": now()}  # type: ignore[attr-defined]
    if do == "set" and form.is_valid():
        with form.refusals():
            actions.set_resource(
                resource.centre_id, resource.kind, resource.code,
                body=resource.body_id, **form.cleaned_data, **how,
            )  # fmt: skip
            messages.success(request, _("预约时间已保存。"))
            return True
    if do == "close" and closure.is_valid():
        with closure.refusals():
            starts, ends = closure.span()
            actions.close(resource, starts=starts, ends=ends, **how)
            messages.success(request, _("已停约。已经预约的人会收到改期通知。"))
            return True
    if do == "reopen":
        ended = get_object_or_404(
            Closure, pk=_uuid(request.POST.get("closure", "")), resource=resource
        )
        actions.reopen(ended, **how)
        return True
    return False


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
