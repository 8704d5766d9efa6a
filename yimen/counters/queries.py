"""Questions about the hall. Lists, counts, displays and the API ask these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models import Window as Window_
from django.db.models.functions import RowNumber

from yimen.bodies.models import Body
from yimen.bodies.queries import centre_body
from yimen.counters import figures, perms, rules
from yimen.counters.figures import Tally
from yimen.counters.models import Desk, HallDay, Ticket, Window
from yimen.counters.rules import Pace, Wait
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Unseen
from yimen.lib.time import ZONE, local, now
from yimen.matters.content import Content
from yimen.notices.queries import announced
from yimen.people.queries import same_person
from yimen.places.models import ServicePoint
from yimen.places.queries import works_on
from yimen.places.rules import hours_of

LOOK_BACK = timedelta(days=14)  # how far the pace of serving looks back
JUST_TAKEN = timedelta(minutes=3)
MOST_ANNOUNCED = 3  # as many as a display has room for
OBSERVED = 200  # and over how many tickets


def visible_to(actor: Actor) -> QuerySet[Ticket]:
    """Tickets whose existence the actor may know of: one's own; those of the centres at whose
    counters one works; all of the street for who runs or watches it."""
    if actor.kind == "system":
        return Ticket.objects.all()
    sight = Q(pk__in=[])
    if actor.party is not None:
        sight |= Q(person_id__in=same_person(actor.party))
    if perms.watches(actor, actor.street):
        sight |= Q(street=actor.street)
    elif counters := actor.bodies(Can.INTAKE):
        points = Body.objects.filter(id__in=counters).values("service_point_id")
        sight |= Q(centre_id__in=points)
    return Ticket.objects.filter(sight)


def centres_of(actor: Actor) -> QuerySet[ServicePoint]:
    """The centres in whose hall the actor works, or that the actor runs or watches."""
    found = Q(pk__in=[])
    if perms.watches(actor, actor.street):
        found |= Q(street=actor.street)
    bodies = Body.objects.filter(id__in=actor.bodies(Can.INTAKE))
    found |= Q(code__in=bodies.values("service_point_id"))
    return ServicePoint.objects.filter(found).order_by("code")


def body_of(centre: ServicePoint) -> UUID:
    """The body whose hall this is. Unseen where nobody runs it."""
    body = centre_body(centre.pk)
    if body is None:
        raise Unseen("centre")
    return body.pk


def desk_for(centre: ServicePoint, matter: Content | None, code: str) -> Desk | None:
    """The desk of that code; else the one that takes the matter's field; else the general one."""
    desks = list(Desk.objects.filter(centre=centre, is_active=True))
    if code:
        return next((d for d in desks if d.code == code), None)
    if matter is not None:
        mine = [d for d in desks if matter.field in d.fields]
        if mine:
            return mine[0]
    return next((d for d in desks if d.code == Desk.GENERAL), None)


def next_for(window: Window) -> QuerySet[Ticket]:
    """The tickets that a window may call, the next one first. Only of today: see `ticks`."""
    waiting = Ticket.objects.filter(centre_id=window.centre_id, state=Ticket.State.WAITING)
    if window.desks:
        waiting = waiting.filter(desk_code__in=window.desks)
    return waiting.order_by("rank_at", "id")


def at_window(window: Window) -> Ticket | None:
    """Whoever is at the window now."""
    return window.tickets.filter(state__in=Ticket.AT_WINDOW).first()


def open_tickets(centre: ServicePoint | str) -> QuerySet[Ticket]:
    """Everybody who is in the hall, in the order of the queue."""
    found = Ticket.objects.filter(centre=centre, state__in=Ticket.OPEN)
    return found.order_by("rank_at", "id")


def windows_of(centre: ServicePoint | str) -> QuerySet[Window]:
    return Window.objects.filter(centre=centre, is_active=True).order_by("code")


def observed_pace(centre: str, at: datetime) -> Pace:
    """How long a window was taken by one ticket lately, from the call to the end, at a centre."""
    ended = Ticket.objects.filter(centre=centre, ended_at__gte=at - LOOK_BACK, window_s__gt=0)
    last = ended.order_by("-ended_at").values_list("window_s", flat=True)[:OBSERVED]
    return rules.pace(seconds for seconds in last if seconds)


def _serving(ticket: Ticket) -> list[Window]:
    """The open windows that call tickets of this desk; `busy` says whether somebody is there."""
    busy = Exists(Ticket.objects.filter(window=OuterRef("pk"), state__in=Ticket.AT_WINDOW))
    rows = windows_of(ticket.centre_id).filter(state=Window.State.OPEN).annotate(busy=busy)
    return [w for w in rows if rules.serves(w.desks, ticket.desk_code)]


def _ahead(ticket: Ticket, windows: list[Window]) -> int:
    """How many are called before it: whoever waits at a desk that one of these windows serves."""
    before = Ticket.objects.filter(
        Q(rank_at__lt=ticket.rank_at) | Q(rank_at=ticket.rank_at, id__lt=ticket.pk),
        centre_id=ticket.centre_id, state=Ticket.State.WAITING,
    )  # fmt: skip
    if not windows or all(w.desks for w in windows):
        shared = {ticket.desk_code, *(desk for w in windows for desk in w.desks)}
        before = before.filter(desk_code__in=shared)
    return before.count()


def position(ticket: Ticket) -> int:
    """1 for who is called next; 0 when not waiting."""
    waits = ticket.state == Ticket.State.WAITING
    return _ahead(ticket, _serving(ticket)) + 1 if waits else 0


def estimate(ticket: Ticket, at: datetime) -> Wait | None:
    """The range of minutes until a waiting ticket's turn; None when nobody can say."""
    windows = _serving(ticket)
    if not windows:
        return None
    busy = len([w for w in windows if w.busy])  # type: ignore[attr-defined]
    ahead = _ahead(ticket, windows)
    return rules.estimate(ahead, len(windows), busy, observed_pace(ticket.centre_id, at))


def hours_on(centre: ServicePoint, day: date) -> list[tuple[datetime, datetime]]:
    """From when to when the doors are open on a day."""
    spans = hours_of(centre.hours, working_day=works_on(centre, day))
    return [(datetime.combine(day, a, ZONE), datetime.combine(day, b, ZONE)) for a, b in spans]


def snapshot_parts(centre: str) -> tuple[QuerySet[Any, Any], ...]:
    """The queries of a display: windows, who was called where, how many wait at each desk, what is
    announced. The live process runs their SQL on a connection of its own."""
    windows = windows_of(centre).values_list("code", "name", "name_en", "state")
    here = Ticket.objects.filter(centre=centre, state__in=Ticket.AT_WINDOW).order_by()
    waiting = Ticket.objects.filter(centre=centre, state=Ticket.State.WAITING).order_by()
    return (
        windows,
        here.values_list("window_id", "number", "calls", "called_at"),
        waiting.values_list("desk_code").annotate(n=Count("pk")),
        announced(centre, now()).values_list("short", "short_en", "urgent", "ends_at")[
            :MOST_ANNOUNCED
        ],
    )


def assemble(centre: str, *parts: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """What a display shows of a hall: numbers and windows only, nobody's name or reason."""
    windows, here, waiting, said = parts
    there = {code: row for code, *row in here}
    by_desk = dict(waiting)  # type: ignore[arg-type]
    return {
        "centre": centre,
        "windows": [window_row(row, there.get(row[0])) for row in windows],
        "waiting": sum(by_desk.values()),
        "desks": by_desk,
        "announcements": [
            {
                "text": text,
                "text_en": english or text,
                "urgent": urgent,
                "until": local(until).isoformat(),
            }
            for text, english, urgent, until in said
        ],
    }


def window_row(window: Sequence[Any], called: Sequence[Any] | None) -> dict[str, Any]:
    """One window as displays and the API show it."""
    code, name, name_en, state = window
    number, calls, at = called or (None, 0, None)
    return {
        "code": code,
        "name": name,
        "name_en": name_en or name,
        "state": state,
        "serving": number,
        "calls": calls,
        "called_at": local(at).isoformat() if at else None,
    }


def snapshot(centre: str) -> dict[str, Any]:
    """A hall as a display shows it now."""
    return assemble(centre, *snapshot_parts(centre))


def tallies(centre: str, first: date, last: date, by: str) -> dict[str, Tally]:
    """A hall from `first` to `last`, both counted, by one part: days that were counted from their
    facts, the others from their tickets."""
    found: dict[str, Tally] = defaultdict(Tally)
    facts = HallDay.objects.filter(centre=centre, part=by, day__range=(first, last))
    for key, counts in facts.values_list("key", "counts"):
        found[key].add(Tally(**counts))
    counted = HallDay.objects.filter(day__lte=last).aggregate(day=Max("day"))["day"]
    since = max(first, counted + timedelta(days=1)) if counted else first
    if since <= last:
        fresh = Ticket.objects.filter(centre=centre, day__range=(since, last))
        for (key,), tally in figures.tally(fresh, by).items():
            found[key].add(tally)
    return found


def stale(day: date) -> QuerySet[Ticket]:
    """Tickets of earlier days that have no end yet, oldest first."""
    return Ticket.objects.filter(state__in=Ticket.OPEN, day__lt=day).order_by("day", "id")


def about_to_be_called(before: int, at: datetime) -> QuerySet[Ticket]:
    """Waiting tickets of all halls with at most `before` ahead of them at their desk, whose people
    left a telephone and were not told yet. Whoever took it a moment ago has just read it."""
    place = Window_(
        RowNumber(), partition_by=[F("desk_id")], order_by=[F("rank_at").asc(), F("id").asc()]
    )
    waiting = Ticket.objects.filter(state=Ticket.State.WAITING, day=local(at).date())
    near = waiting.annotate(place=place).filter(place__lte=before + 1)
    untold = Ticket.objects.filter(pk__in=near.values("pk"), told_at=None)
    return (
        untold.filter(taken_at__lte=at - JUST_TAKEN)
        .exclude(person=None)
        .exclude(person__phone_mask="")
    )
