"""What time does to messages: none may lie about unsent and unseen."""

from __future__ import annotations

from datetime import datetime, timedelta

from yimen.lib.actor import system
from yimen.notices import actions, rules
from yimen.notices.models import Message

# longer than all tries of the errand queue together
LOST_AFTER = timedelta(hours=2)


def sweep(moment: datetime) -> int:
    """Put messages whose errand was lost into the visible list. Returns how many."""
    lost = Message.objects.filter(
        state__in=[Message.State.QUEUED, Message.State.SENDING],
        channel__in=rules.OUTGOING,
        due_at__lt=moment - LOST_AFTER,
    ).order_by("due_at")[:500]
    count = 0
    for message in lost:
        reason = message.last_error or "never_sent"
        actions.fail(message.pk, reason=reason, by=system(message.street, "notices"), at=moment)
        count += 1
    return count
