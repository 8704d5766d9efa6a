"""An announcement on its way to each one: agreed to, sent once, stopped when it is over.

One errand tells a slice of the recipients and queues the errand of the next slice, in one
transaction under the announcement's lock. Killed in the middle, or run twice, it goes on where it
was: whoever has a message already is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from yimen.ledger import actions as ledger
from yimen.ledger import rows
from yimen.ledger.rows import Sheet
from yimen.lib.actor import Actor, Can, system
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now
from yimen.notices import rules
from yimen.notices.actions.telling import Reach, tell
from yimen.notices.models import Agreement, Announcement, Message
from yimen.people.models import Account, Party
from yimen.people.queries import records_of

SLICE = 200
GOT = (Message.State.SENDING, Message.State.SENT, Message.State.DELIVERED)


def begin_spreading(row: Announcement, *, at: datetime) -> None:
    """Queue the first slice, for the moment when the announcement begins."""
    if row.by_sms or row.group == Announcement.Group.STAFF:
        _queue(row, None, max(at, row.begins_at))


def _queue(row: Announcement, after: UUID | None, at: datetime) -> None:
    ledger.queue(
        "notices.spread", street=row.street, key=f"spread:{row.pk}:{after or ''}", at=at,
        payload={"announcement": str(row.pk), "after": str(after or "")},
    )  # fmt: skip


def stop(row: Announcement) -> None:
    """What waits for the morning, or for another try, does not go out any more."""
    waiting = Message.objects.filter(
        street=row.street, about=row.about, state=Message.State.QUEUED
    ).values_list("pk", flat=True)
    for pk in sorted(waiting):  # each by its own lock: a worker may hold one of them
        rows.update(
            Message, {"id": pk, "state": Message.State.QUEUED}, state=Message.State.CANCELLED
        )


@transaction.atomic
def spread(announcement: UUID, after: UUID | None) -> int:
    """Tell the next slice. Returns how many were told now."""
    row = Announcement.objects.select_for_update().filter(pk=announcement).first()
    moment = now()
    if row is None or row.state(moment) != "shown":
        return 0
    if not rules.in_time(moment, row.ends_at, urgent=row.urgent):
        return 0
    if row.group == Announcement.Group.STAFF:
        found = list(_staff(row, after))
    else:
        found = list(_people(row, after))
    told = _tell(row, found, moment)
    if len(found) == SLICE:
        _queue(row, found[-1][0], moment)
    return told


def _staff(row: Announcement, after: UUID | None) -> Iterable[tuple[UUID, str]]:
    known = Account.objects.filter(street=row.street, kind=Account.Kind.STAFF, is_active=True)
    known = known.filter(pk__gt=after) if after else known
    return known.order_by("pk").values_list("pk", "language")[:SLICE]


def _people(row: Announcement, after: UUID | None) -> Iterable[tuple[UUID, str]]:
    """Who agreed and lives there; and who got the words that this one puts right, wherever."""
    agreed = Agreement.objects.filter(street=row.street, ended_at=None)
    wanted = Q(pk__in=agreed.values(who=Coalesce("party__merged_into", "party")))
    if row.place != row.street:
        wanted &= Q(division__startswith=row.place)
    if row.group == Announcement.Group.RESIDENTS:
        wanted &= Q(pk__in=Account.objects.filter(is_active=True, party__isnull=False)
                    .values("party"))  # fmt: skip
    known = Party.objects.filter(wanted | Q(pk__in=_got_old(row)), street=row.street)
    known = known.exclude(phone_mask="").filter(erased_at=None)
    known = known.filter(pk__gt=after) if after else known
    return [(pk, "") for pk in known.order_by("pk").values_list("pk", flat=True)[:SLICE]]


def _got_old(row: Announcement) -> QuerySet[Message, Any]:
    """Who was sent the words before."""
    about = f"announcement:{row.corrects_id}" if row.corrects_id else "-"
    sent = Message.objects.filter(street=row.street, about=about, state__in=GOT)
    return sent.filter(to_party__isnull=False).values("to_party")


def _tell(row: Announcement, found: list[tuple[UUID, str]], moment: datetime) -> int:
    staff, sheet = row.group == Announcement.Group.STAFF, Sheet()
    keys = {pk: f"{row.about}:{pk}" for pk, _language in found}
    known = Message.objects.filter(street=row.street, key__in=keys.values())
    there = set(known.values_list("key", flat=True))
    old = {pk for (pk,) in _got_old(row).values_list("to_party")} if row.corrects_id else set()
    languages = {} if staff else _languages([pk for pk, _language in found])
    told = 0
    for pk, language in found:
        if keys[pk] in there:
            continue
        template = "staff" if staff else _template(row.urgent, corrected=pk in old)
        tell(
            street=row.street, template=f"announcement.{template}", about=row.about, key=keys[pk],
            facts={"text": {"zh": row.short, "en": row.short_en or row.short}}, at=moment,
            by=system(row.street, "notices"), to_account=pk if staff else None,
            to_party=None if staff else pk, channel="inbox" if staff else "sms",
            reach=Reach(staff=staff, phone=not staff, language=language or languages.get(pk, "")),
            into=sheet,
        )  # fmt: skip
        told += 1
    sheet.write()
    return told


def _template(urgent: bool, *, corrected: bool) -> str:
    return ("corrected" if corrected else "text") + ("_urgent" if urgent else "")


def _languages(parties: list[UUID]) -> dict[UUID, str]:
    held = Account.objects.filter(party__in=parties).values_list("party", "language")
    return {pk: language for pk, language in held if pk is not None}


# Who wants text messages


@transaction.atomic
def agree(party: UUID, *, by: Actor, at: datetime) -> Agreement:
    """The person, or the counter for who stands there, wants announcements as text messages."""
    who = _person(party, by)
    held = Agreement.objects.filter(street=who.street, party=who, ended_at=None).first()
    if held is not None:
        return held
    try:
        with transaction.atomic():
            made = Agreement.objects.create(
                street=who.street, party=who, agreed_at=at, agreed_by_id=by.account
            )
    except IntegrityError:  # the second of two clicks
        return Agreement.objects.get(street=who.street, party=who, ended_at=None)
    _write_down(who, "texts_agreed", by, at)
    return made


@transaction.atomic
def no_more(party: UUID, *, by: Actor, at: datetime) -> bool:
    """No text messages from now on. False when there were none."""
    who = _person(party, by)
    theirs = Agreement.objects.filter(party__in=records_of(party), ended_at=None)
    found = list(theirs.select_for_update().order_by("pk"))
    for one in found:
        one.ended_at = max(at, one.agreed_at)
        one.save(update_fields=["ended_at"])
    if not found:
        return False
    _write_down(who, "texts_ended", by, at)
    return True


def _person(party: UUID, by: Actor) -> Party:
    who = Party.objects.filter(pk=party).first()
    if who is None or not (party == by.party or who.street == by.street):
        raise Unseen("party")
    if party != by.party and not by.can(Can.INTAKE):
        raise Forbidden("agreement", _("由本人或窗口登记。"))
    return who


def _write_down(who: Party, act: str, by: Actor, at: datetime) -> None:
    ledger.record(street=who.street, stream=f"party:{who.pk}", act=act, by=by, at=at, data={})
