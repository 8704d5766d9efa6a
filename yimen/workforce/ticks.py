"""What time does: contracts and certificates come to their end, rosters show gaps, nobody looked."""

from __future__ import annotations

from datetime import datetime

from yimen.bodies.queries import contracts_ending
from yimen.lib.actor import Actor, system
from yimen.lib.rounds import one_by_one
from yimen.places.models import ServicePoint
from yimen.workforce import actions, learning
from yimen.workforce.actions import teaching
from yimen.workforce.actions.telling import FURTHEST


def _by(street: str) -> Actor:
    return system(street, "workforce")


def contracts(moment: datetime) -> int:
    """Warn before contracts end. Told once at each step, however often this runs."""
    return one_by_one(
        "workforce.contracts",
        contracts_ending(moment.date(), moment.date() + FURTHEST),
        lambda one: actions.tell_ending(one, by=_by(one.employer.street), at=moment),
    )


def certificates(moment: datetime) -> int:
    """Remind before certificates end."""
    return one_by_one(
        "workforce.certificates",
        learning.ending(moment.date(), moment.date() + teaching.FURTHEST),
        lambda one: actions.remind(one, by=_by(one.street), at=moment),
    )


def facilities(moment: datetime) -> int:
    """Halls whose conveniences nobody has looked at today."""
    return one_by_one(
        "workforce.facilities",
        ServicePoint.objects.filter(facilities__is_active=True, is_open=True).distinct(),
        lambda place: actions.tell_unchecked(place, by=_by(place.street), at=moment),
    )


def gaps(moment: datetime) -> int:
    """Tell who plans of gaps in the next two weeks, place by place."""
    return one_by_one(
        "workforce.gaps",
        ServicePoint.objects.filter(posts__needs__isnull=False, is_open=True).distinct(),
        lambda place: actions.tell_gaps(place, by=_by(place.street), at=moment),
    )
