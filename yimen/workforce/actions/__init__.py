"""Verbs of workforce."""

from yimen.workforce.actions.leaving import ask_leave, cancel_leave, decide_leave
from yimen.workforce.actions.roster import assign, draft, drop, realign
from yimen.workforce.actions.setting_up import set_need, set_post, set_shift
from yimen.workforce.actions.swapping import answer_swap, ask_swap, cancel_swap, decide_swap
from yimen.workforce.actions.telling import tell_ending, tell_gaps

__all__ = [
    "answer_swap",
    "ask_leave",
    "ask_swap",
    "assign",
    "cancel_leave",
    "cancel_swap",
    "decide_leave",
    "decide_swap",
    "draft",
    "drop",
    "realign",
    "set_need",
    "set_post",
    "set_shift",
    "tell_ending",
    "tell_gaps",
]
