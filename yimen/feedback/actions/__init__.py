"""Verbs of feedback."""

from yimen.feedback.actions.follow import appeal, call_back, decide_appeal, fix, reply, warn
from yimen.feedback.actions.invite import ask_again, invite, stop_asking
from yimen.feedback.actions.publish import propose, release, send_back
from yimen.feedback.actions.rate import check, rate

__all__ = [
    "appeal",
    "ask_again",
    "call_back",
    "check",
    "decide_appeal",
    "fix",
    "invite",
    "propose",
    "rate",
    "release",
    "reply",
    "send_back",
    "stop_asking",
    "warn",
]
