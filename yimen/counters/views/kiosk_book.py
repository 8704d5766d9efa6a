"""Appointments at the machine: check in with the card or the number, or book a time."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yimen.bookings import actions as bookings
from yimen.bookings import queries as booked
from yimen.bookings.models import Booking
from yimen.bookings.views import choice
from yimen.counters import actions, readers
from yimen.counters.actions.appointments import KIND
from yimen.counters.forms import CheckInForm, KioskBookForm
from yimen.counters.views.booking import resources
from yimen.counters.views.kiosk import centre, page, person_of
from yimen.ledger.together import together
from yimen.lib.actor import Actor, system
from yimen.lib.errors import FieldError, Invalid
from yimen.lib.time import now, today
from yimen.look import throttle
from yimen.people.queries import same_person
from yimen.places.models import ServicePoint

WRONG_A_MINUTE = 10


def _machine(point: ServicePoint) -> Actor:
    return system(point.street, "kiosk")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, code: str) -> HttpResponse:
    """Card or number, and here is the ticket. In the hall only: nobody queues from the sofa."""
    point, machine = centre(code), readers.machine(request)
    form = CheckInForm(request.POST or None, machine=machine)
    if request.method == "POST" and machine and form.is_valid():
        with form.refusals():
            throttle.refuse_if_over(request, "check-in", WRONG_A_MINUTE)
            booking = _booking(request, point, form)
            taken = actions.check_in(booking, by=_machine(point), at=now())
            return redirect("counters:kiosk_ticket", point.pk, taken.secret)
    return page(
        request, "check_in", point, form=form, machine=bool(machine),
        reader=bool(readers.reader_of(machine)), status=form.http_status,
    )  # fmt: skip


def _booking(request: HttpRequest, point: ServicePoint, form: CheckInForm) -> Booking:
    """The booking that is meant: by its number, or today's of whom the card names."""
    typed, card = form.cleaned_data["code"], form.given_card()
    found = booked.by_code(point.street, typed, today()) if typed else None
    if card is not None:
        person = person_of(point, card)
        mine = booked.of_day(point.pk, KIND, today()).filter(state="booked")
        found = mine.filter(person__in=same_person(person.pk)).first() if person else None
    if found is None or found.resource.centre_id != point.pk or found.resource.kind != KIND:
        throttle.failed(request, "check-in")
        text = _("这里没有找到今天的预约。请核对预约号，或到总服务台；也可以直接取号。")
        raise Invalid("code", text, (FieldError("code", text),))
    return found


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest, code: str) -> HttpResponse:
    """What (`?desk=`), which day (`?day=`), then the time and the card."""
    point, machine = centre(code), readers.machine(request)
    offered = list(resources(point))
    resource = next((r for r in offered if r.code == request.GET.get("desk", "")), None)
    if resource is None:
        return page(request, "book", point, rows=offered)
    form = KioskBookForm(request.POST or None, machine=machine)
    if request.method == "POST" and machine and form.is_valid():
        with form.refusals():
            made = _book(point, resource, form)
            return page(request, "booked", point, booking=made)
    shown: dict[str, Any] = choice(resource, request.GET.get("day", ""), now(), staff=False)
    return page(
        request, "book_when", point, resource=resource, form=form, machine=bool(machine),
        reader=bool(readers.reader_of(machine)), status=form.http_status, **shown,
    )  # fmt: skip


def _book(point: ServicePoint, resource: Any, form: KioskBookForm) -> Booking:
    card = form.given_card()
    if card is None:
        text = _("请扫身份证，我们要知道是给谁预约的。")
        raise Invalid("card", text, (FieldError("card", text),))
    with together():
        person = person_of(point, card)
        if person is None:
            text = _("这里还没有您的登记。请到总服务台预约，一分钟就好。")
            raise Invalid("card", text, (FieldError("card", text),))
        return bookings.book(
            resource, person=person, starts=form.cleaned_data["starts"],
            channel=Booking.Channel.KIOSK, by=_machine(point), at=now(),
        )  # fmt: skip
