"""What one shift leaves to the next."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.hotline.actions.calling import must_operate
from yimen.hotline.actions.rostering import heads
from yimen.hotline.models import ShiftNote
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.notices.actions import tell
from yimen.notices.models import Message
from yimen.places.models import ServicePoint

UNSIGNED = timedelta(hours=4)  # of the next shift
FORGOTTEN = timedelta(days=7)
MOST = 200


@transaction.atomic
def write_note(text: str, *, by: Actor, at: datetime) -> ShiftNote:
    """Leave something to the next shift."""
    author = must_operate(by)
    if not text.strip():
        sentence = _("请写下要交给下一班的事。")
        raise Invalid("text", sentence, (FieldError("text", sentence),))
    made = ShiftNote.objects.create(street=by.street, text=text.strip()[:2000], by_id=author, at=at)
    _write_down(made, "write", by, at)
    return made


@transaction.atomic
def sign_note(note: UUID, *, by: Actor, at: datetime) -> ShiftNote:
    """Somebody of the next shift has read it."""
    must_operate(by)
    held = ShiftNote.objects.select_for_update().filter(pk=note, street=by.street).first()
    if held is None:
        raise Unseen("note")
    if held.by_id == by.account:
        raise Forbidden("own", _("由接班的人签收。"))
    if held.signed_at:
        raise Refused("signed", _("已经签收过了。"))
    held.signed_by_id, held.signed_at = by.account, at
    held.save(update_fields=["signed_by", "signed_at"])
    _write_down(held, "sign", by, at)
    return held


@transaction.atomic
def remind_unsigned(place: ServicePoint, *, by: Actor, at: datetime) -> int:
    """A shift left something and nobody of the next has read it: the head of the line is told, once
    for each oldest note."""
    waiting = ShiftNote.objects.filter(
        street=place.street, signed_at=None, at__range=(at - FORGOTTEN, at - UNSIGNED)
    ).order_by("at")[:MOST]
    notes = list(waiting)
    start = f"line.notes:{notes[0].pk}:" if notes else ""
    if not notes or Message.objects.filter(street=place.street, key__startswith=start).exists():
        return 0
    for account in heads(place, at):
        tell(
            street=place.street, template="line.notes_unsigned", about=f"line:{place.code}",
            facts={"count": len(notes), "since": notes[0].at},
            key=f"{start}{account}", to_account=account, by=by, at=at,
        )  # fmt: skip
    return len(notes)


def _write_down(note: ShiftNote, act: str, by: Actor, at: datetime) -> None:
    record(street=note.street, stream=f"shift:{note.pk}", act=act, by=by, at=at, data={})
