"""Questions about resources, slots and bookings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from yimen.bookings import perms, rules
from yimen.bookings.models import Booking, Closure, Opening, Resource
from yimen.bookings.rules import Hours, Slot, Span
from yimen.clock.queries import Shelf, shelf
from yimen.lib.actor import Actor
from yimen.lib.time import ZONE, local
from yimen.people.queries import records_of_actor, same_person


def visible_to(actor: Actor) -> QuerySet[Booking]:
    """Bookings of whose existence the actor may know: one's own, and those of the resources of
    the bodies in which one works at the counter or runs the house."""
    if actor.kind == "system":
        return Booking.objects.all()
    sight = Q(pk__in=[])
    if actor.party is not None:
        sight |= Q(person__in=records_of_actor(actor))
    if bodies := actor.bodies(*perms.KEEPS):
        sight |= Q(resource__in=Resource.objects.filter(body__in=bodies))
    return Booking.objects.filter(sight)


def resources_of(actor: Actor) -> QuerySet[Resource]:
    """The resources whose bookings the actor keeps."""
    found = Resource.objects.select_related("centre").order_by("centre", "kind", "name")
    return found if actor.kind == "system" else found.filter(body__in=actor.bodies(*perms.KEEPS))


@dataclass(frozen=True)
class Plan:
    """When some resources are open and taken in a stretch of time: three queries for any number
    of them, no query a day."""

    calendars: Shelf
    hours: dict[UUID, list[Hours]] = field(default_factory=lambda: defaultdict(list))
    closed: dict[UUID, list[Span]] = field(default_factory=lambda: defaultdict(list))
    taken: dict[UUID, list[Span]] = field(default_factory=lambda: defaultdict(list))

    def works(self, resource: Resource, day: date) -> bool:
        """Is it a working day there? A year nobody has announced yet is guessed: should the
        announcement say otherwise, whoever booked is told (`ticks.closed`)."""
        return self.calendars.calendar(resource.street).provisional.is_working(day)

    def day(self, resource: Resource, day: date) -> list[Slot]:
        """The slots of a day with what is left of each."""
        pk, length = resource.pk, timedelta(minutes=resource.slot_min)
        slots = rules.pattern(self.hours[pk], day, self.works(resource, day), length)
        return rules.offered(slots, self.closed[pk], self.taken[pk])

    def stands(self, booking: Booking) -> bool:
        """Is the resource still open when the booking says?"""
        span = Span(booking.starts_at, booking.ends_at)
        works = self.works(booking.resource, local(booking.starts_at).date())
        pk = booking.resource_id
        return rules.stands(self.hours[pk], self.closed[pk], span, works)


def plan(resources: Iterable[Resource], begin: datetime, end: datetime) -> Plan:
    """The plan of these resources from `begin` to `end`."""
    wanted = [r.pk for r in resources]
    made = Plan(shelf())
    for line in Opening.objects.filter(resource__in=wanted):
        made.hours[line.resource_id].append(
            Hours(line.on, line.opens, line.closes, line.places, frozenset(line.weekdays), line.first, line.last)
        )  # fmt: skip
    inside = {"resource__in": wanted, "starts_at__lt": end, "ends_at__gt": begin}
    for closure in Closure.objects.filter(ended=False, **inside):
        made.closed[closure.resource_id].append(Span(closure.starts_at, closure.ends_at))
    rows = Booking.objects.filter(state__in=Booking.SEATED, **inside)
    for pk, starts, ends, seat in rows.values_list("resource", "starts_at", "ends_at", "seat"):
        made.taken[pk].append(Span(starts, ends, seat))
    return made


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE)


def horizon(resource: Resource, at: datetime) -> date:
    """The last day that can be booked."""
    return local(at).date() + timedelta(days=resource.ahead_days)


def days(resource: Resource, at: datetime, *, staff: bool = False) -> dict[date, list[Slot]]:
    """Every bookable day with its slots that are still to come; days without any are left out.
    At the desk a slot can be given until it ends, by oneself only with some notice."""
    first, last = local(at).date(), horizon(resource, at)
    made = plan([resource], midnight(first), midnight(last + timedelta(days=1)))
    found = {}
    for n in range((last - first).days + 1):
        day = first + timedelta(days=n)
        slots = [s for s in made.day(resource, day) if _to_come(resource, s, at, staff)]
        if slots:
            found[day] = slots
    return found


def _to_come(resource: Resource, slot: Slot, at: datetime, staff: bool) -> bool:
    if staff:
        return slot.ends > at
    return slot.starts >= at + timedelta(minutes=resource.notice_min)


def slot_at(
    resource: Resource, starts: datetime, at: datetime, *, staff: bool
) -> tuple[Slot | None, list[Span]]:
    """The slot that begins at that moment, if it can be booked now, and what is taken around it."""
    day = local(starts).date()
    if not local(at).date() <= day <= horizon(resource, at):
        return None, []
    made = plan([resource], midnight(day), midnight(day + timedelta(days=1)))
    mine = (s for s in made.day(resource, day) if s.starts == starts)
    found = next((s for s in mine if _to_come(resource, s, at, staff)), None)
    return found, made.taken[resource.pk]


def next_free(resource: Resource, at: datetime, after: datetime, most: int = 3) -> list[Slot]:
    """The first free slots from that moment on, for whoever needs another one."""
    found = [s for slots in days(resource, at).values() for s in slots if s.free]
    later = [s for s in found if s.starts >= after]
    return (later or found)[:most]


def by_code(street: str, code: str, on: date) -> Booking | None:
    """The booking of that day with this code; else the open one, whenever it is."""
    typed = "".join(c for c in code if c.isdigit())
    if len(typed) != 8:
        return None
    same = Booking.objects.filter(street=street, code=typed).select_related("resource__centre")
    today = same.filter(starts_at__gte=midnight(on), starts_at__lt=midnight(on + timedelta(days=1)))
    return today.first() or same.filter(state__in=Booking.OPEN).first()


def of_day(centre: str, kind: str, day: date) -> QuerySet[Booking]:
    """Everybody who comes to a centre on a day, in the order of coming."""
    rows = Booking.objects.filter(
        resource__in=Resource.objects.filter(centre=centre, kind=kind),
        starts_at__gte=midnight(day), starts_at__lt=midnight(day + timedelta(days=1)),
    )  # fmt: skip
    return rows.select_related("resource", "person").order_by("starts_at", "code")


def open_of(person: UUID) -> QuerySet[Booking]:
    """What a person has booked and not yet come to, in every street."""
    rows = Booking.objects.filter(person__in=same_person(person), state__in=Booking.OPEN)
    return rows.select_related("resource__centre").order_by("starts_at")


def paused_until(person: UUID, on: date) -> date | None:
    """Until when somebody books at the desk or by telephone only (settings.YIMEN_BOOKINGS)."""
    how = settings.YIMEN_BOOKINGS
    within = timedelta(days=how["missed_within_days"])
    missed = Booking.objects.filter(
        person__in=same_person(person), state=Booking.State.MISSED,
        starts_at__gte=midnight(on - within),
    ).values_list("starts_at", flat=True)  # fmt: skip
    return rules.paused_until(
        [local(moment).date() for moment in missed], on, most=how["missed"], within=within,
        pause=timedelta(days=how["pause_days"]),
    )  # fmt: skip


def out_of_hours(at: datetime) -> list[Booking]:
    """Booked in the future, and the resource is closed then."""
    rows = list(
        Booking.objects.filter(state=Booking.State.BOOKED, starts_at__gt=at)
        .select_related("resource__centre")
        .order_by("starts_at", "id")
    )
    if not rows:
        return []
    resources = {b.resource_id: b.resource for b in rows}
    made = plan(resources.values(), at, rows[-1].ends_at)
    return [b for b in rows if not made.stands(b)]


def to_remind(at: datetime) -> QuerySet[Booking]:
    """Booked, soon, and not reminded; who booked a moment ago knows."""
    ahead = timedelta(hours=settings.YIMEN_BOOKINGS["remind_hours"])
    return Booking.objects.filter(
        state=Booking.State.BOOKED, reminded_at=None, starts_at__gt=at, starts_at__lte=at + ahead,
        changed_at__lte=at - timedelta(hours=2),
    ).exclude(person=None)  # fmt: skip


def over(at: datetime) -> QuerySet[Booking]:
    """Open bookings of days that are over."""
    return Booking.objects.filter(
        state__in=Booking.OPEN, starts_at__lt=midnight(local(at).date())
    ).order_by("starts_at")  # fmt: skip
