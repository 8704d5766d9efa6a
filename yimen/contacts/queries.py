"""Questions about questions: whose they are, who sees them, who can take them."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from yimen.bodies.models import Body
from yimen.bodies.queries import active
from yimen.contacts.models import Enquiry, Handover, Rung, Words
from yimen.contacts.perms import COORDINATORS
from yimen.lib import text
from yimen.lib.actor import Actor, Can
from yimen.lib.crypto import blind
from yimen.lib.time import today
from yimen.places.models import ServicePoint

OFFERED = Handover.State.OFFERED


def visible_to(actor: Actor) -> QuerySet[Enquiry]:
    """Owners, first asked, whoever it is or was offered to, their colleagues; all of the street
    for those who coordinate or audit; the asker's own."""
    if actor.kind == "system":
        return Enquiry.objects.all()
    seen = Q(pk__in=[])
    if actor.party:
        seen |= Q(asker=actor.party) | Q(asker__merged_into=actor.party)
    if actor.kind == "staff":
        seen |= Q(owner_account=actor.account) | Q(first_account=actor.account)
        if bodies := actor.bodies():
            seen |= Q(owner_body__in=bodies) | Q(first_body__in=bodies)
            handed = Handover.objects.filter(enquiry=OuterRef("pk"), to_body__in=bodies)
            seen |= Q(Exists(handed))
        if actor.can(*COORDINATORS, Can.AUDIT):
            seen |= Q(street=actor.street)
    return Enquiry.objects.filter(seen)


def mine(actor: Actor) -> QuerySet[Enquiry]:
    """Open questions that the actor answers for in person."""
    return Enquiry.objects.filter(state="open", owner_account=actor.account)


def my_bodies(actor: Actor) -> QuerySet[Enquiry]:
    """Open questions of the actor's bodies."""
    return Enquiry.objects.filter(state="open", owner_body__in=actor.bodies())


def to_sign(actor: Actor) -> QuerySet[Enquiry]:
    """Questions offered to the actor, or to the actor's body with nobody named."""
    wanted = Q(to_account=actor.account) | Q(to_account=None, to_body__in=actor.bodies())
    heads = actor.bodies(Can.HEAD)
    if heads:
        wanted |= Q(to_body__in=heads)
    offers = Handover.objects.filter(wanted, enquiry=OuterRef("pk"), state=OFFERED)
    return Enquiry.objects.filter(Exists(offers), state="open")


def overdue(actor: Actor, moment: datetime) -> QuerySet[Enquiry]:
    """Open questions past their term: the actor's own and their bodies'; the whole street's for
    those who coordinate, direct or audit. Who was urged already counts, though a new term runs."""
    late = Q(urged__gt=0) | Q(due_at__lte=moment)
    answers = Q(owner_account=actor.account) | Q(owner_body__in=actor.bodies())
    if actor.can(*COORDINATORS, Can.AUDIT):
        answers |= Q(street=actor.street)
    return Enquiry.objects.filter(late, answers, state="open")


def open_count(actor: Actor, cap: int = 99) -> int:
    """What waits for the actor: their own questions and offers to sign, counted to `cap` + 1."""
    own = mine(actor).order_by().values("pk")[: cap + 1].count()
    return own + to_sign(actor).order_by().values("pk")[: cap + 1].count()


def offer_of(enquiry: Enquiry) -> Handover | None:
    """The open offer, if there is one (never more: the database sees to it)."""
    return Handover.objects.filter(enquiry=enquiry, state=OFFERED).first()


def words_of(enquiry: Enquiry) -> dict[str, str]:
    """Question, answer and the latest note; erased words are missing."""
    rows = Words.objects.filter(enquiry=enquiry, erased_at=None).order_by("written_at")
    return {row.sort: row.body for row in rows}


def questions_of(enquiries: Iterable[Enquiry]) -> dict[UUID, str]:
    """The questions of a page of enquiries, in one query."""
    found = Words.objects.filter(
        enquiry__in=[e.pk for e in enquiries], sort=Words.Sort.QUESTION, erased_at=None
    )
    return dict(found.values_list("enquiry", "body"))


def all_words(enquiries: Iterable[Enquiry]) -> dict[UUID, dict[str, str]]:
    """Questions and answers of several enquiries, in one query."""
    found: dict[UUID, dict[str, str]] = {}
    rows = Words.objects.filter(
        enquiry__in=[e.pk for e in enquiries], sort__in=["question", "answer"], erased_at=None
    )
    for enquiry, sort, body in rows.values_list("enquiry", "sort", "body"):
        found.setdefault(enquiry, {})[sort] = body
    return found


def code_index(number: str, code: str) -> str:
    """What is kept of the six digits: a keyed digest bound to the number."""
    return blind("enquiry.code", f"{number}:{code}")


def number_as_kept(typed: str) -> str:
    """A number as typed, with or without its letter, in the form that is kept."""
    plain = text.code(typed)
    return plain if plain.startswith("W") else f"W{plain}"


def by_code(number: str, code: str) -> Enquiry | None:
    """The enquiry that a resident names by number and code. A wrong number costs the same work as
    a wrong code, so that neither can be told from the other."""
    kept = number_as_kept(number)[:9]
    wanted = code_index(kept, text.code(code)[:12])
    found = None
    for enquiry in Enquiry.objects.filter(number=kept).select_related("centre")[:20]:
        if hmac.compare_digest(enquiry.code_index, wanted):
            found = enquiry
    return found


def home_body(actor: Actor) -> Body | None:
    """The body for which the actor is asked: the counter's first, then any other."""
    for powers in ((Can.INTAKE,), (Can.HANDLE, Can.DECIDE, Can.HEAD), ()):
        bodies = actor.bodies(*powers)
        if bodies:
            return Body.objects.filter(pk__in=bodies).order_by("code").first()
    return None


def centre_of(body: Body) -> ServicePoint | None:
    """The service point where a body takes questions: its own, else the street's first."""
    if body.service_point_id:
        return body.service_point
    return ServicePoint.objects.filter(street=body.street).order_by("code").first()


RECEIVERS = (
    Body.Sort.CENTRE,
    Body.Sort.BACK_OFFICE,
    Body.Sort.SECTION,
    Body.Sort.STREET_OFFICE,
    Body.Sort.RESIDENTS_COMMITTEE,
)


def candidates(enquiry: Enquiry) -> list[Body]:
    """Bodies that a question can be handed to, the offices of its field first."""
    bodies = Body.objects.filter(active(today()), street=enquiry.street, sort__in=RECEIVERS)
    order: dict[str, int] = {str(sort): place for place, sort in enumerate(RECEIVERS)}
    wanted = enquiry.topic_field
    return sorted(
        bodies.exclude(pk=enquiry.owner_body_id),
        key=lambda b: (not wanted or b.field != wanted, order[b.sort], b.code),
    )


def next_steps(enquiry: Enquiry) -> list[Body]:
    """Who is next on the ladder, the fittest first: from the service desk the windows of its own
    centre, then the offices; from a window the offices. Above the officer in charge is nobody."""
    if enquiry.rung == Rung.OFFICER:
        return []
    offices = [b for b in candidates(enquiry) if b.sort != Body.Sort.CENTRE]
    own = enquiry.owner_body
    windows = [own] if enquiry.rung == Rung.DESK and own.sort == Body.Sort.CENTRE else []
    known = [b for b in offices if enquiry.topic_field and b.field == enquiry.topic_field]
    return [*windows, *known, *(b for b in offices if b not in known)]


def due(moment: datetime, limit: int = 200) -> QuerySet[Enquiry]:
    """Open questions that time has something to say about, oldest first."""
    return Enquiry.objects.filter(state="open", next_action_at__lte=moment).order_by(
        "next_action_at", "id"
    )[:limit]
