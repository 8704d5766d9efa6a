"""Verbs of notices: telling somebody, announcing to everybody."""

from yimen.notices.actions.announcing import (
    Words,
    announce,
    correct,
    drop,
    end,
    release,
    rewrite,
    write,
)
from yimen.notices.actions.spreading import agree, no_more, spread
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
    "Reach", "Words", "agree", "announce", "arrived", "begin", "cancel", "correct", "drop", "end",
    "fail", "no_more", "post", "put_back", "read", "release", "resend", "rewrite", "sent", "spread",
    "tell", "write",
]  # fmt: skip
