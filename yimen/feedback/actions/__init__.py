"""Verbs of feedback."""

from yimen.feedback.actions.follow import appeal, call_back, decide_appeal, fix, reply, warn
from yimen.feedback.actions.invite import ask_again, invite, stop_asking
from yimen.feedback.actions.rate import check, rate

__all__ = [
    "appeal",
    "ask_again",
    "call_back",
    "check",
    "decide_appeal",
    "fix",
    "invite",
    "rate",
    "reply",
    "stop_asking",
    "warn",
]
