"""Questions about posts, rosters and leave. Pages, prints, exports and other houses ask these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet

from yimen.bodies.models import Appointment, Contract
from yimen.bodies.queries import centre_body, employed
from yimen.clock.queries import calendar_for
from yimen.lib.actor import Actor
from yimen.lib.workdays import Calendar
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.workforce import learning, perms, rules
from yimen.workforce.models import Check, Duty, Facility, Leave, Need, Post, Shift, Swap
from yimen.workforce.rules import Rest, Slot, Span

AHEAD = timedelta(days=14)  # gaps are looked for so far ahead


def rest() -> Rest:
    """The rules of rest, as the centre has set them."""
    return Rest(**settings.YIMEN_REST)


# -- places and posts -------------------------------------------------------------------------


def places_of(actor: Actor) -> QuerySet[ServicePoint]:
    """The places whose roster the actor may read."""
    found = ServicePoint.objects.filter(street=actor.street, is_open=True).order_by("code")
    if actor.kind != "staff":
        return found.none()
    if actor.can(*perms.SEES):
        return found
    return found.filter(posts__body__in=actor.bodies()).distinct()


def may_see(actor: Actor, place: ServicePoint) -> bool:
    body = centre_body(place.code)
    return perms.sees_roster(actor, body.pk if body else None, place.street)


def posts_of(place: str) -> QuerySet[Post]:
    """The posts of a place with who leads, guides and pays."""
    related = ("body__led_by", "body__guided_by", "body__funded_by", "led_by", "guided_by",
               "funded_by", "seat__body", "place")  # fmt: skip
    found = Post.objects.filter(place=place, is_active=True)
    return found.select_related(*related).order_by("code")


def lines(post: Post) -> dict[str, Any]:
    """Who leads, who guides, who pays: the post's own, else its body's (AFF-17)."""
    return {
        name: getattr(post, name) or getattr(post.body, name)
        for name in ("led_by", "guided_by", "funded_by")
    }


def people_for(post: Post, on: date) -> list[Account]:
    """Who may be put on the post: holders of its seat on the day whose contract runs; without a
    named seat, everybody who works in its body. In the order of their user names."""
    runs = Q(valid_from__lte=on) & (Q(valid_until=None) | Q(valid_until__gte=on))
    held = Appointment.objects.filter(runs, employed("account", on))
    held = held.filter(seat=post.seat_id) if post.seat_id else held.filter(seat__body=post.body_id)
    found = Account.objects.filter(pk__in=held.values("account"), is_active=True, kind="staff")
    return list(found.select_related("party").order_by("username"))


def may_work(account: UUID, post: Post, on: date) -> bool:
    """Is somebody among those who may be put on the post on the day? Certificates apart."""
    return any(one.pk == account for one in people_for(post, on))


def staff_of_place(place: str) -> QuerySet[Account]:
    """Everybody who holds a seat in a body that has posts at the place."""
    bodies = Post.objects.filter(place=place, is_active=True).values("body")
    held = Appointment.objects.filter(seat__body__in=bodies)
    found = Account.objects.filter(pk__in=held.values("account"), is_active=True, kind="staff")
    return found.select_related("party").order_by("username")


# -- what is needed and what is missing -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A post in a shift on a day: how many are needed, who is there."""

    post: Post
    shift: Shift
    day: date
    span: Span
    people: int
    there: tuple[Duty, ...] = ()

    @property
    def missing(self) -> int:
        return max(self.people - len(self.there), 0)


def calendar_of(street: str) -> Calendar:
    """The street's calendar; where a year is not announced yet, its guess (marked on the page)."""
    return calendar_for(street).provisional


def provisional(street: str, first: date, last: date) -> bool:
    """Are working days of these years still a guess?"""
    return not calendar_for(street).announced(first, last)


def needs_of(place: str, first: date, last: date) -> list[Need]:
    found = Need.objects.filter(post__place=place, post__is_active=True, shift__is_active=True)
    found = found.filter(Q(valid_until=None) | Q(valid_until__gte=first), valid_from__lte=last)
    return list(found.select_related("post", "shift").order_by("shift__begins", "post__code"))


def duties(place: str, first: date, last: date) -> QuerySet[Duty]:
    """Duties at posts of a place, by the day on which they begin."""
    found = Duty.objects.filter(place=place, day__range=(first, last), cancelled_at=None)
    found = found.filter(sort=Duty.Sort.POST)
    return found.select_related("account__party", "post", "shift").order_by(
        "begins_at", "account__username"
    )


def wanted(place: ServicePoint, first: date, last: date) -> list[Wanted]:
    """Every post and shift of these days with who is there; three queries however many days."""
    working = calendar_of(place.street).is_working
    there: dict[tuple[UUID | None, UUID | None, date], list[Duty]] = defaultdict(list)
    for duty in duties(place.code, first, last):
        there[duty.post_id, duty.shift_id, duty.day].append(duty)
    needs = needs_of(place.code, first, last)
    return [
        Wanted(
            need.post, need.shift, day, rules.span(day, need.shift.begins, need.shift.ends),
            need.people, tuple(there[need.post_id, need.shift_id, day]),
        )
        for day in rules.days_between(first, last)
        for need in needs
        if rules.fits(need.shift.on, working(day)) and _holds(need, day)
    ]  # fmt: skip


def _holds(need: Need, day: date) -> bool:
    return need.valid_from <= day and (need.valid_until is None or need.valid_until >= day)


def gaps(place: ServicePoint, first: date, last: date) -> list[Wanted]:
    """Where people are missing."""
    return [one for one in wanted(place, first, last) if one.missing]


def misfits(place: ServicePoint, first: date, last: date) -> list[Duty]:
    """Duties in a shift that is not worked on their day any more: the calendar was announced or
    changed after the roster was made."""
    working = calendar_of(place.street).is_working
    return [
        duty
        for duty in duties(place.code, first, last)
        if duty.shift is not None and not rules.fits(duty.shift.on, working(duty.day))
    ]


def unfit(place: ServicePoint, first: date, last: date) -> list[Duty]:
    """Duties of people who may no longer be put on the post on that day: the contract, the
    appointment or a certificate ends before. Some four queries a post, however many days."""
    found = list(duties(place.code, first, last))
    fit_on = {post: fit(post, first, last) for post in {d.post for d in found if d.post}}
    return [d for d in found if d.post and d.account_id not in fit_on[d.post][d.day]]


# -- people and their time --------------------------------------------------------------------


def loads(accounts: Iterable[UUID], first: date, last: date) -> dict[UUID, rules.Worked]:
    """What these people already have to do around some days, one query. A week more on either
    side, because weeks and days in a row reach beyond."""
    around = timedelta(days=max(settings.YIMEN_REST["days_in_row"], 7))
    rows = Duty.objects.filter(
        account__in=list(accounts), cancelled_at=None,
        begins_at__lt=rules.whole_days(last + around, last + around).ends,
        ends_at__gt=rules.whole_days(first - around, first - around).begins,
    ).values_list("account_id", "sort", "begins_at", "ends_at")  # fmt: skip
    found = {pk: rules.Worked() for pk in accounts}
    for account, sort, begins, ends in rows:
        if sort == Duty.Sort.LEAVE:
            found[account].blocked.append(Span(begins, ends))
        else:
            found[account].add(Span(begins, ends))
    return found


def own_duties(account: UUID | None, first: date, last: date) -> QuerySet[Duty]:
    """Somebody's own time: posts, training and leave."""
    found = Duty.objects.filter(account=account, cancelled_at=None, begins_at__lt=_after(last))
    found = found.filter(ends_at__gt=rules.whole_days(first, first).begins)
    return found.select_related("post", "shift", "place", "leave").order_by("begins_at")


def _after(day: date) -> datetime:
    return rules.whole_days(day, day).ends


def on_duty(place: str, moment: datetime) -> QuerySet[Duty]:
    """Who should be at which post of a place at a moment: what the hall and a duty room ask."""
    found = Duty.objects.filter(place=place, sort=Duty.Sort.POST, cancelled_at=None)
    found = found.filter(begins_at__lte=moment, ends_at__gt=moment)
    return found.select_related("account__party", "post", "shift").order_by("post__code", "id")


def months(account: UUID, year: int) -> dict[int, int]:
    """Minutes on the roster by month of a year: posts and training."""
    rows = Duty.objects.filter(
        account=account, day__year=year, cancelled_at=None, sort__in=Duty.WORK
    ).values_list("day", "begins_at", "ends_at")
    found: dict[int, int] = defaultdict(int)
    for day, begins, ends in rows:
        found[day.month] += Span(begins, ends).minutes
    return dict(found)


# -- swaps and leave --------------------------------------------------------------------------


def swaps_visible_to(actor: Actor) -> QuerySet[Swap]:
    """Swaps that concern the actor; all of the street for who decides about them."""
    found = Swap.objects.select_related(
        "duty__post", "duty__shift", "duty__place", "other__post", "other__shift",
        "asked_by__party", "asked_of__party",
    )  # fmt: skip
    mine = Q(asked_by=actor.account) | Q(asked_of=actor.account)
    if actor.kind != "staff" or actor.account is None:
        return found.none()
    if perms.may_plan(actor, actor.street):
        mine |= Q(street=actor.street)
    return found.filter(mine).order_by("-asked_at", "-id")


def leaves_visible_to(actor: Actor) -> QuerySet[Leave]:
    """One's own leave; all of the street for who decides about it."""
    found = Leave.objects.select_related("account__party", "place")
    if actor.kind != "staff" or actor.account is None:
        return found.none()
    mine = Q(account=actor.account)
    if perms.may_plan(actor, actor.street):
        mine |= Q(street=actor.street)
    return found.filter(mine).order_by("-first", "-id")


def to_decide(actor: Actor) -> int:
    """How many swaps and requests for leave wait for the actor."""
    mine = swaps_visible_to(actor).filter(asked_of=actor.account, state=Swap.State.ASKED).count()
    if not perms.may_decide(actor, actor.street):
        return mine
    swaps = Swap.objects.filter(street=actor.street, state=Swap.State.ACCEPTED).count()
    leaves = Leave.objects.filter(street=actor.street, state=Leave.State.ASKED).count()
    return mine + swaps + leaves


def partners_for(duty: Duty, on: date) -> list[Duty]:
    """Duties of colleagues that could be taken in exchange: the same post's people, two weeks
    around, not the same person."""
    around = timedelta(days=14)
    first, last = max(on, duty.day - around), duty.day + around
    found = duties(duty.place_id, first, last).filter(post=duty.post_id)
    return list(found.exclude(account=duty.account_id).exclude(swaps__state__in=Swap.OPEN)[:200])


def slots(rows: Iterable[Wanted]) -> list[Slot]:
    """One slot for everybody who is missing."""
    return [
        Slot((one.post.pk, one.shift.pk), one.span) for one in rows for _n in range(one.missing)
    ]


def annual_days(account: UUID, year: int) -> int:
    """Calendar days of approved annual leave that begin in a year."""
    taken = Leave.objects.filter(account=account, sort="annual", state="approved", first__year=year)
    spans = taken.annotate(days=F("last") - F("first")).values_list("days", flat=True)
    return sum(one.days + 1 for one in spans)


def fit(post: Post, first: date, last: date) -> dict[date, frozenset[UUID]]:
    """Who may work the post on each of the days: seat, contract and certificates."""
    spans = fit_spans(post, first, last)
    asked = learning.certified_spans(post, spans)
    return {
        day: frozenset(
            who
            for who, runs in spans.items()
            if any(a <= day <= b for a, b in runs)
            and (asked is None or learning.certified(asked[who], day))
        )
        for day in rules.days_between(first, last)
    }


def fit_spans(post: Post, first: date, last: date) -> dict[UUID, list[tuple[date, date]]]:
    """Who may be put on the post in these days, and from when to when: the days of the seat and
    of the contract together. `people_for` says the same for one day."""
    held = Appointment.objects.filter(valid_from__lte=last, account__is_active=True)
    held = held.filter(Q(valid_until=None) | Q(valid_until__gte=first), account__kind="staff")
    held = held.filter(seat=post.seat_id) if post.seat_id else held.filter(seat__body=post.body_id)
    seats = list(held.values_list("account_id", "valid_from", "valid_until"))
    contracts: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    known = Contract.objects.filter(account__in={who for who, _first, _last in seats})
    for who, begins, ends in known.values_list("account_id", "valid_from", "valid_until"):
        contracts[who].append((begins, ends or date.max))
    found: dict[UUID, list[tuple[date, date]]] = defaultdict(list)
    for who, begins, ends in seats:
        for start, end in contracts.get(who, [(date.min, date.max)]):
            both = max(start, begins), min(end, ends or date.max)
            if both[0] <= both[1]:
                found[who].append(both)
    return dict(found)


# -- house order ------------------------------------------------------------------------------


def facilities(place: str) -> QuerySet[Facility]:
    """What a hall keeps ready."""
    return Facility.objects.filter(place=place, is_active=True).order_by("order", "code")


def checks_on(place: str, day: date) -> dict[UUID, Check]:
    """What was found on a day, by facility."""
    rows = Check.objects.filter(facility__place=place, day=day).select_related("by__party")
    return {row.facility_id: row for row in rows}


def checked(place: str, day: date) -> bool:
    """Has everything been looked at on the day?"""
    return set(facilities(place).values_list("pk", flat=True)) <= set(checks_on(place, day))


def not_in_order(place: str, day: date) -> list[Check]:
    """What was missing or broken when it was last looked at, within a week: what the hall shows."""
    since = day - timedelta(days=7)
    last = Check.objects.filter(facility__place=place, facility__is_active=True)
    last = last.filter(day__range=(since, day)).order_by("facility", "-day").distinct("facility")
    rows = Check.objects.filter(pk__in=last.values("pk")).exclude(state=Check.State.OK)
    return list(rows.select_related("facility").order_by("facility__order"))
