"""What follows telling: hand a message to its channel. Idempotent by the message's state; the
channel gets the message's id as its own idempotency key, for a worker may die in between."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.notices import actions, channels, rules
from yimen.notices.models import Message


def send(payload: dict[str, Any], *, key: str) -> None:
    """Send one message; raise when it should be tried again."""
    message = actions.begin(UUID(payload["message"]))
    if message is None:
        return
    try:
        outcome = channels.send(message)
    except channels.Declined as refusal:
        _give_up(message, refusal.reason)
    except channels.Trouble as trouble:
        if rules.gives_up(message.attempts):
            _give_up(message, trouble.reason)
            return
        actions.put_back(message.pk, reason=trouble.reason)
        raise
    else:
        actions.sent(message.pk, provider_ref=outcome.ref, delivered=outcome.delivered)


def _give_up(message: Message, reason: str) -> None:
    actions.fail(message.pk, reason=reason, by=system(message.street, "notices"), at=now())


def spread(payload: dict[str, Any], *, key: str) -> None:
    """Tell the next slice of an announcement's recipients."""
    after = payload.get("after")
    actions.spread(UUID(payload["announcement"]), UUID(after) if after else None)
