"""Which contacts have just ended, and whom to ask how it was: cases, answered questions, visits to a
hall (by settings.YIMEN_RATED_VISITS). Nobody twice, nobody who said no, nobody by letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from yimen.cases.kind import kind
from yimen.cases.models import Case, Stage
from yimen.contacts.models import Enquiry
from yimen.feedback import queries, visits
from yimen.feedback.models import Invitation, Rating, Subject, Unasked
from yimen.feedback.queries import NEVER_A_CASE, Rateable
from yimen.people.models import Account

LATEST = timedelta(days=2)  # whoever left longer ago is not asked any more
AT_ONCE = 200


def unasked(at: datetime) -> Iterator[tuple[Rateable, UUID]]:
    """What can be rated and whom to ask, at most AT_ONCE of each sort."""
    since = at - LATEST
    for case in _cases(since):
        if kind(case.kind).quiet(case.facts):
            continue  # whoever wants no message about it is not asked by one
        yield queries.of_case(case), case.applicant_id
    for enquiry in _questions(since):
        yield queries.of_enquiry(enquiry), enquiry.asker_id  # type: ignore[misc]
    found = visits.rated().ended(since)
    for ticket in _fresh(found, Subject.VISIT, Cast(OuterRef("pk"), CharField()), "person")[
        :AT_ONCE
    ]:
        yield visits.rated().of_ticket(ticket), ticket.person_id


def _cases(since: datetime) -> QuerySet[Case]:
    ended = Case.objects.filter(
        kind__in=list(settings.YIMEN_KINDS), stage=Stage.CLOSED, erased_at=None,
        closed_at__gte=since,
    ).exclude(ending__in=NEVER_A_CASE)  # fmt: skip
    return _fresh(ended, Subject.CASE, OuterRef("number"), "applicant").order_by("closed_at")[
        :AT_ONCE
    ]


def _questions(since: datetime) -> QuerySet[Enquiry]:
    answered = Enquiry.objects.filter(state=Enquiry.State.ANSWERED, answered_at__gte=since)
    return _fresh(answered, Subject.ENQUIRY, OuterRef("number"), "asker").order_by("answered_at")[
        :AT_ONCE
    ]


def _fresh(rows: QuerySet[Any], sort: str, ref: Any, who: str) -> QuerySet[Any]:
    """Of `rows`, those that nobody was asked about or has rated, whose `who` can be reached by
    telephone or account and has not said no."""
    of = {"street": OuterRef("street"), "subject": sort, "ref": ref}
    reached = ~Q(**{f"{who}__phone_mask": ""}) | Exists(
        Account.objects.filter(party=OuterRef(who), is_active=True, kind="resident")
    )
    return rows.filter(
        reached,
        ~Exists(Invitation.objects.filter(**of)),
        ~Exists(Rating.objects.filter(**of)),
        ~Exists(Unasked.objects.filter(party=OuterRef(who))),
        **{f"{who}__isnull": False},
    )
