"""The verbs of what is looked up."""

from yimen.knowledge.actions.articles import (
    Text,
    publish,
    remind,
    rewrite,
    send_back,
    withdraw,
    write,
)
from yimen.knowledge.actions.documents import Facts, set_standing, take_in
from yimen.knowledge.actions.telling import tell_due

__all__ = [
    "Facts",
    "Text",
    "publish",
    "remind",
    "rewrite",
    "send_back",
    "set_standing",
    "take_in",
    "tell_due",
    "withdraw",
    "write",
]
