"""Questions about messages: whose, unread, failed; and how one reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from yimen.ledger.models import Errand
from yimen.lib.actor import Actor, Can
from yimen.notices import wording
from yimen.notices.models import Announcement, Message
from yimen.notices.perms import MANAGERS
from yimen.notices.rules import OUTGOING


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


def announced(centre: str, at: datetime) -> QuerySet[Announcement]:
    """What is announced in a centre's hall at that moment, urgent words first."""
    here = Q(centre=centre) | Q(centre=None)
    now_on = Announcement.objects.filter(here, street=centre[:9], begins_at__lte=at, ends_at__gt=at)
    return now_on.order_by("-urgent", "-begins_at", "-id")


def everywhere(at: datetime) -> QuerySet[Announcement]:
    """What is announced to whole streets at that moment, for the front page."""
    now_on = Announcement.objects.filter(centre=None, begins_at__lte=at, ends_at__gt=at)
    return now_on.order_by("-urgent", "-begins_at", "-id")
