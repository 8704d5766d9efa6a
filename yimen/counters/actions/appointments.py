"""Appointments at the hall: what its desks offer, and the ticket that a booking becomes."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from yimen.bookings.actions import Line, arrive, set_resource
from yimen.bookings.models import Booking, Resource
from yimen.bookings.rules import IN_TIME
from yimen.counters import perms, queries, rules
from yimen.counters.actions.tickets import Taken, take
from yimen.counters.models import Desk, Ticket
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden
from yimen.matters.queries import content_of, some
from yimen.places.models import ServicePoint

KIND = "desk"  # of the resources that are a hall's desks


@together()
def offer(centre: str, *, by: Actor, at: datetime, slot_min: int = 30, ahead_days: int = 14) -> int:
    """Offer appointments at every desk: in the centre's own hours, as many as the windows that
    serve the desk leave room for (`rules.places`). Who set a desk's hours by hand and calls this again
    begins anew. Returns how many desks changed."""
    if not perms.may_set_up(by, centre[:9]):
        raise Forbidden("hall", _("只有大厅的负责人可以设置预约。"))
    point = ServicePoint.objects.get(pk=centre)
    windows = list(queries.windows_of(point).values_list("desks", flat=True))
    desks = list(Desk.objects.filter(centre=point, is_active=True))
    pace = queries.observed_pace(centre, at)
    done = 0
    for desk in desks:
        places = rules.places(
            windows, desk.code, len(desks), slot_min=slot_min, pace=pace,
            share=settings.YIMEN_APPOINTMENT_SHARE,
        )  # fmt: skip
        done += _offer(point, desk, places, slot_min, ahead_days, by, at)
    return done


def _offer(
    point: ServicePoint, desk: Desk, places: int, slot_min: int, ahead: int, by: Actor, at: datetime
) -> bool:
    spans = [("work", "weekday"), ("off", "weekend")]
    lines = [
        Line(on, time.fromisoformat(opens), time.fromisoformat(closes), places)
        for on, sort in spans
        for opens, closes in point.hours.get(sort, [])
    ]
    known = Resource.objects.filter(centre=point, kind=KIND, code=desk.code)
    before = known.values_list("name", "slot_min", "ahead_days").first(), _lines(known)
    set_resource(
        point.pk, KIND, desk.code, body=queries.body_of(point), lines=lines, by=by, at=at,
        name=desk.name, name_en=desk.name_en, slot_min=slot_min, ahead_days=ahead, is_active=True,
    )  # fmt: skip
    return before != (known.values_list("name", "slot_min", "ahead_days").first(), _lines(known))


def _lines(known: QuerySet[Resource]) -> list[tuple[Any, ...]]:
    names = ("openings__on", "openings__opens", "openings__closes", "openings__places")
    return sorted(known.values_list(*names), key=str)


@together()
def check_in(booking: Booking, *, by: Actor, at: datetime) -> Taken:
    """They are here: the booking becomes a ticket. In time it has the appointment's head start;
    who is late waits like anybody who takes a ticket now."""
    came = arrive(booking, by=by, at=at)
    row = Booking.objects.select_related("resource__centre", "person").get(pk=booking.pk)
    known = some([row.subject]) if row.subject else {}
    matter = content_of(known[row.subject]) if row.subject in known else None
    return take(
        row.resource.centre, by=by, at=at, desk=row.resource.code, matter=matter,
        person=row.person, channel=Ticket.Channel.BOOKED, booked=came == IN_TIME, booking=row.pk,
    )  # fmt: skip
