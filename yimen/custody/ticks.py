"""What time does to papers: missing scans are put on record, couriers are asked."""

from __future__ import annotations

from datetime import datetime

from yimen.custody import actions
from yimen.custody.couriers import courier
from yimen.custody.models import Paper, Parcel
from yimen.lib.actor import system

BATCH = 200


def overdue(now: datetime) -> int:
    """Record every scan that has gone missing since the last time, until none is left."""
    done = 0
    while True:
        late = Paper.objects.filter(
            state=Paper.State.IN_TRANSIT, expected_by__lt=now, missing_since=None
        ).order_by("expected_by", "id")
        batch = list(late[:BATCH])
        marked = sum(actions.mark_missing(p, by=system(p.street), at=now) for p in batch)
        done += marked
        if len(batch) < BATCH or not marked:
            return done


def couriers(now: datetime) -> int:
    """Ask the carrier about parcels under way; the longest unheard-of first."""
    carrier, done = courier(), 0
    under_way = Parcel.objects.exclude(state__in=(Parcel.State.DELIVERED, Parcel.State.RETURNED))
    mine = under_way.filter(carrier=carrier.carrier).prefetch_related("events")
    for parcel in mine.order_by("changed_at", "id")[:BATCH]:
        known = {(one.state, one.at) for one in parcel.events.all()}
        for event in sorted(carrier.track(parcel, now)):
            if (event.state, event.at) not in known:
                by = system(parcel.street, "courier")
                actions.parcel_event(parcel, event.state, by=by, at=event.at, place=event.place)
                done += 1
    return done
