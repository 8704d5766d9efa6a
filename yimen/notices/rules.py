"""Judgements about messages: which channel, when, and what a gateway's answer means."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from yimen.lib.time import local

QUIET_FROM, QUIET_UNTIL = time(21, 0), time(8, 0)
ATTEMPTS = 7  # then the message stands in the list of those that did not arrive
OUTGOING = frozenset({"sms", "email", "wechat"})  # what an adapter sends; the others are rows


def channel_for(*, staff: bool, phone: bool, account: bool) -> str:
    """The channel nobody has to ask for: staff read an inbox; a resident's phone first, then
    the inbox of an account, and a letter when there is neither."""
    if staff:
        return "inbox"
    if phone:
        return "sms"
    return "inbox" if account else "paper"


def send_at(moment: datetime, *, urgent: bool) -> datetime:
    """When a message may go out: at once, or in the morning when it is not worth waking for."""
    here = local(moment)
    if urgent or QUIET_UNTIL <= here.time() < QUIET_FROM:
        return moment
    day = here.date() + timedelta(days=1) if here.time() >= QUIET_FROM else here.date()
    return datetime.combine(day, QUIET_UNTIL, here.tzinfo)


def gives_up(attempts: int) -> bool:
    """Is this failure the last one that is tried by itself?"""
    return attempts >= ATTEMPTS


def may_resend(state: str) -> bool:
    """Only what did not arrive, or was stopped, is sent again by hand."""
    return state in ("failed", "cancelled")


SEGMENT = 70  # characters of one text message in Chinese; a longer one is paid for several times


def state_of(
    *,
    released: bool,
    withdrawn: bool,
    corrected: bool,
    begins: datetime,
    ends: datetime,
    at: datetime,
) -> str:
    """What an announcement is at a moment."""
    if not released:
        return "dropped" if withdrawn else "draft"
    if corrected:
        return "corrected"
    if withdrawn:
        return "withdrawn"
    if at < begins:
        return "waiting"
    return "shown" if at < ends else "over"


def in_time(moment: datetime, ends: datetime, *, urgent: bool) -> bool:
    """Would a text message sent now be read while the announcement holds?"""
    return send_at(moment, urgent=urgent) < ends


def messages_of(text: str) -> int:
    """How many text messages a text takes; joined ones lose three characters each."""
    if len(text) <= SEGMENT:
        return 1
    return -(-len(text) // (SEGMENT - 3))
