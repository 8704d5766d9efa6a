"""Who sits at the telephone when: the coming two weeks with their holes, and whom to ring at night."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from yimen.bodies.queries import holders_of
from yimen.hotline import holes
from yimen.hotline.holes import Hole, Reachable, Why, Wish
from yimen.lib.actor import Can
from yimen.lib.time import local
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.workforce import queries as workforce
from yimen.workforce.models import Duty, Post
from yimen.workforce.rules import days_between, whole_days

DAY = timedelta(days=1)


def seats() -> QuerySet[Post]:
    """The posts at the telephones of the line."""
    return Post.objects.filter(code=settings.YIMEN_LINE_POSTS["seat"], is_active=True)


def places(street: str = "") -> list[ServicePoint]:
    """Where a line is kept: places that have its post."""
    found = ServicePoint.objects.filter(posts__in=seats(), is_open=True)
    return list((found.filter(street=street) if street else found).distinct().order_by("code"))


@dataclass(slots=True)
class Shift:
    """One shift of one day: who sits there, who is missing."""

    wanted: Any  # workforce.queries.Wanted
    standby: bool


@dataclass(slots=True)
class Day:
    day: date
    shifts: list[Shift] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)


def fortnight(place: ServicePoint, moment: datetime) -> list[Day]:
    """The coming fourteen days, today first."""
    first = local(moment).date()
    last = first + holes.AHEAD - DAY
    days = {d: Day(d) for d in days_between(first, last)}
    posts = settings.YIMEN_LINE_POSTS
    for one in workforce.wanted(place, first, last):
        if one.post.code in (posts["seat"], posts["standby"]):
            days[one.day].shifts.append(Shift(one, one.post.code == posts["standby"]))
    for hole in holes_of(place, moment):
        day = max(first, local(hole.begins).date())
        if day in days:
            days[day].holes.append(hole)
    return list(days.values())


def holes_of(place: ServicePoint, moment: datetime) -> list[Hole]:
    """Holes that are not over, of the coming two weeks. A day more is looked at on either side, so
    that a night's bounds do not depend on when one looks."""
    first = local(moment).date()
    last = first + holes.AHEAD
    wishes = wishes_of(workforce.wanted(place, first - DAY, last))
    around = whole_days(first - DAY, last)
    found = holes.holes(wishes, _spans(place, first - DAY - DAY, last), around.begins, around.ends)
    until = whole_days(first, last - DAY).ends
    return [h for h in found if h.ends > moment and h.begins < until]


def wishes_of(wanted: Iterable[Any]) -> list[Wish]:
    """What the seats' needs say, as moments."""
    seat = settings.YIMEN_LINE_POSTS["seat"]
    return [Wish(w.span.begins, w.span.ends, w.people) for w in wanted if w.post.code == seat]


def _spans(place: ServicePoint, first: date, last: date) -> list[tuple[datetime, datetime]]:
    rows = workforce.duties(place.code, first, last).filter(
        post__code=settings.YIMEN_LINE_POSTS["seat"]
    )
    return list(rows.values_list("begins_at", "ends_at"))


def on_seat(street: str, moment: datetime) -> list[UUID]:
    """Accounts that should sit at the telephone now."""
    rows = Duty.objects.filter(
        street=street, post__code=settings.YIMEN_LINE_POSTS["seat"], cancelled_at=None,
        begins_at__lte=moment, ends_at__gt=moment,
    )  # fmt: skip
    return list(rows.order_by("begins_at", "id").values_list("account", flat=True))


# -- the call-out list ------------------------------------------------------------------------


def call_out(street: str, moment: datetime) -> list[tuple[Account, Why]]:
    """Whom to ring now when the seat is empty or calls queue."""
    people = {one.pk: one for one in listed(street, moment)}
    near = _around(people, moment)
    heads = _heads(street, moment)
    reachable = [_reachable(pk, near.get(pk, []), pk in heads, moment) for pk in people]
    rest = timedelta(hours=settings.YIMEN_REST["between_hours"])
    return [(people[one.who], why) for one, why in holes.call_out(reachable, moment, rest)]


def listed(street: str, moment: datetime) -> list[Account]:
    """Everybody who may sit at the line today, and its heads."""
    day = local(moment).date()
    posts = seats().filter(street=street).select_related("place")
    found = {one.pk: one for post in posts for one in workforce.people_for(post, day)}
    heads = Account.objects.filter(pk__in=_heads(street, moment)).select_related("party")
    found |= {one.pk: one for one in heads}
    return [one for one in found.values() if one.party is not None]


def _heads(street: str, moment: datetime) -> set[UUID]:
    bodies = set(seats().filter(street=street).values_list("body", flat=True))
    day = local(moment).date()
    return {who for body in bodies for who in holders_of(body, (Can.HEAD,), day)}


def _around(accounts: Iterable[UUID], moment: datetime) -> dict[UUID, list[Duty]]:
    """What these people do two days around a moment."""
    rows = Duty.objects.filter(
        account__in=list(accounts), cancelled_at=None, begins_at__lt=moment + 2 * DAY,
        ends_at__gt=moment - 2 * DAY,
    ).select_related("post")  # fmt: skip
    found: dict[UUID, list[Duty]] = {}
    for row in rows.order_by("begins_at"):
        found.setdefault(row.account_id, []).append(row)
    return found


def _reachable(who: UUID, near: Sequence[Duty], head: bool, moment: datetime) -> Reachable[UUID]:
    posts = settings.YIMEN_LINE_POSTS
    running = [d for d in near if d.begins_at <= moment < d.ends_at]
    codes = {d.post.code for d in running if d.post}
    work = [
        d for d in near if d.sort == Duty.Sort.POST and (d.post and d.post.code == posts["seat"])
    ]
    return Reachable(
        who, on_seat=posts["seat"] in codes, on_standby=posts["standby"] in codes,
        next_begins=min((d.begins_at for d in work if d.begins_at > moment), default=None),
        last_ended=max((d.ends_at for d in work if d.ends_at <= moment), default=None),
        away=any(d.sort != Duty.Sort.POST for d in running), head=head,
    )  # fmt: skip
