"""Questions about training: courses, who is certified until when, sessions, hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from yimen.lib.actor import Actor
from yimen.people.models import Account
from yimen.workforce import perms
from yimen.workforce.models import Certificate, Course, Enrolment, Post, Requirement, Session

SOON = timedelta(days=60)


def courses(street: str) -> QuerySet[Course]:
    return Course.objects.filter(street=street, is_active=True).order_by("-before_post", "code")


def valid_on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_until=None) | Q(valid_until__gte=day))


def lacking(post: Post, account: UUID, on: date) -> list[Course]:
    """The courses that the post asks for and somebody has no valid certificate of."""
    has = Certificate.objects.filter(valid_on(on), account=account, course=OuterRef("course"))
    asked = Requirement.objects.filter(~Q(Exists(has)), post=post, valid_from__lte=on)
    return [r.course for r in asked.select_related("course").order_by("course__code")]


def certified_spans(post: Post, accounts: Iterable[UUID]) -> dict[UUID, list[list[Any]]] | None:
    """For each required course the days on which each account is certified, from the day on which
    it is required; None where the post asks for nothing."""
    asked = list(Requirement.objects.filter(post=post).values_list("course", "valid_from"))
    if not asked:
        return None
    spans: dict[tuple[UUID, UUID], list[tuple[date, date]]] = defaultdict(list)
    rows = Certificate.objects.filter(account__in=accounts, course__in=[c for c, _from in asked])
    for account, course, first, last in rows.values_list(
        "account_id", "course_id", "valid_from", "valid_until"
    ):
        spans[account, course].append((first, last or date.max))
    return {
        account: [[since, spans[account, course]] for course, since in asked]
        for account in accounts
    }


def certified(asked: list[list[Any]], day: date) -> bool:
    """Is every course that is required on the day covered?"""
    return all(
        day < since or any(first <= day <= last for first, last in spans) for since, spans in asked
    )


def certificates_of(account: UUID | None) -> QuerySet[Certificate]:
    found = Certificate.objects.filter(account=account).select_related("course")
    return found.order_by("course__code", "-valid_from")


def newest(street: str) -> list[Certificate]:
    """The newest certificate of everybody in each course, ending soonest first."""
    found = Certificate.objects.filter(street=street, account__is_active=True)
    latest = found.order_by("account", "course", "-valid_from").distinct("account", "course")
    rows = Certificate.objects.filter(pk__in=latest.values("pk"))
    rows = rows.select_related("account__party", "course")
    return list(rows.order_by(F("valid_until").asc(nulls_last=True), "account__username"))


def ending(first: date, last: date) -> QuerySet[Certificate]:
    """Certificates that end between two days and that no later one of the course follows."""
    later = Certificate.objects.filter(
        account=OuterRef("account"),
        course=OuterRef("course"),
        valid_from__gt=OuterRef("valid_from"),
    )
    found = Certificate.objects.filter(~Q(Exists(later)), valid_until__range=(first, last))
    return found.select_related("account", "course").order_by("valid_until", "id")


def sessions_visible_to(actor: Actor) -> QuerySet[Session]:
    """Everybody who works in the street sees what is taught there."""
    if not perms.works_here(actor):
        return Session.objects.none()
    found = Session.objects.filter(street=actor.street).select_related("course", "place")
    return found.order_by("-begins_at", "-id")


def enrolments(session: Session) -> list[Enrolment]:
    found = Enrolment.objects.filter(session=session)
    return list(found.select_related("account__party", "certificate").order_by("account__username"))


def hours(street: str, year: int) -> dict[UUID, float]:
    """Hours of training attended in a year, by account."""
    attended = Enrolment.objects.filter(
        street=street, attended=True, session__begins_at__year=year
    ).values_list("account").annotate(all=Sum(F("session__ends_at") - F("session__begins_at")))  # fmt: skip
    return {who: spent.total_seconds() / 3600 for who, spent in attended.order_by()}


def fits_no_post(seat: UUID, account: Account, on: date) -> list[str]:
    """The courses somebody lacks for every post of a seat; nothing where one post would do."""
    names: list[str] = []
    for post in Post.objects.filter(seat=seat, is_active=True):
        missing = lacking(post, account.pk, on)
        if not missing:
            return []
        names += [course.label for course in missing]
    return list(dict.fromkeys(names))
