"""What time does to visits: people are reminded, days end."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from yimen.homeservice import actions, queries
from yimen.lib.actor import system
from yimen.lib.rounds import one_by_one
from yimen.lib.time import local


def remind(moment: datetime) -> int:
    """Remind whoever is visited tomorrow. Returns how many."""
    day = local(moment).date() + timedelta(days=1)
    return one_by_one(
        "homeservice.remind",
        queries.to_remind(day),
        lambda v: actions.remind(v, day, by=system(v.street, "homeservice"), at=moment),
    )


def midnight(moment: datetime) -> int:
    """Close routes of days that are over, when nothing can come from them any more."""
    late = timedelta(hours=settings.YIMEN_HOME_SERVICE["late_hours"])
    return one_by_one(
        "homeservice.midnight",
        queries.left_open(local(moment - late).date()),
        lambda r: actions.close_day(r, by=system(r.street, "homeservice"), at=moment),
    )
