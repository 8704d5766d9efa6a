"""A problem that keeps coming back was looked into."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.hotline import queries
from yimen.hotline.actions.calling import must_operate
from yimen.hotline.models import RecurringLook
from yimen.ledger.actions import record
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid, Unseen


@transaction.atomic
def look_into(need: str, place: str, note: str, *, by: Actor, at: datetime) -> RecurringLook:
    """Write down what was found about a need at a place, and by whom."""
    author = must_operate(by)
    if not note.strip():
        sentence = _("请写下查明的情况。")
        raise Invalid("note", sentence, (FieldError("note", sentence),))
    if not queries.of_pair(by, need, place).exists():
        raise Unseen("recurring", _("这里没有求助。"))
    made = RecurringLook.objects.create(
        street=by.street, need=need, place=place, note=note.strip()[:500], by_id=author, at=at
    )
    record(
        street=made.street, stream=f"recurring:{made.pk}", act="look", by=by, at=at,
        data={"need": need, "place": place},
    )  # fmt: skip
    return made
