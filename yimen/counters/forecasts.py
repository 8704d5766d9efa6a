"""What past days say about one to come: who came when, how long they were at a window, and whether
advice made from earlier days would have held on days that it had not seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain, cycle
from typing import Any

from django.db import connection
from django.db.models import Count, IntegerField
from django.db.models.functions import Cast, ExtractHour, ExtractMinute, Floor

from yimen.clock.queries import shelf
from yimen.counters import staffing
from yimen.counters.models import Ticket
from yimen.counters.staffing import Advice, Slot
from yimen.lib.time import ZONE, local
from yimen.places.models import ServicePoint

WEEKS = 13  # a quarter of a year says something about next week
FEW = 2  # fewer days of the same sort than this: the other days are asked too
QUANTILES = [n / 200 for n in range(1, 200, 2)]
HELD_OUT = 10  # days on which advice is held against what happened
HALF = Cast(
    ExtractHour("taken_at", tzinfo=ZONE) * 2 + Floor(ExtractMinute("taken_at", tzinfo=ZONE) / 30.0),
    IntegerField(),
)
Halves = dict[date, dict[int, int]]


@dataclass(frozen=True)
class Forecast:
    """The expected day, and the past days and times at a window (seconds) that it comes from."""

    day: date
    days: tuple[date, ...]
    slots: list[Slot]
    services: list[float]

    @property
    def service_s(self) -> float:
        return sum(self.services) / len(self.services) if self.services else 0.0

    @property
    def arrivals(self) -> float:
        return sum(slot.arrivals for slot in self.slots)


def counted(centre: str, first: date, last: date) -> Halves:
    """How many came in each half-hour of each day: one query."""
    tickets = Ticket.objects.filter(centre=centre, day__range=(first, last))
    rows = tickets.annotate(half=HALF).order_by().values("day", "half").annotate(n=Count("pk"))
    found: Halves = defaultdict(dict)
    for row in rows:
        found[row["day"]][row["half"]] = row["n"]
    return dict(found)


def similar(past: Mapping[date, Any], day: date, street: str) -> list[date]:
    """The days before `day` that are like it: the same day of the week, and a working day if it is
    one (a make-up Saturday is). With few of them, all days that work alike."""
    calendar = shelf().calendar(street).provisional
    works = calendar.is_working(day)
    alike = [d for d in past if d < day and calendar.is_working(d) == works]
    same = [d for d in alike if d.weekday() == day.weekday()]
    return sorted(same if len(same) >= FEW else alike)


def forecast(centre: ServicePoint, day: date, *, before: date) -> Forecast:
    """What is to be expected on `day`, from days before `before`."""
    past = counted(centre.pk, before - timedelta(weeks=WEEKS), before - timedelta(days=1))
    days = similar(past, day, centre.street)
    return Forecast(
        day, tuple(days), staffing.mean_day([past[d] for d in days]), _services(centre.pk, days)
    )


def _services(centre: str, days: Sequence[date]) -> list[float]:
    """A hundred times at a window that stand for all of these days, from the shortest on."""
    if not days:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(%s::float8[]) WITHIN GROUP (ORDER BY window_s) "
            "FROM counters_ticket WHERE centre_id = %s AND day = ANY(%s) AND state = 'served'",
            [QUANTILES, centre, list(days)],
        )
        found = cursor.fetchone()[0]
    return [max(1.0, value) for value in found] if found else []


@dataclass(frozen=True)
class Held:
    """A past day on which the advice of the days before it is held against who really came."""

    day: date
    came: int
    told: float  # the share within a quarter of an hour that the formula promised
    seen: float  # with the advised windows and that day's own people and times

    @property
    def kept(self) -> bool:
        return self.seen >= staffing.SHARE


def held_out(centre: ServicePoint, *, before: date, days: int = HELD_OUT) -> list[Held]:
    """The last days before `before`, the latest first; days without any like them are left out."""
    past = counted(centre.pk, before - timedelta(weeks=WEEKS), before - timedelta(days=1))
    lately = sorted(past)[-days:]
    real = _real(centre.pk, lately)
    found = []
    for day in reversed(lately):
        alike = similar(past, day, centre.street)
        services = list(chain.from_iterable(real[d][1] for d in alike if d in real))
        services = services or _services(centre.pk, alike)
        moments, own = real[day]
        if not alike or not services or not moments:
            continue
        expected = staffing.mean_day([past[d] for d in alike])
        plan, _played = staffing.advise(expected, services, seed=day.toordinal())
        seen = staffing.played([moments], plan, _one_after_another(own or services))
        found.append(Held(day, len(moments), _promised(plan), seen.share or 0.0))
    return found


def _promised(plan: Sequence[Advice]) -> float:
    came = sum(one.slot.arrivals for one in plan)
    return sum(one.formula * one.slot.arrivals for one in plan) / came if came else 1.0


def _one_after_another(services: Sequence[float]) -> Any:
    endless: Iterator[float] = cycle(services)
    return lambda: next(endless)


def _real(centre: str, days: Sequence[date]) -> dict[date, tuple[list[float], list[float]]]:
    """Seconds of the day at which people came, and how long they were at a window: one query."""
    rows = Ticket.objects.filter(centre=centre, day__in=days).order_by("taken_at")
    found: dict[date, tuple[list[float], list[float]]] = {d: ([], []) for d in days}
    for day, taken, spent, state in rows.values_list("day", "taken_at", "window_s", "state"):
        at = local(taken)
        found[day][0].append(at.hour * 3600.0 + at.minute * 60 + at.second)
        if state == "served" and spent:
            found[day][1].append(float(spent))
    return found
