"""Somebody asks; whoever is asked first owns the question from that moment."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.bodies.queries import centre_body
from yimen.contacts import perms, queries, reckoning
from yimen.contacts.actions.record import entry, tell_asker, tell_owner, write
from yimen.contacts.models import Channel, Enquiry, Rung, Words
from yimen.contacts.rules import Owner
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Invalid, Refused
from yimen.lib.numbering import new_enquiry_code
from yimen.people.actions import register
from yimen.people.models import Party
from yimen.places.models import ServicePoint

ASKER = "提问人"  # what the record of somebody is called who left a number only


@dataclass(frozen=True, slots=True)
class Asked:
    """The new question, and the code that is shown this once."""

    enquiry: Enquiry
    code: str


@transaction.atomic
def ask(
    question: str,
    *,
    by: Actor,
    at: datetime,
    centre: ServicePoint | None = None,
    channel: str = Channel.COUNTER,
    asker: Party | None = None,
    topic_field: str = "",
    matter_code: str = "",
    phone: str = "",
) -> Asked:
    """Record a question. Staff who record it are asked first; online it is the centre's desk.
    Who leaves a `phone` is told the answer there; it lies with a record, not in the words."""
    question = question.strip()
    if not question:
        raise Invalid("question_empty", _("请写下要问的问题。"))
    body = _first_body(by, centre)
    point = centre or queries.centre_of(body)
    if point is None:
        raise Refused("no_centre", _("这个街道还没有设立受理中心，无法登记咨询。"))
    rung = Rung.OFFICER if body.sort == Body.Sort.BACK_OFFICE else Rung.DESK
    span = reckoning.to_answer(point.street, at, rung)
    if phone and asker is None:
        asker = register(
            point.street, name=ASKER, id_type=Party.IdType.OTHER, phone=phone, by=by, at=at
        )
    code = new_enquiry_code()
    number = _new_number(point.street)
    enquiry = Enquiry(
        street=point.street,
        number=number,
        code_index=queries.code_index(number, code),
        centre=point,
        channel=channel,
        asker_id=asker.pk if asker else (by.party if by.kind == "resident" else None),
        topic_field=topic_field,
        matter_code=matter_code,
        rung=rung,
        asked_at=at,
        first_account_id=by.account if by.kind == "staff" else None,
        first_body=body,
        owner_account_id=by.account if by.kind == "staff" else None,
        owner_body=body,
        owned_since=at,
        due_at=span.at,
        due_provisional=span.provisional,
        next_action_at=span.at,
    )
    enquiry.save(force_insert=True)
    digest = write(enquiry, Words.Sort.QUESTION, question, by=by)
    entry(
        enquiry, "asked", by=by, at=at,
        channel=channel, centre=point.pk, matter=matter_code, field=topic_field, text=digest,
    )  # fmt: skip
    tell_asker(enquiry, "enquiry.asked", by=by, at=at, due=enquiry.due_at)
    if by.kind != "staff":
        tell_owner(enquiry, "enquiry.new", "new", Owner(body.pk), by=by, at=at)
    return Asked(enquiry, code)


def _first_body(by: Actor, centre: ServicePoint | None) -> Body:
    if perms.may_take(by):
        body = queries.home_body(by)
    elif by.kind in ("resident", "anonymous"):
        body = centre_body(centre.pk) if centre else None
    else:
        raise Forbidden("ask", _("您没有任职，不能代人登记咨询。"))
    if body is None:
        raise Refused("nobody_to_ask", _("这个中心目前没有人接收咨询，请选择其他中心或直接到场。"))
    return body


def _new_number(street: str) -> str:
    """A number nobody can guess a neighbour of. The constraint has the last word."""
    for _try in range(20):
        number = f"W{secrets.randbelow(10**8):08d}"
        if not Enquiry.objects.filter(street=street, number=number).exists():
            return number
    raise Refused("numbers_used_up", _("暂时无法分配编号，请再试一次。"))
