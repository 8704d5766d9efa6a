"""Verbs of a complaint: filed with or without a name, handled above, answered in its term."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.queries import heads_of
from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import FieldError, Forbidden, Invalid, Refused, Unseen
from yimen.lib.hashing import digest_text, new_salt
from yimen.lib.numbering import new_enquiry_code
from yimen.lib.time import local
from yimen.notices.actions import tell
from yimen.people.models import Account
from yimen.places.models import ServicePoint
from yimen.supervision import complaints
from yimen.supervision.conflict import may_handle
from yimen.supervision.models import Complaint

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Filed:
    """The new complaint, and the code that is shown this once."""

    complaint: Complaint
    code: str


def _record(held: Complaint, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    """Into its own stream: nothing that says who complained of whom."""
    ledger.record(
        street=held.street, stream=f"complaint:{held.pk}", act=act, by=by, at=at, data=data,
        power=by.power_for(Can.HEAD, Can.DECIDE, Can.HANDLE, body=held.body_id),
    )  # fmt: skip


def _tell(held: Complaint, template: str, key: str, *, by: Actor, at: datetime, **to: Any) -> None:
    facts = {"number": held.number, "due": held.due_at, "complaint": str(held.pk)}
    tell(
        street=held.street, template=template, facts=facts, about=held.number,
        key=f"complaint:{held.pk}:{key}", by=by, at=at, **to,
    )  # fmt: skip


@transaction.atomic
def complain(
    centre: ServicePoint,
    *,
    text: str,
    about: str = "",
    leader: bool = False,
    happened_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Filed:
    """Take a complaint about somebody of a centre. Who is signed in gives their name, everybody
    else gives none; staff write one down for somebody who stands there, and see it no more. With
    `leader` it means who runs the centre. It goes to a body above, or to nobody of the centre."""
    _check(text, happened_on, at)
    body, avoid = complaints.avoided_by(centre)
    accused = set(complaints.leaders_of(body)) if body is not None and leader else set()
    handler = None
    if body is not None:
        handler, reasons = complaints.who_handles(body, avoid, accused, at)
    if handler is None:
        sentence = _("这个中心没有登记上级单位，不能在这里投诉。请直接向街道反映。")
        raise Refused("nobody_above", sentence)
    number, code, salt = _new_number(centre.street), new_enquiry_code(), new_salt()
    made = Complaint.objects.create(
        street=centre.street, number=number, code_index=complaints.code_index(number, code),
        centre=centre, channel="counter" if by.kind == "staff" else "online",
        by_party_id=by.party if by.kind == "resident" else None, happened_on=happened_on,
        about=about.strip()[:80], text=text.strip()[:LONGEST], salt=salt, avoid=sorted(avoid),
        accused=sorted(accused), body_id=handler, routing=reasons, filed_at=at,
        due_at=complaints.due(centre.street, at),
    )  # fmt: skip
    _record(
        made, "complained", by=Actor(kind=by.kind, street=made.street), at=at,
        channel=made.channel, body=str(handler), due=made.due_at.isoformat(),
        text=digest_text(made.text, salt),
    )  # fmt: skip
    _tell(made, "complaint.new", "new", by=by, at=at, to_body=handler)
    return Filed(made, code)


def _check(text: str, happened_on: date | None, at: datetime) -> None:
    errors = []
    if not text.strip():
        errors.append(FieldError("text", _("请写发生了什么。")))
    if happened_on is not None and happened_on > local(at).date():
        errors.append(FieldError("happened_on", _("日期在今天以后。"), _("请核对。")))
    if errors:
        raise Invalid("complaint", _("投诉没有提交，请检查标出的内容。"), tuple(errors))


def _new_number(street: str) -> str:
    """A number nobody can guess a neighbour of. The constraint has the last word."""
    for _try in range(20):
        number = f"T{secrets.randbelow(10**8):08d}"
        if not Complaint.objects.filter(street=street, number=number).exists():
            return number
    raise Refused("numbers_used_up", _("暂时无法分配编号，请再试一次。"))


def _held(complaint: Complaint | UUID, by: Actor) -> Complaint:
    """Locked, by somebody who handles it and has no part in it; still open."""
    pk = complaint.pk if isinstance(complaint, Complaint) else complaint
    rows = Complaint.objects.select_for_update(of=("self",)).filter(pk=pk)
    held = rows.filter(pk__in=complaints.visible_to(by).order_by().values("pk")).first()
    if held is None:
        raise Unseen("complaint")
    working, named = by.bodies(*complaints.WORKING), complaints.named(held)
    if not may_handle(by.account, by.bodies(), working, held.body_id, named):
        raise Forbidden("complaint", _("投诉由承办单位办理。"))
    if not held.is_open:
        raise Refused("answered", _("这件投诉已经答复。"))
    return held


@transaction.atomic
def name_accused(
    complaint: Complaint | UUID, accused: Account, *, by: Actor, at: datetime
) -> Complaint:
    """Who is meant has become known: from now on nothing of it is shown to or counted for them,
    wherever they sit. Nobody names themselves and nobody is taken off again."""
    held = _held(complaint, by)
    if not complaints.people_of(set(held.avoid)).filter(pk=accused.pk).exists():
        message = _("这位同事不在被投诉的中心。")
        raise Invalid("accused", message, (FieldError("accused", message, _("请另选。")),))
    if accused.pk not in held.accused:
        held.accused = sorted({*held.accused, accused.pk})
        held.save(update_fields=["accused"])
        _record(held, "accused_named", by=by, at=at, count=len(held.accused))
    return held


@transaction.atomic
def extend(complaint: Complaint | UUID, *, by: Actor, at: datetime) -> Complaint:
    """Once, by the head of the body that handles it: a complex one takes longer."""
    held = _held(complaint, by)
    if not by.can(Can.HEAD, body=held.body_id):
        raise Forbidden("extend", _("延期由承办单位负责人批准。"))
    if held.extended_at:
        raise Refused("extended", _("已经延期过，只能延一次。"))
    held.extended_at, held.extended_by_id = at, by.account
    held.due_at = complaints.due(held.street, held.filed_at, extended=True)
    held.save(update_fields=["extended_at", "extended_by", "due_at"])
    _record(held, "complaint_extended", by=by, at=at, due=held.due_at.isoformat())
    if held.by_party_id:
        _tell(held, "complaint.extended", "extended", by=by, at=at, to_party=held.by_party_id)
    return held


@transaction.atomic
def answer_complaint(
    complaint: Complaint | UUID, *, outcome: str, text: str, by: Actor, at: datetime
) -> Complaint:
    """What was found, told to whoever complained: by message where they gave their name, by number
    and code to everybody."""
    held = _held(complaint, by)
    errors = []
    if outcome not in Complaint.Outcome.values:
        errors.append(FieldError("outcome", _("请选择查下来的结果。")))
    if not text.strip():
        errors.append(FieldError("text", _("请写给投诉人的答复。")))
    if errors:
        raise Invalid("answer", _("答复没有提交，请检查标出的内容。"), tuple(errors))
    held.outcome, held.answer = outcome, text.strip()[:LONGEST]
    held.answered_at, held.answered_by_id = at, by.account
    held.save(update_fields=["outcome", "answer", "answered_at", "answered_by"])
    _record(
        held, "complaint_answered", by=by, at=at, outcome=outcome,
        in_time=at <= held.due_at, text=digest_text(held.answer, held.salt),
    )  # fmt: skip
    if held.by_party_id:
        _tell(held, "complaint.answered", "answered", by=by, at=at, to_party=held.by_party_id)
    return held


@transaction.atomic
def warn_complaint(complaint: Complaint, *, by: Actor, at: datetime) -> int:
    """Past its term: the body and its heads are told, once a day."""
    day = local(at).date()
    rows = Complaint.objects.select_for_update(skip_locked=True, of=("self",))
    held = rows.filter(pk=complaint.pk, answered_at=None).first()
    if held is None or held.due_at >= at or held.warned_on == day:
        return 0
    held.warned_on = day
    held.save(update_fields=["warned_on"])
    _tell(held, "complaint.late", f"late:{day:%Y%m%d}", by=by, at=at, to_body=held.body_id)
    for head in heads_of(held.body_id):
        if head not in held.accused:
            key = f"late:{day:%Y%m%d}:{head}"
            _tell(held, "complaint.late", key, by=by, at=at, to_account=head)
    return 1
