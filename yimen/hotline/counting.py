"""How much came by each way in a month, and what it was."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, F, QuerySet, When

from yimen.cases.models import Ending
from yimen.hotline import perms, queries
from yimen.hotline.models import HelpRequest
from yimen.lib.actor import Actor
from yimen.lib.time import ZONE

# a request that was dialled in on an old line counts there; else by how it reached the line
WITHOUT_CALL = ("web", "kiosk", "sms", "worker")


def month_of(day: date) -> tuple[datetime, datetime]:
    """From the first moment of a day's month to the first of the next."""
    first = datetime(day.year, day.month, 1, tzinfo=ZONE)
    after = first + timedelta(days=32)
    return first, datetime(after.year, after.month, 1, tzinfo=ZONE)


def _by_way(rows: QuerySet[HelpRequest]) -> QuerySet[Any]:
    other = When(line="one", channel__in=WITHOUT_CALL, then=F("channel"))
    way = Case(other, default=F("line"), output_field=CharField())
    return rows.annotate(way=way)


def requests(actor: Actor, day: date, way: str = "") -> QuerySet[Any]:
    """The requests of a day's month that the actor may see, by one way or all."""
    first, after = month_of(day)
    rows = queries.visible_to(actor) if perms.watches(actor) else HelpRequest.objects.none()
    rows = rows.exclude(case__ending=Ending.VOID)  # taken in by mistake, or begun anew
    found: Any = _by_way(rows.filter(street=actor.street, taken_at__gte=first, taken_at__lt=after))
    return found.filter(way=way) if way else found


def counted(actor: Actor, day: date) -> tuple[Counter[str], Counter[str]]:
    """Requests and calls of the month by way: two queries."""
    first, after = month_of(day)
    asked = requests(actor, day).order_by().values_list("way").annotate(n=Count("pk"))
    street = actor.street if perms.watches(actor) else ""
    rang = queries.incoming(street).filter(queries.of_others(actor))
    rang = rang.filter(rang_at__gte=first, rang_at__lt=after)
    calls = rang.order_by().values_list("line").annotate(n=Count("pk"))
    return Counter(dict(asked)), Counter(dict(calls))
