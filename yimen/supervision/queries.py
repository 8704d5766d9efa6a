"""Questions about visits: who sees which, what a month brought."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from yimen.bodies.models import Body, Seat
from yimen.bodies.queries import active, holders_of
from yimen.lib.actor import Actor, Can
from yimen.lib.time import local, now, today
from yimen.people.models import Account
from yimen.supervision import perms, rules
from yimen.supervision.models import Benchmark, Item, Measure, Objection, Score, Visit
from yimen.supervision.rules import Sight, Total

MONTHS_SHOWN = 12


def benchmark_on(day: date) -> Benchmark | None:
    """The version in force on a day."""
    found = Benchmark.objects.filter(valid_from__lte=day)
    return found.order_by("-valid_from", "-version").first()


def items_of(benchmark: UUID) -> list[Item]:
    return list(Item.objects.filter(benchmark=benchmark).order_by("position"))


def conduct_body(street: str, on: date | None = None) -> Body | None:
    """The body whose seats carry the power to supervise."""
    seats = Seat.objects.filter(powers__contains=[str(Can.SUPERVISE)]).values("body")
    found = Body.objects.filter(active(on or today()), street=street, pk__in=seats)
    return found.order_by("code").first()


def supervisors(street: str, on: date | None = None) -> list[UUID]:
    """Accounts that supervise in a street on a day."""
    body = conduct_body(street, on)
    return holders_of(body.pk, (Can.SUPERVISE,), on) if body else []


def family_of(body: Body) -> set[UUID]:
    """A centre's body, its parts and whoever it is a part of: who works there is inside."""
    parts = Body.objects.filter(parent=body.pk).values_list("pk", flat=True)
    return {body.pk, *parts, *([body.parent_id] if body.parent_id else [])}


def _inside(mine: Collection[UUID]) -> QuerySet[Body, Any]:
    """Bodies in whose family one of mine is."""
    near = Q(pk__in=mine) | Q(parent__in=mine) | Q(parts__in=mine)
    return Body.objects.filter(near).order_by().values("pk")


def visible_to(actor: Actor, at: datetime | None = None) -> QuerySet[Visit]:
    """Visits of which the actor sees at least the day; the same rule as `rules.sight`."""
    if actor.kind == "system":
        return Visit.objects.all()
    if not perms.reads(actor):
        return Visit.objects.none()
    month = rules.month_of(local(at or now()).date())
    inside = _inside(actor.bodies())
    over = Q(finished_at__isnull=False, cancelled_at=None, month__lt=month)
    seen = Q(body__in=inside) & (over | Q(announced=True))
    if actor.can(Can.SUPERVISE, Can.AUDIT):
        seen |= ~Q(body__in=inside)
    return Visit.objects.filter(seen, street=actor.street)


def sight(actor: Actor, visit: Visit, at: datetime) -> Sight:
    """How much of one visit the actor sees."""
    where = perms.stand(actor, visit.street, family_of(visit.body))
    return rules.sight(where, visit.facts(at), at)


def listed(actor: Actor) -> QuerySet[Visit]:
    """For lists: with centre and sum."""
    return with_total(visible_to(actor).select_related("centre", "supervisor__party"))


def with_total(visits: QuerySet[Visit]) -> QuerySet[Visit]:
    """Visits with `got` and `of`: points of what could be seen."""
    counted = ~Q(scores__level=Score.Level.UNSEEN)
    return visits.annotate(
        got=Sum("scores__points", filter=counted), of=Sum("scores__out_of", filter=counted)
    )


def total_of(scores: Collection[Score]) -> Total:
    return rules.total((s.level, s.points, s.out_of) for s in scores)


def scores_of(visit: Visit) -> list[Score]:
    """The sheet in its order, with objections and measures; three queries."""
    measures = Measure.objects.select_related("owner__party", "seen_by__party").order_by("set_at")
    found = Score.objects.filter(visit=visit).select_related("item", "objection")
    return list(found.prefetch_related(Prefetch("measures", measures)).order_by("item__position"))


def objections_to_answer(actor: Actor) -> QuerySet[Objection]:
    """Objections that wait for the supervisors."""
    found = Objection.objects.filter(answered_at=None, score__visit__street=actor.street)
    return found if perms.supervises(actor) else found.none()


def measures_of(actor: Actor) -> QuerySet[Measure]:
    """Measures that wait for the actor: to do, or, for a supervisor, to be seen."""
    found = Measure.objects.filter(street=actor.street).select_related(
        "score__item", "score__visit__centre", "owner__party"
    )
    if perms.supervises(actor):
        return found.filter(state=Measure.State.DONE).order_by("due", "id")
    return found.filter(owner=actor.account, state=Measure.State.OPEN).order_by("due", "id")


def to_do(actor: Actor) -> int:
    """How much waits for the actor, for the landing page."""
    return objections_to_answer(actor).count() + measures_of(actor).count()


def staff_around(visit: Visit) -> QuerySet[Account]:
    """Who can own a measure: everybody who holds a seat in the centre or a part of it today."""
    day, family = today(), {visit.body_id, *_parts(visit.body_id)}
    found = {who for body in family for who in holders_of(body, tuple(Can), day)}
    return Account.objects.filter(pk__in=found).select_related("party").order_by("username")


def _parts(body: UUID) -> list[UUID]:
    return list(Body.objects.filter(parent=body).values_list("pk", flat=True))


def to_be_shown(at: datetime) -> QuerySet[Visit]:
    """Finished visits whose month is over and whose centre has not been told."""
    month = rules.month_of(local(at).date())
    found = Visit.objects.filter(told_at=None, finished_at__isnull=False, month__lt=month)
    return found.select_related("body", "centre").order_by("month", "id")


def overdue_measures(at: datetime) -> QuerySet[Measure]:
    """Open measures past their day that were not warned of today."""
    day = local(at).date()
    found = Measure.objects.filter(state=Measure.State.OPEN, due__lt=day)
    fresh = Q(warned_on=None) | Q(warned_on__lt=day)
    return found.filter(fresh).select_related("score__visit__body").order_by("due", "id")


def published(at: datetime, street: str = "") -> list[dict[str, Any]]:
    """What everybody may read: settled visits of the last months, newest first, by centre. One
    query; `parts` are the points by group of the benchmark."""
    first = rules.month_of(local(at).date())
    first = first.replace(year=first.year - 1)
    waiting = Count("scores__objection", filter=Q(scores__objection__answered_at=None))
    found = (
        Visit.objects.filter(month__gte=first, told_at__isnull=False, object_until__lt=at)
        .annotate(waiting=waiting)
        .filter(waiting=0)
    )
    if street:
        found = found.filter(street=street)
    scores = Score.objects.select_related("item").order_by("item__position")
    found = found.select_related("centre").prefetch_related(Prefetch("scores", scores))
    return [
        {"visit": v, "total": total_of(v.scores.all()), "parts": _by_group(list(v.scores.all()))}
        for v in found.order_by("-month", "centre", "id")
    ]


def _by_group(scores: list[Score]) -> list[tuple[str, Total]]:
    groups: dict[str, list[Score]] = {}
    for score in scores:
        groups.setdefault(score.item.group_label, []).append(score)
    return [(name, total_of(rows)) for name, rows in groups.items()]
