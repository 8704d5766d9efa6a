"""Half of all calls end with an answer: it is on record as an enquiry (AFF-8), and the call ends."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from yimen.contacts import actions as contacts
from yimen.contacts.models import Channel, Enquiry
from yimen.hotline.actions.calling import end, lock_call, must_operate
from yimen.hotline.models import LineCall
from yimen.lib.actor import Actor


@transaction.atomic
def answer_on_the_spot(
    call: LineCall | UUID, *, question: str, told: str, by: Actor, at: datetime
) -> Enquiry:
    """What was asked and what was told, in one act with the end of the call. The enquiry belongs to
    nobody: who only asked something leaves no name. Nothing is sent to the number either."""
    must_operate(by)
    held = lock_call(call, by)
    asked = contacts.ask(question, by=by, at=at, channel=Channel.PHONE)
    answered = contacts.answer(asked.enquiry, told, by=by, at=at)
    end(held, LineCall.Outcome.ANSWERED, by=by, at=at, enquiry=answered.number)
    return answered
