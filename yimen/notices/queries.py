"""Questions about messages: whose, unread, failed; and how one reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from yimen.ledger.models import Errand
from yimen.lib.actor import Actor, Can
from yimen.notices import perms, wording
from yimen.notices.models import Agreement, Announcement, Message
from yimen.notices.perms import MANAGERS
from yimen.notices.rules import OUTGOING
from yimen.people.models import Party
from yimen.people.queries import records_of
from yimen.places.models import ServicePoint


@dataclass(frozen=True, slots=True)
class Shown:
    """A message in words, for a page."""

    message: Message
    title: str
    text: str
    page: str

    @property
    def unread(self) -> bool:
        return self.message.channel == "inbox" and self.message.read_at is None


def addressed_to(actor: Actor) -> Q:
    """Messages to the actor, or to a body where the actor sits."""
    mine = Q(pk__in=[])
    if actor.account:
        mine |= Q(to_account=actor.account)
    if bodies := actor.bodies():
        hidden = _hidden(actor)
        mine |= Q(to_body__in=bodies) & (~Q(about__in=hidden) if hidden else Q())
    if actor.party:
        mine |= Q(to_party=actor.party) | Q(to_party__merged_into=actor.party)
    return mine


def visible_to(actor: Actor) -> QuerySet[Message]:
    """What the actor may read: what was told to them, and for those who run or audit the street
    everything that it sent."""
    if actor.kind == "system":
        return Message.objects.all()
    seen = addressed_to(actor)
    if actor.can(*MANAGERS, Can.AUDIT):
        street = Q(street=actor.street)
        for path in settings.YIMEN_HIDDEN:
            street &= ~Q(about__in=import_string(path)(actor))
        seen |= street
    return Message.objects.filter(seen)


def inbox(actor: Actor) -> QuerySet[Message]:
    """The staff inbox: warnings, urgings, offers told to the actor or to their bodies."""
    mine = Q(pk__in=[])
    for one in _mine(actor):
        mine |= one
    return Message.objects.filter(mine, channel=Message.Channel.INBOX)


def _mine(actor: Actor) -> list[Q]:
    """To the actor, to each of their bodies; but nothing about what complains of them."""
    own = [Q(to_account=actor.account)] if actor.account else []
    mine = own + [Q(to_body=body) for body in sorted(actor.bodies())]
    hidden = _hidden(actor)
    return [one & ~Q(about__in=hidden) for one in mine] if hidden else mine


def _hidden(actor: Actor) -> list[str]:
    """Numbers of what complains of the actor: few, so they are read once and a list stays a walk
    along its index."""
    found: list[str] = []
    for path in settings.YIMEN_HIDDEN:
        found += import_string(path)(actor).values_list("number", flat=True)
    return found


def inbox_lists(actor: Actor, *, unread: bool) -> list[QuerySet[Message]]:
    """The same as `inbox`, one list for each address, so that each is read along its index."""
    kept = Q(channel=Message.Channel.INBOX) & (Q(read_at=None) if unread else Q())
    return [Message.objects.filter(one, kept) for one in _mine(actor)]


def unread_count(actor: Actor, cap: int = 99) -> int:
    """How many messages of the inbox are unread, counted to `cap` and one more."""
    return inbox(actor).filter(read_at=None).order_by().values("pk")[: cap + 1].count()


def of_resident(actor: Actor) -> QuerySet[Message]:
    """What a resident was told, whatever the channel."""
    return (
        Message.objects.filter(addressed_to(actor)) if actor.signed_in else Message.objects.none()
    )


def outbox(actor: Actor) -> QuerySet[Message]:
    """What left the house: everything but the inboxes."""
    return visible_to(actor).exclude(channel=Message.Channel.INBOX)


def told_about(street: str, about: str) -> QuerySet[Message]:
    """Who was told what about a case or an enquiry, oldest first."""
    return Message.objects.filter(street=street, about=about).order_by("queued_at", "id")


def errands(actor: Actor) -> QuerySet[Errand]:
    """Background work of the actor's street and of no street."""
    if actor.kind == "system":
        return Errand.objects.all()
    if not actor.can(Can.ADMIN, Can.DIRECT):
        return Errand.objects.none()
    return Errand.objects.filter(street__in=[actor.street, "0", ""])


def is_demonstration() -> bool:
    """Does every outgoing channel write to a page instead of sending?"""
    channels = settings.YIMEN_CHANNELS
    return all(channels.get(name, "").endswith(".demo.Demo") for name in OUTGOING)


def shown(message: Message, language: str = "", *, keys: bool = False) -> Shown:
    """The message in words: the reader's language for a page, else the one it was sent in. `keys`
    makes its links whole, for the recipient."""
    words = wording.wording(message.template, message.template_version)
    title, text = wording.fill(words, message.facts, language or message.language, keys=keys)
    return Shown(message, title, text, page_of(words, message))


def page_of(words: wording.Wording, message: Message) -> str:
    """Where the thing told about can be opened; "" when no such page is installed."""
    if not words.page:
        return ""
    name, _, fact = words.page.partition(" ")
    try:
        return reverse(name, args=[message.facts[fact]] if fact else [])
    except (NoReverseMatch, KeyError):
        return ""


# Announcements

PUBLIC = Announcement.Group.EVERYBODY
ABOUT = "announcement:"


def on_at(at: datetime) -> Q:
    """Released and running at a moment."""
    return Q(released_at__isnull=False, begins_at__lte=at, ends_at__gt=at)


def announced(centre: str, at: datetime) -> QuerySet[Announcement]:
    """What is announced in a centre's hall at that moment, urgent words first: its own, the
    street's, and those of the neighbourhoods that it serves."""
    street = centre[:9]
    point = ServicePoint.objects.filter(code=centre, serves__contains=[OuterRef("place")])
    here: Any = Q(centre=centre) | Q(centre=None) & (Q(place=street) | Exists(point))
    now_on = Announcement.objects.filter(on_at(at) & here, street=street, group=PUBLIC)
    return now_on.order_by("-urgent", "-begins_at", "-id")


def everywhere(at: datetime) -> QuerySet[Announcement]:
    """What is announced to whole streets at that moment, and what is urgent in a part of one, for
    the front page."""
    wide = Q(place=F("street")) | Q(urgent=True)
    now_on = Announcement.objects.filter(on_at(at) & wide, centre=None, group=PUBLIC)
    return now_on.order_by("-urgent", "-begins_at", "-id")


def still_said(about: str, at: datetime) -> bool:
    """May a message about this still go out? No when it is of an announcement that is over."""
    if not about.startswith(ABOUT):
        return True
    return Announcement.objects.filter(on_at(at), pk=about.removeprefix(ABOUT)).exists()


def announcements_for(actor: Actor, at: datetime) -> QuerySet[Announcement]:
    """What somebody may read: begun, not taken back by a correction, for everybody or for a group
    and place of theirs. A draft is nobody's."""
    mine: Any = Q(group=PUBLIC)
    if actor.kind == "staff" and actor.street:
        mine |= Q(street=actor.street)
    elif actor.party:
        where = Party.objects.filter(pk__in=actor.records or [actor.party])
        lives = where.filter(division__startswith=OuterRef("place"))
        here = Q(place=F("street"), street__in=where.values("street")) | Exists(lives)
        mine |= Q(group=Announcement.Group.RESIDENTS) & here
    released = Q(released_at__isnull=False, begins_at__lte=at, withdrawn_at=None)
    rows = Announcement.objects.filter(released & mine, corrected_by=None)
    return rows.select_related("centre", "corrects")


def announcements_of(actor: Actor) -> QuerySet[Announcement]:
    """Drafts and all, for who writes them."""
    street = actor.street if perms.may_write(actor) else ""
    rows = Announcement.objects.filter(street=street)
    return rows.select_related("centre", "written_by__party", "released_by__party", "corrected_by")


def delivery(row: Announcement) -> dict[str, int]:
    """How many messages of an announcement are where, by state; none where there are none."""
    told = Message.objects.filter(street=row.street, about=row.about).order_by()
    return dict(told.values_list("state").annotate(n=Count("pk")))


def agreed(party: UUID | None) -> bool:
    """Does somebody want announcements as text messages, by whichever of their records?"""
    if party is None:
        return False
    return Agreement.objects.filter(party__in=records_of(party), ended_at=None).exists()


def who_gets(row: Announcement) -> int:
    """How many people agreed to get messages in its street."""
    return Agreement.objects.filter(street=row.street, ended_at=None).count()


def versions(row: Announcement) -> list[Announcement]:
    """The announcement and what it puts right, newest first."""
    found, step = [row], row.corrects_id
    while step and len(found) < 20:
        found.append(Announcement.objects.get(pk=step))
        step = found[-1].corrects_id
    return found
