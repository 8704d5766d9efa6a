"""How a question ends: answered, become a case, closed, withdrawn by the asker."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.contacts import perms, queries
from yimen.contacts.actions.record import entry, locked, refuse_ended, save, tell_asker, write
from yimen.contacts.models import Channel, Enquiry, Handover, Words
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Invalid, Unseen
from yimen.phone.actions import question_ended

State = Enquiry.State
WHY_CLOSED = {"duplicate", "asker_gone", "not_a_question"}


@transaction.atomic
def answer(enquiry: Enquiry | UUID, text: str, *, by: Actor, at: datetime) -> Enquiry:
    """Answer; whoever answers, the owner's duty is done."""
    if not text.strip():
        raise Invalid("answer_empty", _("请写下答复内容。"))
    found = locked(enquiry, by)
    _must_work(found, by)
    digest = write(found, Words.Sort.ANSWER, text.strip(), by=by)
    found.answered_at, found.answered_by_id = at, by.account
    _end(found, State.ANSWERED, by, at, "answered_at", "answered_by")
    entry(found, "answered", by=by, at=at, text=digest)
    tell_asker(found, "enquiry.answered", by=by, at=at)
    return found


@transaction.atomic
def became_case(enquiry: Enquiry | UUID, *, case_number: str, by: Actor, at: datetime) -> Enquiry:
    """The question is settled as a case from now on; its number points there."""
    found = locked(enquiry, by)
    if by.kind != "system" and not perms.may_take(by):
        raise Forbidden("enquiry", _("只有工作人员可以把咨询转为办件。"))
    found.case_number = case_number
    _end(found, State.BECAME_CASE, by, at, "case_number")
    entry(found, "became_case", by=by, at=at, case=case_number)
    tell_asker(found, "enquiry.became_case", by=by, at=at, case_number=case_number)
    return found


@transaction.atomic
def close(enquiry: Enquiry | UUID, *, why: str, by: Actor, at: datetime) -> Enquiry:
    """End a question that needs no answer, with the reason from a short list."""
    if why not in WHY_CLOSED:
        raise Invalid("close_reason", _("请选择关闭的原因。"))
    found = locked(enquiry, by)
    _must_work(found, by)
    found.ended_why = why
    _end(found, State.CLOSED, by, at, "ended_why")
    entry(found, "closed", by=by, at=at, why=why)
    return found


@transaction.atomic
def withdraw(number: str, code: str, *, by: Actor, at: datetime) -> Enquiry:
    """The asker does not need the answer any more; number and code are the right to say so."""
    named = queries.by_code(number, code)
    if named is None:
        raise Unseen("enquiry")
    found = Enquiry.objects.select_for_update().get(pk=named.pk)
    refuse_ended(found)
    _end(found, State.WITHDRAWN, by, at)
    entry(found, "withdrawn", by=by, at=at)
    return found


def _end(enquiry: Enquiry, state: str, by: Actor, at: datetime, *fields: str) -> None:
    """The question ends, and with it an offer that nobody has signed and a call back."""
    offered = queries.offer_of(enquiry)
    if offered:
        offered.state, offered.withdrawn_at = Handover.State.WITHDRAWN, at
        offered.save(update_fields=["state", "withdrawn_at"])
    enquiry.state, enquiry.ended_at = state, at
    save(enquiry, None, "state", "ended_at", *fields)
    if enquiry.channel == Channel.PHONE:
        question_ended(enquiry.street, enquiry.number, by=by, at=at)


def _must_work(enquiry: Enquiry, by: Actor) -> None:
    if not perms.may_work(by, enquiry):
        raise Forbidden(
            "enquiry", _("这条咨询现在由别人负责，只有负责人、其同事或协调员可以办理。")
        )
