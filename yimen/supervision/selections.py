"""Questions about commending: the figures of those proposed and of nobody else, and who sees what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, Count, F, Q, QuerySet, Sum
from django.db.models.functions import Cast

from yimen.bodies.models import Body
from yimen.counters.figures import tally
from yimen.counters.models import Spell, Ticket, Window
from yimen.feedback.models import Rating
from yimen.feedback.rules import SMALLEST_PUBLISHED, WORST_GOOD
from yimen.lib.actor import Actor, Can
from yimen.lib.time import ZONE
from yimen.people.models import Account
from yimen.supervision import complaints
from yimen.supervision.models import Candidate, Complaint, Score, Selection
from yimen.supervision.perms import above_centres
from yimen.supervision.ranking import Row
from yimen.workforce.models import Enrolment

DECIDES = (Can.HEAD, Can.DECIDE)
ONLY_STAFF = ("training_hours",)


@dataclass(frozen=True, slots=True)
class Span:
    """A quarter: its days, and its moments in Chinese time (the end not counted)."""

    first: date
    after: date

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time(), ZONE)

    @property
    def ends(self) -> datetime:
        return datetime.combine(self.after, time(), ZONE)


def span_of(quarter: date) -> Span:
    months = quarter.year * 12 + quarter.month - 1 + 3
    return Span(quarter, date(months // 12, months % 12 + 1, 1))


def quarter_before(day: date) -> date:
    """The first day of the last quarter that is over on a day."""
    this = day.replace(month=day.month - (day.month - 1) % 3, day=1)
    last = this - timedelta(days=1)
    return last.replace(month=last.month - (last.month - 1) % 3, day=1)


def weights_of(sort: str) -> dict[str, str]:
    """The weights in force, as text; what only people have is no indicator of a window."""
    known = settings.YIMEN_SELECTION["weights"]
    return {
        name: str(weight)
        for name, weight in known.items()
        if sort == Selection.Sort.STAFF or name not in ONLY_STAFF
    }


def visible_to(actor: Actor) -> QuerySet[Selection]:
    """At the desk: who proposes, who decides, who watches over the street."""
    if actor.kind == "system":
        return Selection.objects.all()
    if actor.kind != "staff":
        return Selection.objects.none()
    seen = Q(body__in=actor.bodies(*DECIDES))
    if actor.can(Can.DIRECT, Can.SUPERVISE, Can.AUDIT):
        seen |= Q(street=actor.street)
    return Selection.objects.filter(seen)


def works_with(actor: Actor) -> bool:
    """Is there a page of selections for the actor at all?"""
    return actor.can(Can.DIRECT, Can.SUPERVISE, Can.AUDIT) or above_centres(actor, *DECIDES)


def public() -> QuerySet[Selection]:
    """What everybody reads: posted and decided, newest quarter first."""
    found = Selection.objects.exclude(state=Selection.State.PROPOSING).select_related("body")
    return found.order_by("-quarter", "-id")


def deciding_bodies(street: str) -> QuerySet[Body]:
    """Bodies that can decide: of the street, no centre and no part of one."""
    inside = Body.objects.filter(street=street, sort=Body.Sort.CENTRE)
    found = Body.objects.filter(street=street, seats__powers__overlap=[str(c) for c in DECIDES])
    apart = found.exclude(pk__in=inside).exclude(parent__in=inside)
    return apart.exclude(sort=Body.Sort.RESIDENTS_COMMITTEE).distinct().order_by("code")


def windows_of(street: str) -> QuerySet[Window]:
    found = Window.objects.filter(street=street, is_active=True)
    return found.select_related("centre").order_by("code")


def staff_of(street: str) -> QuerySet[Account]:
    """Who works at a window of the street: those who can be proposed."""
    found = Account.objects.filter(
        appointments__seat__body__sort=Body.Sort.CENTRE,
        appointments__seat__body__street=street,
        appointments__seat__powers__contains=[str(Can.INTAKE)],
        is_active=True, kind="staff",
    ).distinct()  # fmt: skip
    return found.select_related("party").order_by("username")


def rows_of(selection: Selection) -> list[Row]:
    """The candidates with the figures that were posted."""
    found = Candidate.objects.filter(selection=selection).order_by("code")
    return [Row(c.code, c.figures, c.name) for c in found]


def figures_of(selection: Selection, candidate: Candidate) -> dict[str, str]:
    """What is published of one candidate: of their own tickets in the quarter, of their centre's
    visits and upheld complaints. A share of ratings only where there are enough of them: "" is
    not good. Of a complaint the figure is the centre's: a person's own would tell of it."""
    span = span_of(selection.quarter)
    tickets = _tickets(candidate, span)
    found = tally(tickets, "all")
    one = found[next(iter(found))] if found else None
    figures = {
        "served": str(one.served if one else 0),
        "wait_min": _ratio(one.wait_s, one.called * 60, 1) if one else "",
        "good_percent": _good(tickets),
        "no_show_percent": _ratio(one.no_show * 100, one.taken, 1) if one else "",
        "visit_percent": _visits(candidate.centre_id, span),
        "complaints": str(_upheld(candidate.centre_id, span)),
    }
    if candidate.account_id:
        figures["training_hours"] = _hours(candidate.account_id, span)
    return {name: figures[name] for name in selection.weights}


def _tickets(candidate: Candidate, span: Span) -> QuerySet[Ticket]:
    within = {"day__gte": span.first, "day__lt": span.after}
    if candidate.window_id:
        return Ticket.objects.filter(window=candidate.window_id, **within)
    served = Spell.objects.filter(
        account=candidate.account_id, state__in=Ticket.AT_WINDOW, since__gte=span.begins,
        since__lt=span.ends,
    )  # fmt: skip
    return Ticket.objects.filter(pk__in=served.values("ticket"), **within)


def _ratio(part: int, whole: int, places: int) -> str:
    """To so many places, half up; "" of nothing."""
    if not whole:
        return ""
    step = Decimal(1).scaleb(-places)
    return str((Decimal(part) / whole).quantize(step, ROUND_HALF_UP))


def _good(tickets: QuerySet[Ticket]) -> str:
    refs = tickets.order_by().annotate(ref=Cast("pk", CharField())).values("ref")
    rated = Rating.objects.filter(subject="visit", ref__in=refs, again_of=None, mistaken=False)
    told = rated.aggregate(n=Count("pk"), good=Count("pk", filter=Q(level__gte=WORST_GOOD)))
    return _ratio(told["good"] * 100, told["n"], 1) if told["n"] >= SMALLEST_PUBLISHED else ""


def _visits(centre: str, span: Span) -> str:
    counted = Score.objects.filter(
        visit__centre=centre, visit__month__gte=span.first, visit__month__lt=span.after,
        visit__told_at__isnull=False,
    ).exclude(level=Score.Level.UNSEEN)  # fmt: skip
    told = counted.aggregate(got=Sum("points"), of=Sum("out_of"))
    return _ratio((told["got"] or 0) * 100, told["of"] or 0, 1)


def _upheld(centre: str, span: Span) -> int:
    found = Complaint.objects.filter(centre=centre, outcome__in=["upheld", "partly"])
    return found.filter(answered_at__gte=span.begins, answered_at__lt=span.ends).count()


def _hours(account: UUID, span: Span) -> str:
    attended = Enrolment.objects.filter(
        account=account, attended=True, session__begins_at__gte=span.begins,
        session__begins_at__lt=span.ends,
    )  # fmt: skip
    spent = attended.aggregate(all=Sum(F("session__ends_at") - F("session__begins_at")))["all"]
    return _ratio(int(spent.total_seconds()) if spent else 0, 3600, 1)


def complained_of(selection: Selection, actor: Actor) -> list[Candidate]:
    """For the deciding body alone: candidates of whom a complaint was upheld in the quarter, as
    far as the actor may read complaints."""
    span = span_of(selection.quarter)
    seen = complaints.visible_to(actor).filter(outcome__in=["upheld", "partly"])
    seen = seen.filter(answered_at__gte=span.begins, answered_at__lt=span.ends)
    named = {who for one in seen.values_list("accused", flat=True) for who in one}
    return [c for c in selection.candidates.all() if c.account_id in named]


def best(candidates: Sequence[Any]) -> set[UUID]:
    """The first ones, as many as are commended (ties at the edge are all among them)."""
    most = settings.YIMEN_SELECTION["most"]
    return {c.pk for c in candidates if c.place is not None and c.place <= most}
