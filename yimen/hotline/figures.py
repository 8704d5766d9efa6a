"""Questions about the two measures: calls by day and by hour, talk, seats on the roster."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import (
    Avg,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.db.models.functions import ExtractHour, TruncDate

from yimen.hotline import duty, queries, ringing
from yimen.hotline.measures import Rung
from yimen.hotline.models import LineCall, Ringing
from yimen.lib.actor import Actor
from yimen.lib.time import ZONE

RECENT = timedelta(days=28)
WHATS = ("came", "picked", "in_time", "late", "gave_up")


def came(actor: Actor, first: date, last: date) -> QuerySet[Ringing]:
    """Calls that rang on these days and are over."""
    begins = datetime.combine(first, time(0), ZONE)
    ends = datetime.combine(last + timedelta(days=1), time(0), ZONE)
    rows = ringing.visible_to(actor).filter(rang_at__gte=begins, rang_at__lt=ends)
    return rows.exclude(ended_at=None)


def _in_time() -> Q:
    limit = timedelta(seconds=settings.YIMEN_LINE_MEASURES["within_s"])
    return Q(outcome="picked", ended_at__lte=F("rang_at") + limit)


def _counted(rows: QuerySet[Ringing], key: Any) -> dict[Any, Rung]:
    found: Any = rows.annotate(key=key).order_by().values("key").annotate(
        n=Count("pk"), picked=Count("pk", filter=Q(outcome="picked")),
        soon=Count("pk", filter=_in_time()),
    )  # fmt: skip
    return {row["key"]: Rung(row["n"], row["picked"], row["soon"]) for row in found}


def by_day(actor: Actor, first: date, last: date) -> dict[date, Rung]:
    return _counted(came(actor, first, last), TruncDate("rang_at", tzinfo=ZONE))


def by_hour(actor: Actor, first: date, last: date) -> dict[int, Rung]:
    return _counted(came(actor, first, last), ExtractHour("rang_at", tzinfo=ZONE))


def behind(
    actor: Actor, first: date, last: date, *, hour: int | None, what: str
) -> QuerySet[Ringing]:
    """The calls that a figure counts; `open` says of which the actor may know who spoke and what
    came of it."""
    rows = came(actor, first, last)
    if hour is not None:
        rows = rows.annotate(hour=ExtractHour("rang_at", tzinfo=ZONE)).filter(hour=hour)
    if what == "picked":
        rows = rows.filter(outcome="picked")
    elif what == "in_time":
        rows = rows.filter(_in_time())
    elif what == "late":
        rows = rows.filter(outcome="picked").exclude(_in_time())
    elif what == "gave_up":
        rows = rows.exclude(outcome="picked")
    others = LineCall.objects.filter(queries.of_others(actor))
    rows = rows.annotate(open=Exists(others.filter(pk=OuterRef("call"))))
    return rows.select_related("call__operator__party", "call__recording", "called_back")


def talk_s(actor: Actor, since: datetime) -> float:
    """Mean talk and after-call work in seconds; the settings' where nobody has talked yet."""
    known = settings.YIMEN_LINE_MEASURES
    rows = LineCall.objects.filter(
        ringing__in=ringing.visible_to(actor), answered_at__gte=since, ended_at__isnull=False
    )
    length = ExpressionWrapper(F("ended_at") - F("answered_at"), output_field=DurationField())
    found = rows.aggregate(n=Count("pk"), mean=Avg(length))
    talked = found["mean"].total_seconds() if found["n"] else known["talk_s"]
    return max(float(talked), 1.0) + known["after_s"]


def rostered(street: str, moment: datetime) -> list[int]:
    """How many should sit at the telephone, by hour of tomorrow: what the shifts ask for."""
    day = moment.astimezone(ZONE).date() + timedelta(days=1)
    found = [0] * 24
    for place in duty.places(street):
        wishes = duty.wishes_of(duty.workforce.wanted(place, day - timedelta(days=1), day))
        for hour in range(24):
            at = datetime.combine(day, time(hour), ZONE)
            found[hour] += sum(w.people for w in wishes if w.begins <= at < w.ends)
    return found
