"""What time does in the hall: a day that is over leaves nobody waiting."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Max, Min

from yimen.counters import actions, queries
from yimen.counters.models import HallDay, Ticket, Window
from yimen.lib.actor import system
from yimen.lib.time import local


def midnight(moment: datetime) -> int:
    """End the open tickets of earlier days, oldest first. Returns how many."""
    done = 0
    for pk, street in queries.stale(local(moment).date()).values_list("pk", "street"):
        done += actions.end_day(pk, by=system(street, "counters"), at=moment) is not None
    return done + _leave_windows(moment)


AGAIN = 3  # days: as long as papers of a visit may still be handed in


def daily(moment: datetime) -> int:
    """Count the days of the halls that are over: those not counted yet, and the last few again.
    Returns how many days."""
    yesterday = local(moment).date() - timedelta(days=1)
    last = HallDay.objects.aggregate(day=Max("day"))["day"]
    first = Ticket.objects.aggregate(day=Min("day"))["day"] if last is None else last
    if first is None:
        return 0
    start = min(first, yesterday) - timedelta(days=AGAIN)
    for n in range((yesterday - start).days + 1):
        actions.count_day(start + timedelta(days=n), at=moment)
    return (yesterday - start).days + 1


BEFORE = 3


def nearly(moment: datetime) -> int:
    """Tell whoever has about three before them. Returns how many were told."""
    near = queries.about_to_be_called(BEFORE, moment).values_list("pk", "street")
    return sum(
        actions.tell_nearly(pk, by=system(street, "counters"), at=moment) for pk, street in near
    )


def _leave_windows(moment: datetime) -> int:
    """A window left open over night is closed: nobody has sat there since yesterday."""
    midnight = local(moment).replace(hour=0, minute=0, second=0, microsecond=0)
    left = Window.objects.exclude(state=Window.State.CLOSED).filter(since__lt=midnight)
    return sum(
        actions.end_shift(code, by=system(street, "counters"), at=moment)
        for code, street in left.values_list("code", "street")
    )
