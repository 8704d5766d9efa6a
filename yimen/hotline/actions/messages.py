"""Text messages to the line: they arrive once, and an operator sorts them: into a request, to one
that is open, by an answer, or away."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from yimen.bodies.gateway import number
from yimen.cases.dossier import Dossier
from yimen.cases.kind import kind
from yimen.cases.models import Stage
from yimen.hotline import queries
from yimen.hotline.actions.calling import must_operate
from yimen.hotline.actions.taking import Taken, take
from yimen.hotline.models import Channel, HelpRequest, Inbound
from yimen.ledger import rows
from yimen.ledger.actions import record
from yimen.ledger.together import together
from yimen.lib.actor import Actor, system
from yimen.lib.errors import FieldError, Invalid, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.lib.masking import CALLER
from yimen.notices.actions import tell
from yimen.people.actions import register
from yimen.people.models import Party
from yimen.people.rules import phone as clean_phone

LONGEST = 2000
State = Inbound.State


class SmsAnswer(models.TextChoices):
    """What can be answered: whole sentences, so that no message carries a person's affairs."""

    RING = "ring", pgettext_lazy("sms", "请打求助热线说清楚")
    MORE = "more", pgettext_lazy("sms", "请再发一次：什么事，在哪里")
    LIST = "list", pgettext_lazy("sms", "看服务清单")


@transaction.atomic
def get_message(
    street: str, *, ref: str, number: str, text: str, by: Actor, at: datetime
) -> tuple[Inbound, bool]:
    """A message arrived; whether it is new. The gateway's own id makes one delivered twice one.
    Whoever has the number is the sender, somebody unknown is a person too."""
    known = Inbound.objects.filter(street=street, ref=ref).first()
    if known is not None:
        return known, False
    row = {
        "id": new_id(), "street": street, "ref": ref, "sender_id": _sender(street, number, by, at),
        "text": text.strip()[:LONGEST], "received_at": at, "state": State.WAITING,
        "request_id": None, "sorted_by_id": None, "sorted_at": None,
    }  # fmt: skip
    new = bool(rows.insert(Inbound, [row], ignore_conflict=True, returning="id"))
    made = Inbound.objects.get(street=street, ref=ref)
    if new:
        _write_down(made, "get", by, at)
    return made, new


def _sender(street: str, number: str, by: Actor, at: datetime) -> UUID | None:
    """None where the number is withheld or no number of a person (a bank's short code)."""
    try:
        whole = clean_phone(number)
    except ValueError:
        return None
    if not whole:
        return None
    known = queries.behind_number(street, whole)
    if known:
        return known[0].pk
    made = register(street, name=CALLER, id_type=Party.IdType.OTHER, phone=whole, by=by, at=at)
    return made.pk


@together()
def take_message(message: Inbound | UUID, asked: Taken, *, by: Actor, at: datetime) -> Dossier:
    """A request of its own; its words are the message's."""
    held = _waiting(message, by)
    d = take(asked, by=by, at=at, channel=Channel.SMS)
    _sort(held, State.TAKEN, by, at, HelpRequest.objects.get(case=d.case))
    return d


@transaction.atomic
def join_message(
    message: Inbound | UUID, request: HelpRequest | UUID, *, by: Actor, at: datetime
) -> Inbound:
    """More about something that is open: it stands with that request."""
    held = _waiting(message, by)
    pk = request.pk if isinstance(request, HelpRequest) else request
    found = queries.visible_to(by).filter(pk=pk).exclude(case__stage=Stage.CLOSED).first()
    if found is None:
        sentence = _("没有这个求助，或者已经办结。")
        raise Invalid("request", sentence, (FieldError("request", sentence),))
    return _sort(held, State.JOINED, by, at, found)


@transaction.atomic
def answer_message(message: Inbound | UUID, *, answer: str, by: Actor, at: datetime) -> Inbound:
    """Answered by a text message; nothing more is needed."""
    held = _waiting(message, by)
    if answer not in SmsAnswer.values:
        sentence = _("请选择怎样答复。")
        raise Invalid("answer", sentence, (FieldError("answer", sentence),))
    if held.sender_id is None:
        raise Refused("no_number", _("这条短信没有可以回复的号码。"))
    if held.sender is not None and any(
        kind(case.kind).quiet(case.facts) for case in queries.cared_for([held.sender]).values()
    ):
        raise Refused(
            "quiet", _("这个号码有正在办的求助，要求不发短信。有事请按求助里写的方式联系。")
        )
    tell(
        street=held.street, template=f"line.sms_{answer}", about=f"inbound:{held.pk}",
        facts={"phone": number(held.street)}, key=f"inbound:{held.pk}:answer",
        to_party=held.sender_id, channel="sms", by=by, at=at,
    )  # fmt: skip
    return _sort(held, State.ANSWERED, by, at)


@transaction.atomic
def drop_message(message: Inbound | UUID, *, by: Actor, at: datetime) -> Inbound:
    """Nothing in it: an advertisement, abuse, a slip of the finger."""
    return _sort(_waiting(message, by), State.EMPTY, by, at)


def _waiting(message: Inbound | UUID, by: Actor) -> Inbound:
    """Under its lock, if nobody was quicker."""
    must_operate(by)
    pk = message.pk if isinstance(message, Inbound) else message
    held = Inbound.objects.select_for_update().filter(pk=pk, street=by.street).first()
    if held is None:
        raise Unseen("message", _("没有这条短信。"))
    if held.state != State.WAITING:
        raise Refused("sorted", _("这条短信已经有人处理了。"))
    return held


def _sort(
    held: Inbound, state: str, by: Actor, at: datetime, request: HelpRequest | None = None
) -> Inbound:
    held.state, held.request, held.sorted_by_id, held.sorted_at = state, request, by.account, at
    held.save(update_fields=["state", "request", "sorted_by", "sorted_at"])
    _write_down(held, "sort", by, at)
    return held


def street_of(to: str, number: str) -> str:
    """To which street a message belongs: by the number it was sent to, by where its sender is known,
    else the first that has a centre; "" when there is none."""
    streets = settings.YIMEN_SMS_STREETS
    if to in streets:
        return str(streets[to])
    try:
        known = queries.streets_of_number(clean_phone(number))
    except ValueError:
        known = []
    if len(known) == 1:
        return known[0]
    return str(streets.get("*", "")) or queries.first_street()


def gateway(street: str) -> Actor:
    return system(street, "gateway")


def _write_down(message: Inbound, act: str, by: Actor, at: datetime) -> None:
    case = message.request.case.number if message.request else ""
    record(
        street=message.street, stream=f"inbound:{message.pk}", act=act, by=by, at=at,
        data={"state": str(message.state), "case": case},
    )  # fmt: skip
