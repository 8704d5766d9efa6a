"""Questions about ratings: what can be rated, who sees which, the published figures."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, F, Q, QuerySet
from django.db.models.functions import TruncMonth

from yimen.bodies.queries import centre_body
from yimen.cases.models import Bundle, Case
from yimen.contacts.models import Enquiry
from yimen.feedback import rules
from yimen.feedback.models import FollowUp, Publication, Rating, Reply, Subject, Unasked
from yimen.feedback.perms import ABOVE
from yimen.feedback.rules import Figures
from yimen.lib.actor import Actor
from yimen.lib.time import ZONE

TO_PUBLISH = (
    Q(followup__state__in=["fixed", "closed"])
    & ~Q(followup__outcome="mistaken")
    & ~Q(followup__publication__state="published")
)
NEVER_A_CASE = ("void", "moved", "merged")


@dataclass(frozen=True, slots=True)
class Rateable:
    """What is rated: enough to write a rating about it, and whom to tell afterwards."""

    sort: str
    ref: str
    street: str
    body: UUID
    centre: str | None
    matter: str
    party: UUID | None
    online: bool
    ready: bool
    case: UUID | None = None


def of_case(case: Case) -> Rateable:
    """A case is rated once it has ended; the lead body answers for it."""
    return Rateable(
        sort=Subject.CASE,
        ref=case.number,
        street=case.street,
        body=case.lead_id,
        centre=case.centre_id,
        matter=case.matter_code,
        party=case.applicant_id,
        online=case.channel in rules.RATED_ONLINE,
        ready=rules.can_be_rated(stage=case.stage, ending=case.ending),
        case=case.pk,
    )


def of_enquiry(enquiry: Enquiry) -> Rateable:
    """A question is rated once it is answered; the body that answered answers for it."""
    return Rateable(
        sort=Subject.ENQUIRY,
        ref=enquiry.number,
        street=enquiry.street,
        body=enquiry.owner_body_id or enquiry.first_body_id,
        centre=enquiry.centre_id,
        matter=enquiry.matter_code,
        party=enquiry.asker_id,
        online=enquiry.channel in rules.RATED_ONLINE,
        ready=enquiry.state == Enquiry.State.ANSWERED,
    )


def of_visit(visit: Bundle) -> Rateable | None:
    """A visit to a centre; the centre answers for it. None where no body runs the centre."""
    body = centre_body(visit.centre_id)
    if body is None:
        return None
    return Rateable(
        sort=Subject.VISIT,
        ref=str(visit.pk),
        street=visit.street,
        body=body.pk,
        centre=visit.centre_id,
        matter="",
        party=None,
        online=False,
        ready=True,
    )


def visible_to(actor: Actor) -> QuerySet[Rating]:
    """The rated bodies and those above them. A page never shows who rated unless they said so."""
    if actor.kind == "system":
        return Rating.objects.all()
    if actor.kind != "staff":
        return Rating.objects.none()
    seen = Q(body__in=actor.bodies())
    if actor.can(*ABOVE):
        seen |= Q(street=actor.street)
    return Rating.objects.filter(seen)


def followups_of(actor: Actor) -> QuerySet[FollowUp]:
    """Open follow-ups of ratings that the actor sees."""
    return FollowUp.objects.filter(
        rating__in=visible_to(actor).order_by().values("pk"), state__in=["open", "appealed"]
    )


def open_count(actor: Actor, cap: int = 99) -> int:
    """How many follow-ups wait for the actor's bodies, counted to `cap` + 1."""
    waiting = FollowUp.objects.filter(body__in=actor.bodies(), state="open")
    return waiting.values("pk")[: cap + 1].count()


def first_of(subject: Rateable) -> Rating | None:
    """The first rating of this subject."""
    return (
        Rating.objects.filter(
            street=subject.street, subject=subject.sort, ref=subject.ref, again_of=None
        )
        .select_related("followup", "again")
        .first()
    )


def publication_of(followup: FollowUp) -> Publication | None:
    """What of it everybody may read, or soon will."""
    found = Publication.objects.select_related("proposed_by__party", "followup__rating__centre")
    return found.filter(followup=followup).first()


def told() -> QuerySet[Publication]:
    """Answered bad ratings that everybody may read."""
    out = Publication.objects.filter(state=Publication.State.PUBLISHED, erased_at=None)
    return out.select_related("followup__rating__centre")


def wants_none(party: UUID) -> bool:
    """Has this person said that they want no more invitations?"""
    return Unasked.objects.filter(party=party).exists()


def story_of(rating: Rating | None) -> list[Reply]:
    """What was answered to a bad rating, for the rater to read: the body's words, not the
    reviewers' among themselves."""
    if rating is None:
        return []
    told = (Reply.Sort.REPLY, Reply.Sort.FIX, Reply.Sort.DECISION)
    return list(Reply.objects.filter(followup__rating=rating, sort__in=told).order_by("at"))


def due(moment: datetime, limit: int = 200) -> QuerySet[FollowUp]:
    """Follow-ups that time has something to say about, oldest first."""
    return FollowUp.objects.filter(
        next_action_at__lte=moment, state__in=["open", "appealed"]
    ).order_by("next_action_at", "id")[:limit]


# Figures: first ratings only, so that a second one after a fix does not wash out the first.


def figures(since: datetime, by: str, street: str = "") -> dict[str, Figures]:
    """Figures of cases that ended since `since`, by "centre" or "matter_code"; two queries."""
    ended = Q(stage="closed", closed_at__gte=since) & ~Q(ending__in=NEVER_A_CASE)
    if street:
        ended &= Q(street=street)
    column = "centre_id" if by == "centre" else "matter_code"
    finished = dict(
        Case.objects.filter(ended).order_by().values_list(column).annotate(n=Count("pk"))
    )
    return _folded(Rating.objects.filter(_of_cases(since, street)), f"case__{column}", finished)


def _of_cases(since: datetime, street: str) -> Q:
    wanted = Q(subject=Subject.CASE, again_of=None, case__closed_at__gte=since)
    return wanted & Q(street=street) if street else wanted


def enquiry_figures(since: datetime, street: str = "") -> dict[str, Figures]:
    """Figures of questions answered since `since`, by centre; two queries."""
    answered = Q(state="answered", answered_at__gte=since)
    rated = Q(subject=Subject.ENQUIRY, again_of=None, at__gte=since)
    if street:
        answered, rated = answered & Q(street=street), rated & Q(street=street)
    finished = dict(
        Enquiry.objects.filter(answered).order_by().values_list("centre_id").annotate(n=Count("pk"))
    )
    return _folded(Rating.objects.filter(rated), "centre_id", finished)


def visit_figures(since: datetime, served: dict[str, int]) -> dict[str, Figures]:
    """Figures of the service at windows, by centre; `served` is everybody who could have rated."""
    rated = Rating.objects.filter(subject=Subject.VISIT, again_of=None, at__gte=since)
    return _folded(rated, "centre_id", served)


def _folded(ratings: QuerySet[Rating], column: str, finished: dict[str, int]) -> dict[str, Figures]:
    levels: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    answers: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    rows = ratings.order_by().values_list(column, "level", "solved", "mistaken")
    for key, level, solved, mistaken, n in rows.annotate(n=Count("pk")):
        if mistaken:
            answers[key][2] += n
            continue
        levels[key][level] += n
        answers[key][0] += n if solved == "yes" else 0
        answers[key][1] += n if solved != "unanswered" else 0
    return {
        key: Figures(dict(levels[key]), finished.get(key, 0), *answers[key])
        for key in {*finished, *levels, *answers}
    }


# -- month by month ----------------------------------------------------------------------------


def monthly(since: datetime) -> dict[date, Figures]:
    """Cases and questions that ended since `since`, by the month in which they ended."""
    cases = Case.objects.filter(stage="closed", closed_at__gte=since)
    questions = Enquiry.objects.filter(state="answered", answered_at__gte=since)
    rated = Rating.objects.filter(again_of=None)
    found: dict[Any, Figures] = {}  # by date: `_folded` groups by whatever it is told
    for ended, column, ratings, when in (
        (cases.exclude(ending__in=NEVER_A_CASE), "closed_at",
         rated.filter(subject=Subject.CASE, case__closed_at__gte=since), "case__closed_at"),
        (questions, "answered_at", rated.filter(subject=Subject.ENQUIRY, at__gte=since), "at"),
    ):  # fmt: skip
        by = ended.order_by().annotate(
            month=TruncMonth(column, output_field=DateField(), tzinfo=ZONE)
        )
        finished = dict(by.values_list("month").annotate(n=Count("pk")))
        named = ratings.annotate(month=TruncMonth(when, output_field=DateField(), tzinfo=ZONE))
        for month, figures in _folded(named, "month", finished).items():
            found[month] = rules.add(found[month], figures) if month in found else figures
    return found


def followed(since: datetime) -> dict[date, dict[str, int]]:
    """What became of the bad ratings of each month: how many, called back and mended in time,
    mistaken, published with the answer. Those still in time are not counted as late."""
    opened = FollowUp.objects.filter(opened_at__gte=since).order_by()
    by = opened.annotate(month=TruncMonth("opened_at", output_field=DateField(), tzinfo=ZONE))
    rows: Any = by.values("month").annotate(
        bad=Count("pk"),
        to_call=Count("pk", filter=Q(call_back_due__isnull=False)),
        called=Count("pk", filter=Q(called_at__lte=F("call_back_due"))),
        fixed=Count("pk", filter=Q(fixed_at__lte=F("fix_due"))),
        mistaken=Count("pk", filter=Q(outcome="mistaken")),
        told=Count("pk", filter=Q(publication__state="published")),
    )
    return {row.pop("month"): row for row in rows}
