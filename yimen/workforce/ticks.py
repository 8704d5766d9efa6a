"""What time does: contracts and certificates come to their end, rosters show gaps, nobody looked."""

from __future__ import annotations

import logging
from datetime import datetime

from yimen.bodies.queries import contracts_ending
from yimen.lib.actor import system
from yimen.places.models import ServicePoint
from yimen.workforce import actions, learning
from yimen.workforce.actions import teaching
from yimen.workforce.actions.telling import FURTHEST

log = logging.getLogger(__name__)


def contracts(moment: datetime) -> int:
    """Warn before contracts end. Told once at each step, however often this runs."""
    count = 0
    for one in contracts_ending(moment.date(), moment.date() + FURTHEST):
        try:
            count += actions.tell_ending(
                one, by=system(one.employer.street, "workforce"), at=moment
            )
        except Exception:
            log.exception("workforce.contracts failed for %s", one.pk)
    return count


def certificates(moment: datetime) -> int:
    """Remind before certificates end."""
    count = 0
    for one in learning.ending(moment.date(), moment.date() + teaching.FURTHEST):
        try:
            count += actions.remind(one, by=system(one.street, "workforce"), at=moment)
        except Exception:
            log.exception("workforce.certificates failed for %s", one.pk)
    return count


def facilities(moment: datetime) -> int:
    """Halls whose conveniences nobody has looked at today."""
    count = 0
    for place in ServicePoint.objects.filter(facilities__is_active=True, is_open=True).distinct():
        try:
            count += actions.tell_unchecked(place, by=system(place.street, "workforce"), at=moment)
        except Exception:
            log.exception("workforce.facilities failed for %s", place.code)
    return count


def gaps(moment: datetime) -> int:
    """Tell who plans of gaps in the next two weeks, place by place."""
    count = 0
    for place in ServicePoint.objects.filter(posts__needs__isnull=False, is_open=True).distinct():
        try:
            count += actions.tell_gaps(place, by=system(place.street, "workforce"), at=moment)
        except Exception:
            log.exception("workforce.gaps failed for %s", place.code)
    return count
