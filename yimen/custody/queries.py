"""Questions: where is a paper, what lies with whom, whose scan is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from yimen.bodies.models import Body
from yimen.bodies.queries import active
from yimen.custody import perms
from yimen.custody.models import Hop, Paper, Parcel, Transfer
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.text import code as plain
from yimen.lib.time import today
from yimen.people.models import Account

SENDABLE = (
    Body.Sort.CENTRE,
    Body.Sort.BACK_OFFICE,
    Body.Sort.DEPARTMENT,
    Body.Sort.SECTION,
    Body.Sort.STREET_OFFICE,
    Body.Sort.RESIDENTS_COMMITTEE,
    Body.Sort.LEADING_GROUP,
)


def visible_to(actor: Actor) -> QuerySet[Paper]:
    """Papers that lie with one's bodies, are on their way to them or have passed through them; the
    whole street's for those who own or watch over the hand-over."""
    if actor.kind == "system":
        return Paper.objects.all()
    if not perms.may_see(actor):
        return Paper.objects.none()
    mine = actor.bodies()
    passed = Hop.objects.filter(
        Q(from_id__in=mine) | Q(to_id__in=mine) | Q(found_id__in=mine), paper=OuterRef("pk")
    )
    whose = Q(holder_id__in=mine) | Q(to_id__in=mine) | Q(Exists(passed))
    if perms.sees_whole_street(actor):
        whose |= _street(actor)
    return Paper.objects.filter(whose)


def _street(actor: Actor, column: str = "case_number") -> Q:
    """The whole street, but for cases that complain of a body of the actor's: those who watch must
    not come across them here. Whoever holds such a paper answers for it all the same."""
    seen = Q(street=actor.street)
    for path in settings.YIMEN_HIDDEN:
        seen &= ~Q(**{f"{column}__in": import_string(path)(actor)})
    return seen


def paper(actor: Actor, code: str) -> Paper:
    """The paper with this barcode, or Unseen."""
    found = visible_to(actor).filter(code=plain(code)).first()
    if found is None:
        raise Unseen("paper", _("没有找到这个条码的材料。"))
    return found


def chain(of: Paper) -> list[Hop]:
    """Every hop of a paper, oldest first."""
    return list(of.hops.select_related("transfer").order_by("sent_at", "id"))


def of_case(number: str, street: str = "") -> QuerySet[Paper]:
    """The papers of a case, in the order they were registered. For houses that have asked
    whether the case may be seen."""
    found = Paper.objects.filter(case_number=number)
    return (found.filter(street=street) if street else found).order_by("created_at", "id")


def originals_out(number: str, street: str = "") -> QuerySet[Paper]:
    """Originals of a case that have not been given back."""
    done = (Paper.State.RETURNED, Paper.State.DELIVERED)
    return of_case(number, street).filter(must_return=True).exclude(state__in=done)


def held_by(actor: Actor) -> QuerySet[Paper]:
    """What lies with the actor's bodies."""
    return Paper.objects.filter(holder_id__in=perms.own_bodies(actor), state=Paper.State.HELD)


def coming_to(actor: Actor) -> QuerySet[Paper]:
    """What is on its way to the actor's bodies, the longest expected first."""
    bodies = perms.own_bodies(actor)
    return Paper.objects.filter(to_id__in=bodies, state=Paper.State.IN_TRANSIT).order_by(
        "expected_by", "id"
    )


def overdue(actor: Actor, now: datetime) -> QuerySet[Paper]:
    """Papers whose receiving scan is missing, that the actor answers for or watches over: whoever sent
    it, the receiving body, and for the whole street those who own the hand-over."""
    missing = Paper.objects.filter(state=Paper.State.IN_TRANSIT, expected_by__lt=now)
    if actor.kind == "system":
        return missing
    if not perms.may_see(actor):
        return missing.none()
    mine = perms.own_bodies(actor)
    whose = Q(holder_account=actor.account) | Q(to_id__in=mine) | Q(holder_id__in=mine)
    if perms.sees_whole_street(actor):
        whose |= _street(actor)
    return missing.filter(whose)


def unscanned_count(actor: Actor) -> int:
    """How many papers are on their way to the actor's bodies."""
    return coming_to(actor).count()


def last_scans(actor: Actor, limit: int = 10) -> list[Hop]:
    """What the actor scanned last."""
    found = Hop.objects.filter(to_account=actor.account, scanned_at__isnull=False)
    return list(found.select_related("paper").order_by("-scanned_at", "-id")[:limit])


def transfer(actor: Actor, code: str) -> Transfer:
    """A transfer by its slip's barcode, or Unseen."""
    if not perms.may_see(actor):
        raise Unseen("transfer")
    mine = actor.bodies()
    found = Transfer.objects.filter(code=plain(code))
    if actor.kind != "system":
        whose = Q(from_id__in=mine) | Q(to_id__in=mine)
        if perms.sees_whole_street(actor):
            whose |= _street(actor, "hops__paper__case_number")
        found = found.filter(whose).distinct()
    one = found.first()
    if one is None:
        raise Unseen("transfer", _("没有找到这张交接单。"))
    return one


def parcels_of(number: str, street: str = "") -> QuerySet[Parcel]:
    """The parcels of a case with what was reported about them."""
    found = Parcel.objects.filter(case_number=number).prefetch_related("events", "papers")
    return (found.filter(street=street) if street else found).order_by("created_at")


def parcels(actor: Actor) -> QuerySet[Parcel]:
    """Parcels sent by the actor's bodies or ordered by the actor (a counter orders what lies with a
    back office); all of the street for the carrier and for those who watch over the hand-over."""
    if actor.kind == "system":
        return Parcel.objects.all()
    mine = Q(sender_id__in=perms.own_bodies(actor))
    if actor.account is not None and perms.may_move(actor):
        mine |= Q(created_by=actor.account)
    if perms.carries(actor, actor.street) or perms.sees_whole_street(actor):
        mine |= _street(actor)
    return Parcel.objects.filter(mine)


# -- names -------------------------------------------------------------------------------------


def body_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of bodies in the language of the page, one query."""
    english = (get_language() or "").startswith("en")
    rows = Body.objects.filter(pk__in={one for one in ids if one})
    return {body.pk: (body.name_en if english else "") or body.name for body in rows}


def people_names(accounts: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of colleagues by account, one query; the user name where no person is recorded."""
    rows = Account.objects.filter(pk__in={a for a in accounts if a}).select_related("party")
    return {a.pk: (a.party.name if a.party else "") or a.username for a in rows}


def destinations(actor: Actor) -> list[Body]:
    """The bodies that papers can be sent to from here."""
    found = Body.objects.filter(active(today()), street__in=[actor.street, "0"], sort__in=SENDABLE)
    return list(found.order_by("-street", "sort", "code"))


def own_bodies(actor: Actor) -> list[Body]:
    """The actor's bodies that papers can lie with."""
    return list(Body.objects.filter(pk__in=perms.own_bodies(actor)).order_by("code"))
