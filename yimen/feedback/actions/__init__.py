"""Verbs of feedback."""

from yimen.feedback.actions.follow import appeal, call_back, decide_appeal, fix, reply, warn
from yimen.feedback.actions.rate import check, rate

__all__ = ["appeal", "call_back", "check", "decide_appeal", "fix", "rate", "reply", "warn"]
