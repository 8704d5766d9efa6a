"""Verbs of notices: telling somebody, announcing to everybody."""

from yimen.notices.actions.announcing import Words, announce, correct, end
from yimen.notices.actions.telling import (
    Reach,
    arrived,
    begin,
    cancel,
    fail,
    post,
    put_back,
    read,
    resend,
    sent,
    tell,
)

__all__ = [
    "Reach", "Words", "announce", "arrived", "begin", "cancel", "correct", "end", "fail", "post",
    "put_back", "read", "resend", "sent", "tell",
]  # fmt: skip
