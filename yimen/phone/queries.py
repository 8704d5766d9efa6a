"""Questions about calls: which centre a line belongs to, who sees which calls."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from yimen.lib.actor import Actor, Can
from yimen.phone import perms
from yimen.phone.models import Call, CallBack
from yimen.places.models import ServicePoint


def visible_to(actor: Actor) -> QuerySet[Call]:
    """Calls of the street, for whoever may see any. They name nobody."""
    if actor.kind == "system":
        return Call.objects.all()
    if not perms.may_see(actor):
        return Call.objects.none()
    return Call.objects.filter(street=actor.street)


def owed_to(actor: Actor) -> QuerySet[CallBack]:
    """Calls back: those that one's own counter owes; all of the street for who coordinates, directs
    or audits."""
    if actor.kind == "system":
        return CallBack.objects.all()
    if not perms.may_see(actor):
        return CallBack.objects.none()
    seen = Q(body__in=actor.bodies(Can.INTAKE))
    if actor.can(*perms.SEES_ALL):
        seen |= Q(street=actor.street)
    return CallBack.objects.filter(seen)


def open_count(actor: Actor, cap: int = 99) -> int:
    """Calls back that are due from the actor's bodies, counted to `cap` + 1."""
    return owed_to(actor).filter(done_at=None).order_by().values("pk")[: cap + 1].count()


def open_of(street: str, party: UUID) -> CallBack | None:
    """What is owed to this person already."""
    return CallBack.objects.filter(street=street, party=party, done_at=None).first()


def centre_of_line(dialled: str) -> ServicePoint | None:
    """The centre that a called number belongs to (settings.YIMEN_PHONE_LINES, `*` for the others);
    without a word about it the first one that is open."""
    lines = settings.YIMEN_PHONE_LINES
    code = lines.get(dialled) or lines.get("*")
    points = ServicePoint.objects.filter(is_open=True)
    return (points.filter(pk=code) if code else points.order_by("code")).first()


def left_open(before: datetime) -> QuerySet[Call]:
    """Calls without an end although they began so long ago: the service was cut."""
    return Call.objects.filter(ended_at=None, started_at__lt=before)
