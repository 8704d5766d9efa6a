"""A ticket as something to rate (好差评, AFF-15): the service at the window, whether a case came of
it or not. `feedback` reaches this room by `settings.YIMEN_RATED_VISITS`, being a house below."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core import signing
from django.db.models import Count, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from yimen.counters import actions, queries, rules
from yimen.counters.models import Desk, Ticket, Window
from yimen.feedback.models import Subject
from yimen.feedback.queries import Rateable
from yimen.lib.errors import Unseen

SEAL, SHOWN_S = "counters.tablet", 300


def of_ticket(ticket: Ticket) -> Rateable:
    """The centre answers for its window. Nobody is told who rated: the ticket names no party."""
    return Rateable(
        sort=Subject.VISIT,
        ref=str(ticket.pk),
        street=ticket.street,
        body=queries.body_of(ticket.centre),
        centre=ticket.centre_id,
        matter=ticket.matter_code,
        party=None,
        online=False,
        ready=ticket.state in (Ticket.State.SERVING, Ticket.State.SERVED),
    )


def by_secret(secret: str) -> Rateable:
    """The ticket behind the link on the phone. Unseen when there is none."""
    return of_ticket(actions.by_secret(secret))


def of_ref(ref: str) -> Rateable:
    """The ticket with this id. Unseen when there is none."""
    ticket = Ticket.objects.filter(pk=ref).select_related("centre").first()
    if ticket is None:
        raise Unseen("ticket")
    return of_ticket(ticket)


def concerned(ref: str) -> tuple[list[UUID | None], str]:
    """Who came with this ticket, and the stream of what was done with it."""
    ticket = Ticket.objects.get(pk=ref)
    return [ticket.person_id], ticket.stream


def served(since: datetime) -> dict[str, int]:
    """How many were served at windows since then, by centre: all of them could have rated."""
    ended = Ticket.objects.filter(state=Ticket.State.SERVED, ended_at__gte=since)
    return dict(ended.order_by().values_list("centre_id").annotate(n=Count("pk")))


def ended(since: datetime) -> QuerySet[Ticket]:
    """Tickets of known persons that were served since then; from one short range per hall."""
    halls = list(Desk.objects.values_list("centre_id", flat=True).distinct())
    here = Ticket.objects.filter(centre__in=halls, ended_at__gte=since, state=Ticket.State.SERVED)
    return here.filter(person__isnull=False).select_related("centre").order_by("ended_at")


def key_of(window: str) -> str:
    """What the address of a window's tablet ends with, so that nobody rates from elsewhere."""
    return salted_hmac(SEAL, window, algorithm="sha256").hexdigest()[:24]


def window_of(code: str, key: str) -> Window:
    """The window whose tablet this is. Unseen with a wrong key, as with no such window."""
    window = Window.objects.filter(pk=code, is_active=True).select_related("centre").first()
    if window is None or not constant_time_compare(key, key_of(code)):
        raise Unseen("window")
    return window


def just_served(window: Window, at: datetime) -> Ticket | None:
    """Whoever is being served; else whoever was served a moment ago and nobody was called since."""
    here = queries.at_window(window)
    if here is not None:
        return here if here.state == Ticket.State.SERVING else None
    last = window.tickets.filter(state=Ticket.State.SERVED).order_by("-ended_at").first()
    return last if last and rules.may_still_rate(last.ended_at, at) else None


def seal(ticket: Ticket, window: Window) -> str:
    """What the tablet's form carries: this ticket, at this window, now."""
    return signing.dumps([window.pk, str(ticket.pk)], salt=SEAL)


def unseal(token: str, window: Window) -> Rateable | None:
    """What was on the tablet within the last minutes, even if the next was called in between."""
    try:
        code, ref = signing.loads(token, salt=SEAL, max_age=SHOWN_S)
    except signing.BadSignature:
        return None
    return of_ref(ref) if code == window.pk else None
