"""Questions about complaints: who sees which, where one goes, what a centre may count."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from yimen.bodies import rules as matrix
from yimen.bodies.models import Body
from yimen.bodies.queries import actor_for, centre_body, heads_of, route
from yimen.contacts.reckoning import after
from yimen.lib import text
from yimen.lib.actor import Actor, Can
from yimen.lib.crypto import blind
from yimen.lib.spans import working_days
from yimen.lib.time import local
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.supervision.conflict import Named
from yimen.supervision.models import Complaint

FIELD = "conduct"  # the matrix may name a body for it; else it is the one above the centre
WORKING = (Can.HANDLE, Can.DECIDE, Can.HEAD)
WATCHING = (Can.SUPERVISE, Can.AUDIT)


def named(complaint: Complaint) -> Named:
    return Named(frozenset(complaint.avoid), frozenset(complaint.accused))


def concerns(actor: Actor) -> Q:
    """Complaints of which the actor must not learn: the same as `conflict.conflicted`."""
    found = Q(avoid__overlap=list(actor.bodies())) if actor.bodies() else Q(pk__in=[])
    return found | Q(accused__contains=[actor.account]) if actor.account else found


def visible_to(actor: Actor) -> QuerySet[Complaint]:
    """Who handles them, and who watches over the street; never who is concerned."""
    if actor.kind == "system":
        return Complaint.objects.all()
    if actor.kind != "staff":
        return Complaint.objects.none()
    seen = Q(body__in=actor.bodies(*WORKING))
    if actor.can(*WATCHING):
        seen |= Q(street=actor.street)
    return Complaint.objects.filter(seen).exclude(concerns(actor))


def hidden_from(actor: Actor) -> QuerySet[Complaint, Any]:
    """Numbers of complaints that concern the actor (settings.YIMEN_HIDDEN)."""
    return Complaint.objects.filter(concerns(actor)).values("number")


def open_count(actor: Actor) -> int:
    """How many wait for the actor's bodies."""
    mine = visible_to(actor).filter(body__in=actor.bodies(*WORKING), answered_at=None)
    return mine.count()


def avoided_by(centre: ServicePoint) -> tuple[Body | None, set[UUID]]:
    """The body of a centre, and all that must not learn of a complaint about it: itself and its
    parts, however deep."""
    body = centre_body(centre.code)
    if body is None:
        return None, set()
    found, ring = {body.pk}, {body.pk}
    while ring:
        ring = set(Body.objects.filter(parent__in=ring).values_list("pk", flat=True)) - found
        found |= ring
    return body, found


def who_handles(
    body: Body, avoid: set[UUID], accused: set[UUID], at: datetime
) -> tuple[UUID | None, list[dict[str, Any]]]:
    """(body, reasons): by the matrix, never one that is avoided or in which the person complained
    of holds a seat; without a rule, the nearest body above the centre."""
    day = local(at).date()
    found = route(body.street, field=FIELD, on=day, excluded={*avoid, *accused})
    reasons = [b.as_data() for b in found.because]
    if found.lead is not None:
        return found.lead, reasons
    superiors = {b.pk: b.led_by_id or b.parent_id for b in Body.objects.all()}
    theirs = {a for one in accused for a in _bodies_of(one)}
    return matrix.superior(body.pk, avoid | theirs, superiors), reasons


def _bodies_of(account: UUID) -> set[UUID]:
    return set(actor_for(Account.objects.get(pk=account)).bodies())


def people_of(avoid: set[UUID]) -> QuerySet[Account]:
    """Who could be meant: everybody who holds or held a seat in the bodies complained of."""
    found = Account.objects.filter(appointments__seat__body__in=avoid, kind="staff").distinct()
    return found.select_related("party").order_by("username")


def leaders_of(body: Body) -> list[UUID]:
    """Who runs a centre today."""
    return heads_of(body.pk)


def due(street: str, at: datetime, *, extended: bool = False) -> datetime:
    """By when it is answered: YIMEN_COMPLAINTS, in working days of the street."""
    days = settings.YIMEN_COMPLAINTS["extended_days" if extended else "answer_days"]
    return after(street, at, working_days(days)).at


def code_index(number: str, code: str) -> str:
    """What is kept of the six digits: a keyed digest bound to the number."""
    return blind("complaint.code", f"{number}:{code}")


def by_code(number: str, code: str) -> Complaint | None:
    """The complaint that number and code open, whoever asks."""
    plain = text.code(number)
    wanted = code_index(plain, text.code(code))
    for found in Complaint.objects.filter(number=plain).select_related("centre", "body"):
        if hmac.compare_digest(found.code_index, wanted):
            return found
    return None


def overdue(at: datetime) -> QuerySet[Complaint]:
    """Open complaints past their term that were not warned of today."""
    fresh = Q(warned_on=None) | Q(warned_on__lt=local(at).date())
    return Complaint.objects.filter(fresh, answered_at=None, due_at__lt=at).order_by("due_at")


def counted_for(actor: Actor, since: datetime) -> dict[str, int] | None:
    """What who runs a centre reads of complaints about it: counts, without their own, and without
    those that could still turn out to be (`conflict.counts_for`). None for everybody else."""
    bodies = list(actor.bodies(Can.DIRECT))
    if actor.kind != "staff" or not bodies:
        return None
    known = ~Q(accused=[]) | Q(answered_at__isnull=False)
    found = Complaint.objects.filter(known, avoid__overlap=bodies, filed_at__gte=since)
    found = found.exclude(accused__contains=[actor.account])
    return found.aggregate(
        filed=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        upheld=Count("pk", filter=Q(outcome__in=["upheld", "partly"])),
    )
