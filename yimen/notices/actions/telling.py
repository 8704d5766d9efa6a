"""Verbs of notices: tell, begin to send, note what came of it, resend, cancel, post, read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.ledger import actions as ledger
from yimen.ledger import rows
from yimen.ledger.rows import Sheet
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.lib.ids import new_id
from yimen.lib.time import now
from yimen.notices import perms, queries, rules, wording
from yimen.notices.models import Message
from yimen.people.models import Account, Party

State = Message.State


@dataclass(frozen=True)
class Reach:
    """What decides how somebody is told: staff read an inbox; has a resident a telephone, an
    account (then in its language)?"""

    staff: bool = False
    phone: bool = False
    account: bool = False
    language: str = ""

    @property
    def channel(self) -> str:
        return rules.channel_for(staff=self.staff, phone=self.phone, account=self.account)


@together()
def tell(
    *,
    street: str,
    template: str,
    facts: Mapping[str, Any],
    about: str,
    key: str,
    by: Actor,
    at: datetime,
    to_party: Party | UUID | None = None,
    to_account: Account | UUID | None = None,
    to_body: Body | UUID | str | None = None,
    channel: str | None = None,
    reach: Reach | None = None,
    into: Sheet | None = None,
) -> UUID:
    """Tell one recipient something, inside the act that gives the reason; returns the message's
    id. The same `key` in a street tells once. `to_body` may be the body's code.

    Who knows already how to reach the recipient says so by `reach`. With the act's sheet in
    `into` the message goes out with it; its key must then be new by construction.
    """
    words = wording.wording(template)
    kept = wording.check(words, facts)
    to, reach = _recipient(street, to_party, to_account, to_body, reach)
    moment = now()
    row = {
        "id": new_id(),
        "street": street,
        "key": key,
        **to,
        "template": words.key,
        "template_version": words.version,
        "language": reach.language or "zh-hans",
        "facts": kept,
        "urgent": words.urgent,
        "about": about,
        "queued_at": moment,
        **_way(channel or reach.channel, words.urgent, moment),
    }
    if into is None:
        if not rows.insert(Message, [row], ignore_conflict=True, returning="id"):
            return Message.objects.values_list("pk", flat=True).get(street=street, key=key)
    else:
        into.insert(Message, [row])
    if row["channel"] in rules.OUTGOING:
        _queue(street, row["id"], 0, row["due_at"], into)
    made: UUID = row["id"]
    return made


def _way(channel: str, urgent: bool, moment: datetime) -> dict[str, Any]:
    """By which channel and when; a message to the inbox has arrived by being written."""
    if channel == "inbox":
        arrived = {"sent_at": moment, "delivered_at": moment, "state": State.DELIVERED}
        return {"channel": channel, "due_at": moment, **arrived}
    outgoing = channel in rules.OUTGOING
    due = rules.send_at(moment, urgent=urgent) if outgoing else moment
    return {"channel": channel, "due_at": due, "state": State.QUEUED}


def _queue(
    street: str, message: UUID, round_: int, at: datetime, into: Sheet | None = None
) -> None:
    ledger.queue(
        "notices.send",
        street=street,
        key=f"{message}:{round_}",
        payload={"message": str(message)},
        at=at,
        into=into,
    )


def _recipient(
    street: str, party: Any, account: Any, body: Any, reach: Reach | None
) -> tuple[dict[str, UUID], Reach]:
    """The one recipient's column, and what is known about reaching them."""
    if sum(one is not None for one in (party, account, body)) != 1:
        raise wording.WordingError("a message has exactly one recipient")
    if body is not None:
        return {"to_body_id": _body(street, body)}, Reach(staff=True)
    if account is not None:
        pk = getattr(account, "pk", account)
        return {"to_account_id": pk}, reach or _reach_of_account(pk)
    pk = getattr(party, "pk", party)
    return {"to_party_id": pk}, reach or _reach_of_party(pk)


def _reach_of_account(pk: UUID) -> Reach:
    kind, language = Account.objects.values_list("kind", "language").get(pk=pk)
    return Reach(staff=kind != "resident", account=True, language=language)


def _reach_of_party(pk: UUID) -> Reach:
    known = Party.objects.filter(pk=pk).values_list("phone_mask", "accounts__language").first()
    phone, language = known or ("", None)
    return Reach(phone=bool(phone), account=bool(language), language=language or "")


def _body(street: str, body: Body | UUID | str) -> UUID:
    if isinstance(body, str):
        found = Body.objects.filter(street__in=[street, "0"], code=body).order_by("-street")
        return found.values_list("pk", flat=True)[:1].get()
    return body if isinstance(body, UUID) else body.pk


# What comes of an outgoing message


@transaction.atomic
def begin(message: UUID) -> Message | None:
    """Take a message up for sending; None when there is nothing left to do for it."""
    found = Message.objects.select_for_update().filter(pk=message).first()
    if found is None or found.state not in (State.QUEUED, State.SENDING):
        return None
    if not queries.still_said(found.about, now()):
        rows.update(Message, {"id": message}, state=State.CANCELLED)
        return None
    found.state = State.SENDING
    found.attempts += 1
    rows.update(Message, {"id": message}, state=found.state, attempts=found.attempts)
    return found


@transaction.atomic
def sent(message: UUID, *, provider_ref: str, delivered: bool) -> None:
    """The channel took it; `delivered` when it also says that it arrived."""
    moment = now()
    changes: dict[str, Any] = {"delivered_at": moment} if delivered else {}
    rows.update(
        Message,
        {"id": message, "state": State.SENDING},
        state=State.DELIVERED if delivered else State.SENT,
        sent_at=moment,
        provider_ref=provider_ref,
        last_error="",
        **changes,
    )


@transaction.atomic
def put_back(message: UUID, *, reason: str) -> None:
    """It did not go this time; it is tried again."""
    rows.update(
        Message, {"id": message, "state": State.SENDING}, state=State.QUEUED, last_error=reason
    )


@transaction.atomic
def fail(message: UUID, *, reason: str, by: Actor, at: datetime) -> None:
    """It will not go by itself: into the list that a person works through."""
    found = Message.objects.select_for_update().get(pk=message)
    if found.state in (State.DELIVERED, State.CANCELLED, State.FAILED):
        return
    rows.update(Message, {"id": message}, state=State.FAILED, last_error=reason[:120])
    _record(found, "failed", by=by, at=at, reason=reason[:120])


@transaction.atomic
def arrived(provider_ref: str, *, delivered: bool, reason: str, by: Actor, at: datetime) -> bool:
    """The gateway's report about a message it took. False when it knows no such message."""
    found = (
        Message.objects.select_for_update()
        .filter(provider_ref=provider_ref, state__in=[State.SENT, State.DELIVERED, State.FAILED])
        .first()
    )
    if found is None:
        return False
    if found.state == State.SENT and delivered:
        rows.update(Message, {"id": found.pk}, state=State.DELIVERED, delivered_at=now())
    elif found.state == State.SENT:
        fail(found.pk, reason=reason or "not_delivered", by=by, at=at)
    return True


# What people do about messages


@transaction.atomic
def resend(message: UUID, *, by: Actor, at: datetime) -> None:
    """Give a message that failed, or was stopped, a fresh start."""
    found = _managed(message, by)
    if not rules.may_resend(found.state):
        raise Refused("message_not_failed", _("这条消息没有失败，不需要重新发送。"))
    rows.update(
        Message,
        {"id": message},
        state=State.QUEUED,
        attempts=0,
        rounds=found.rounds + 1,
        last_error="",
        due_at=now(),
    )
    _record(found, "resent", by=by, at=at)
    if found.channel in rules.OUTGOING:
        _queue(found.street, message, found.rounds + 1, now())


@transaction.atomic
def cancel(message: UUID, *, by: Actor, at: datetime) -> None:
    """Stop a message that has not gone out yet."""
    found = _managed(message, by)
    if found.state not in (State.QUEUED, State.FAILED):
        raise Refused("message_gone", _("这条消息已经发出，不能取消。"))
    rows.update(Message, {"id": message}, state=State.CANCELLED, last_error="")
    _record(found, "cancelled", by=by, at=at)


@transaction.atomic
def post(message: UUID, *, by: Actor, at: datetime) -> None:
    """A letter was printed and posted."""
    found = _managed(message, by)
    if found.channel != Message.Channel.PAPER or found.state != State.QUEUED:
        raise Refused("not_a_letter", _("只有待寄出的书面通知才能登记为已寄出。"))
    rows.update(Message, {"id": message}, state=State.SENT, sent_at=now(), attempts=1)
    _record(found, "posted", by=by, at=at)


@transaction.atomic
def read(messages: Iterable[UUID], *, by: Actor, at: datetime) -> int:
    """Mark messages of the actor's inbox as read: one statement, one entry. Returns how many."""
    wanted = list(messages)
    unread = queries.inbox(by).filter(pk__in=wanted, read_at=None).select_for_update(of=("self",))
    found = [m for m in unread if perms.may_mark_read(by, m)]
    if not found:
        if wanted and not queries.inbox(by).filter(pk__in=wanted).exists():
            raise Unseen("message")
        return 0
    ids = [m.pk for m in found]
    Message.objects.filter(pk__in=ids).update(read_at=now(), read_by=by.account)
    ledger.record(
        street=found[0].street,
        stream=f"account:{by.account}",
        act="messages_read",
        by=by,
        at=at,
        data={"messages": sorted(str(pk) for pk in ids)},
    )
    return len(ids)


def _managed(message: UUID, by: Actor) -> Message:
    """The message under a lock, if the actor may see and manage it."""
    found = queries.visible_to(by).select_for_update(of=("self",)).filter(pk=message).first()
    if found is None:
        raise Unseen("message")
    if not perms.may_manage(by):
        raise Forbidden("message", _("只有中心主任、行政协调员或系统管理员可以这样处理消息。"))
    return found


def _record(message: Message, act: str, *, by: Actor, at: datetime, **data: Any) -> None:
    ledger.record(
        street=message.street,
        stream=f"message:{message.pk}",
        act=act,
        by=by,
        at=at,
        data={"template": message.template, "about": message.about, **data},
    )
