"""Questions about visits and routes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from yimen.bodies.models import Body
from yimen.bodies.queries import centre_body, holders_of
from yimen.cases.models import Case
from yimen.custody.models import Paper
from yimen.homeservice import perms, rules
from yimen.homeservice.models import Carried, Route, Stop, Visit, Visitor
from yimen.lib.actor import Actor
from yimen.lib.time import ZONE, today
from yimen.matters.models import MatterVersion
from yimen.matters.queries import LIGHT, in_force
from yimen.people.models import Account, Party
from yimen.people.queries import records_of_actor, same_person
from yimen.places.models import ServicePoint

HOURS = {"am": (time(8, 0), time(12, 30)), "pm": (time(12, 30), time(18, 0))}


def visible_to(actor: Actor, day: date | None = None) -> QuerySet[Visit]:
    """Visits of whose existence the actor may know on a day (today): those of the bodies whose
    visits one keeps, one's own and those one asked for, and those of the own route of that day for
    as long as the stop is open."""
    if actor.kind == "system":
        return Visit.objects.all()
    sight = Q(pk__in=[])
    if actor.kind == "resident":
        sight |= Q(asked_by=actor.account)
        if actor.party is not None:
            sight |= Q(person__in=records_of_actor(actor))
    if bodies := actor.bodies(*perms.KEEPS):
        sight |= Q(body__in=bodies)
    if actor.kind == "staff":
        sight |= Q(pk__in=stops_of(actor, day or today()).values("visit"))
    return Visit.objects.filter(sight)


def kept_by(actor: Actor) -> QuerySet[Visit]:
    """Visits that the actor plans and answers for."""
    if actor.kind == "system":
        return Visit.objects.all()
    return Visit.objects.filter(body__in=actor.bodies(*perms.KEEPS))


def routes_kept_by(actor: Actor) -> QuerySet[Route]:
    return Route.objects.filter(body__in=actor.bodies(*perms.KEEPS))


def own(actor: Actor) -> QuerySet[Visit]:
    """A resident's visits, and those that the resident asked for."""
    sight = Q(asked_by=actor.account)
    if actor.party is not None:
        sight |= Q(person__in=records_of_actor(actor))
    return Visit.objects.filter(sight) if actor.kind == "resident" else Visit.objects.none()


def stops_of(actor: Actor, day: date) -> QuerySet[Stop]:
    """The open stops of the actor's routes of a day: all that whoever visits is shown."""
    return Stop.objects.filter(
        route__in=Route.objects.filter(
            day=day, state__in=Route.OPEN,
            pk__in=Visitor.objects.filter(account=actor.account, is_open=True).values("route"),
        ),
        state__in=Stop.OPEN,
    )  # fmt: skip


def own_routes(actor: Actor, day: date) -> QuerySet[Route]:
    """The actor's open routes of a day."""
    goes = Visitor.objects.filter(account=actor.account, is_open=True)
    found = Route.objects.filter(day=day, state__in=Route.OPEN, pk__in=goes.values("route"))
    return found.select_related("centre").order_by("half", "id")


def to_hand_in(actor: Actor) -> QuerySet[Visit]:
    """Visits that are over at home and whose papers are not handed in: of those who were there,
    and of those who keep the visits. Their page shows name, matters and papers, nothing else."""
    over = Visit.objects.filter(state=Visit.State.UNDER_WAY, at_home_until__isnull=False)
    if actor.kind == "system":
        return over
    there = Stop.objects.filter(state=Stop.State.DONE, route__visitors__account=actor.account)
    return over.filter(Q(pk__in=there.values("visit")) | Q(body__in=actor.bodies(*perms.KEEPS)))


# -- who and where -----------------------------------------------------------------------------------


def centres_kept(actor: Actor) -> list[tuple[ServicePoint, Body]]:
    """The centres whose visits the actor keeps, each with its body."""
    return _centres(actor, perms.KEEPS)


def centres_taken_down(actor: Actor) -> list[tuple[ServicePoint, Body]]:
    """The centres for which the actor may write down what somebody asks for."""
    return _centres(actor, perms.ASKS)


def _centres(actor: Actor, cans: Sequence[Any]) -> list[tuple[ServicePoint, Body]]:
    bodies = Body.objects.filter(pk__in=actor.bodies(*cans), sort=Body.Sort.CENTRE)
    by_point = {b.service_point_id: b for b in bodies if b.service_point_id}
    points = ServicePoint.objects.filter(pk__in=by_point, is_open=True).order_by("code")
    return [(point, by_point[point.pk]) for point in points]


def body_of(centre: ServicePoint) -> Body | None:
    return centre_body(centre.pk)


def who_can_go(body: Body, day: date) -> list[Account]:
    """Staff of the centre who may visit on that day: at work, and with a name that a mandate can
    bear."""
    ids = holders_of(body.pk, perms.GOES, day)
    found = Account.objects.filter(pk__in=ids, party__isnull=False).select_related("party")
    return list(found.order_by("party__name_key", "username"))


def span(day: date, half: str) -> rules.Span:
    """From when to when a route of that half day goes."""
    begin, end = HOURS[half]
    return rules.Span(datetime.combine(day, begin, ZONE), datetime.combine(day, end, ZONE))


def busy(accounts: Iterable[UUID], wanted: rules.Span) -> list[Visitor]:
    """Whose other open route overlaps."""
    rows = Visitor.objects.filter(
        account__in=list(accounts), is_open=True, starts_at__lt=wanted.ends,
        ends_at__gt=wanted.starts,
    )  # fmt: skip
    return list(rows.select_related("account__party"))


# -- what for ------------------------------------------------------------------------------------------


def at_home(street: str) -> list[MatterVersion]:
    """The matters that the catalogue offers at home, without the heavy columns."""
    rows = in_force(street=street).filter(content__home_service=True)
    return list(rows.defer(*LIGHT).order_by("initials", "matter_id"))


def may_have(party: Party, day: date, *, hard_to_move: bool = False) -> str:
    """By what somebody may have a visit (rules.ground). What the person said about moving at an
    earlier visit counts as said."""
    if party.sort != Party.Sort.PERSON:
        return ""
    age = settings.YIMEN_HOME_SERVICE["age"]
    found = rules.ground(party.birth_date, hard_to_move, day, age=age)
    if found:
        return found
    said = Visit.objects.filter(person__in=same_person(party.pk), ground=rules.MOBILITY)
    return rules.MOBILITY if said.exists() else ""


def open_of(person: UUID) -> Visit | None:
    """The visit that is asked for or arranged already."""
    rows = Visit.objects.filter(person__in=same_person(person), state__in=Visit.OPEN)
    return rows.order_by("asked_at").first()


def to_plan(body: Body) -> QuerySet[Visit]:
    """What waits for a route, the longest wait first."""
    rows = Visit.objects.filter(body=body, state=Visit.State.REQUESTED)
    return rows.select_related("person", "address__division").order_by("asked_at", "id")


def people_of(routes: Iterable[UUID]) -> dict[UUID, list[Visitor]]:
    """Who goes on each route, the leader first."""
    found: dict[UUID, list[Visitor]] = {}
    rows = Visitor.objects.filter(route__in=list(routes)).select_related("account__party")
    for one in rows.order_by("place"):
        found.setdefault(one.route_id, []).append(one)
    return found


def route_of(visit: Visit) -> Route | None:
    """The route on which the visit stands now."""
    stop = Stop.objects.filter(visit=visit, state__in=Stop.OPEN).select_related("route").first()
    return stop.route if stop else None


# -- papers --------------------------------------------------------------------------------------------


def taken(visit: Visit) -> list[Paper]:
    """What was taken along and is not yet with a case."""
    return list(
        Paper.objects.filter(case_number=visit.number, state=Paper.State.HELD).order_by("id")
    )


def to_give(visit: Visit) -> list[Carried]:
    """What is to be handed over at home and has not been."""
    rows = Carried.objects.filter(visit=visit, ended_at=None, paper__state=Paper.State.HELD)
    return list(rows.select_related("paper").order_by("id"))


def could_go_along(visit: Visit) -> list[Paper]:
    """Results and originals of the person's cases that lie at the centre."""
    if visit.person_id is None:
        return []
    numbers = Case.objects.filter(applicant__in=same_person(visit.person_id)).values("number")
    rows = Paper.objects.filter(
        Q(sort=Paper.Sort.RESULT) | Q(must_return=True),
        case_number__in=numbers, holder_id=visit.body_id, state=Paper.State.HELD,
    )  # fmt: skip
    waiting = Carried.objects.filter(ended_at=None)
    return list(rows.exclude(pk__in=waiting.values("paper")).order_by("case_number", "id")[:50])


# -- time -----------------------------------------------------------------------------------------------


def to_remind(day: date) -> QuerySet[Visit]:
    """Scheduled for that day and not reminded of it."""
    stops = Stop.objects.filter(route__day=day, state=Stop.State.PLANNED)
    rows = Visit.objects.filter(state=Visit.State.SCHEDULED, pk__in=stops.values("visit"))
    return rows.exclude(reminded_for=day).exclude(person=None)


def left_open(before: date) -> QuerySet[Route]:
    """Routes of days that are over."""
    return Route.objects.filter(state__in=Route.OPEN, day__lt=before).order_by("day", "id")
