"""A roster of the line for tests: three shifts, operators of the invented community's centre."""

from __future__ import annotations

from datetime import date, time, timedelta

from tests.cast import CENTRE, STREET, body
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.places.models import ServicePoint
from yimen.workforce import actions
from yimen.workforce.models import Duty, Post, Shift

HOURS = {"early": (7, 15), "late": (15, 23), "night": (23, 7)}


def set_up() -> tuple[ServicePoint, Post, dict[str, Shift]]:
    """The post and its shifts; every shift needs one person."""
    by, at, place = system(STREET, "import"), now(), ServicePoint.objects.get(pk=CENTRE)
    centre = body(f"centre-{CENTRE}")
    seat = centre.seats.get(key="window")
    post = actions.set_post(place, "line", body=centre, name="求助热线", seat=seat, by=by, at=at)
    shifts = {}
    for code, (begins, ends) in HOURS.items():
        shifts[code] = actions.set_shift(
            place, code, body=centre, name=code, begins=time(begins), ends=time(ends), on="any",
            by=by, at=at,
        )  # fmt: skip
        since = at.date() - timedelta(days=60)
        actions.set_need(post, shifts[code], people=1, valid_from=since, by=by, at=at)
    return place, post, shifts


def fill(account, post: Post, shift: Shift, first: date, days: int) -> list[Duty]:
    """Somebody sits there day after day; rules of rest are not what these tests ask."""
    from yimen.workforce.rules import span

    made = []
    for n in range(days):
        hours = span(first + timedelta(days=n), shift.begins, shift.ends)
        made.append(Duty(
            street=post.street, place=post.place, account=account, post=post, shift=shift,
            day=hours.day, begins_at=hours.begins, ends_at=hours.ends,
        ))  # fmt: skip
    return Duty.objects.bulk_create(made)
