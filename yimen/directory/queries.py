"""Questions about services, units, helpers and what they were asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Prefetch, Q, QuerySet

from yimen.clock.queries import shelf
from yimen.directory import perms, rules
from yimen.directory.models import Asking, Concern, Helper, Offering, Service, Unit
from yimen.directory.rules import Candidate, Proposal, Wanted
from yimen.lib.actor import Actor
from yimen.lib.time import local
from yimen.people.queries import records_of_actor

WEEK = timedelta(days=7)
COUNTS = ("asked", "accepted", "done")  # what counts as asked of a helper


def services(street: str) -> QuerySet[Service]:
    """The list that residents read: what is offered now, policy questions last."""
    return Service.objects.filter(street=street, is_active=True).order_by("is_policy", "code")


def services_kept(actor: Actor) -> QuerySet[Service]:
    """The whole list, for who works here."""
    return Service.objects.filter(street=actor.street if perms.sees(actor) else "")


def matching(rows: QuerySet[Service], typed: str) -> QuerySet[Service]:
    """Those in whose name, text or audience all words stand, in either language."""
    for word in typed.split()[:6]:
        names = ("name", "name_en", "what", "what_en", "audience", "audience_en")
        some = Q()
        for name in names:
            some |= Q(**{f"{name}__icontains": word})
        rows = rows.filter(some)
    return rows


def services_like(typed: str) -> list[Service]:
    """A few of what is offered anywhere, for who searches for something else beside it."""
    return list(
        matching(Service.objects.filter(is_active=True), typed).order_by("street", "code")[:3]
    )


def units(actor: Actor) -> QuerySet[Unit]:
    """The units of the actor's street, for who works here."""
    return Unit.objects.filter(street=actor.street if perms.sees(actor) else "")


def is_working(street: str, moment: datetime) -> bool:
    """Is it a working day there? A year nobody has announced yet is guessed."""
    return shelf().calendar(street).provisional.is_working(local(moment).date())


def open_at(street: str, moment: datetime) -> Callable[[Unit], bool]:
    """Who of the street's units is open then: the day is looked up once for all of them."""
    clock, works = f"{local(moment):%H:%M}", is_working(street, moment)
    return lambda unit: unit.is_active and rules.is_open(unit.hours, clock, works)


@dataclass(frozen=True, slots=True)
class Record:
    """How a unit did, as the house that gives it jobs counts: open now; done and gone well."""

    jobs: int = 0
    done: int = 0
    good: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal with its unit and the offering that answers the need most cheaply."""

    unit: Unit
    offering: Offering
    proposal: Proposal


def proposals(
    street: str, wanted: Wanted, *, at: datetime, records: Mapping[UUID, Record]
) -> list[Found]:
    """Who could do it now, the best first (`rules.propose`): two queries for any number of units.
    `wanted.excluded` holds the codes of units."""
    offered = Offering.objects.filter(service__is_active=True).select_related("service")
    rows = Unit.objects.filter(street=street, is_active=True).prefetch_related(
        Prefetch("offerings", queryset=offered, to_attr="offered")
    )
    here = local(at)
    works, clock, day = is_working(street, at), f"{here:%H:%M}", here.date()
    best: dict[str, tuple[Unit, Offering]] = {}
    candidates = []
    for unit in rows:
        fitting = [o for o in unit.offered if rules.covers(o.service.needs, wanted.need)]  # type: ignore[attr-defined]
        if not fitting or (unit.agreed_until and unit.agreed_until < day):
            continue
        cheapest = min(fitting, key=lambda o: (rules.FEES.index(o.fee), o.service.code))
        best[unit.code] = unit, cheapest
        record = records.get(unit.pk, Record())
        candidates.append(
            Candidate(
                key=unit.code, needs=tuple(cheapest.service.needs), areas=tuple(unit.areas),
                is_open=rules.is_open(unit.hours, clock, works), capacity=unit.capacity,
                jobs=record.jobs, fee=cheapest.fee, point=unit.point, done=record.done,
                good=record.good,
            )
        )  # fmt: skip
    return [Found(*best[p.candidate.key], p) for p in rules.propose(wanted, candidates)]


def helpers_visible_to(actor: Actor) -> QuerySet[Helper]:
    """One's own offer; all of a street for who vets and asks."""
    sight = Q(party__in=records_of_actor(actor)) if actor.party else Q(pk__in=[])
    if perms.asks(actor, actor.street) or perms.keeps(actor, actor.street):
        sight |= Q(street=actor.street)
    return Helper.objects.filter(sight).select_related("party", "division")


def with_services(rows: Iterable[Helper]) -> list[Helper]:
    """The same helpers, each with the services that it offers in `gives`: one query."""
    found = list(rows)
    codes = {code for h in found for code in h.services}
    known = {
        (s.street, s.code): s
        for s in Service.objects.filter(street__in={h.street for h in found}, code__in=codes)
    }
    for one in found:
        one.gives = [known[one.street, c] for c in one.services if (one.street, c) in known]
    return found


def askings_visible_to(actor: Actor) -> QuerySet[Asking]:
    """What one was asked, also as the second; all of a street for who asks."""
    sight = Q(pk__in=[])
    if actor.party:
        mine = records_of_actor(actor)
        sight |= Q(helper__party__in=mine) | Q(second__party__in=mine)
    if perms.asks(actor, actor.street):
        sight |= Q(street=actor.street)
    rows = Asking.objects.filter(sight)
    return rows.select_related("helper__party", "second__party", "escort", "service")


def concerns_visible_to(actor: Actor) -> QuerySet[Concern]:
    """Those of a street for who runs the centre, and the ones handed to one's own body."""
    sight = Q(to__in=actor.bodies()) if actor.kind == "staff" else Q(pk__in=[])
    if perms.keeps(actor, actor.street):
        sight |= Q(street=actor.street)
    return Concern.objects.filter(sight).select_related("asking__helper", "asking__service", "to")


def time_of(moment: datetime, works: bool) -> str:
    """Which of `Helper.TIMES` a moment falls into; evenings begin at 18:00."""
    return f"{'weekday' if works else 'weekend'}_{'evening' if local(moment).hour >= 18 else 'day'}"


def _near(name: str, when: datetime) -> Q:
    """What was asked of a helper within a week of then and was not called off."""
    facts = {"when__gt": when - WEEK, "when__lt": when + WEEK, "state__in": COUNTS}
    return Q(**{f"{name}__{key}": value for key, value in facts.items()})


def ready(street: str, need: str, place: str, when: datetime) -> list[Helper]:
    """Vetted neighbours who can do it then and have not done their share of the week, those of
    the same committee first, then who was asked least."""
    free = time_of(when, is_working(street, when))
    asked = {name: _near(name, when) for name in ("askings", "seconded")}
    found = (
        Helper.objects.filter(
            street=street, state=Helper.State.READY, times__contains=[free],
            valid_until__gte=local(when).date(),
        )
        .annotate(
            first=Count("askings", filter=asked["askings"], distinct=True),
            along=Count("seconded", filter=asked["seconded"], distinct=True),
        )
        .annotate(lately=F("first") + F("along"))
        .select_related("party", "division")
    )  # fmt: skip
    able = [
        h
        for h in with_services(found)
        if h.lately < h.weekly  # type: ignore[attr-defined]
        and any(s.is_active and rules.covers(s.needs, need) for s in h.gives)
    ]
    return sorted(able, key=lambda h: (h.division_id != place, h.lately, str(h.pk)))  # type: ignore[attr-defined]
