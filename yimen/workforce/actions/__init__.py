"""Verbs of workforce."""

from yimen.workforce.actions.house_order import check, set_facility, tell_unchecked
from yimen.workforce.actions.leaving import ask_leave, cancel_leave, decide_leave
from yimen.workforce.actions.roster import assign, draft, drop, realign
from yimen.workforce.actions.setting_up import set_need, set_post, set_shift
from yimen.workforce.actions.swapping import answer_swap, ask_swap, cancel_swap, decide_swap
from yimen.workforce.actions.teaching import (
    certify,
    enrol,
    hold_session,
    record_results,
    remind,
    require,
    set_course,
)
from yimen.workforce.actions.telling import tell_ending, tell_gaps

__all__ = [
    "answer_swap",
    "ask_leave",
    "ask_swap",
    "assign",
    "cancel_leave",
    "cancel_swap",
    "certify",
    "check",
    "decide_leave",
    "decide_swap",
    "draft",
    "drop",
    "enrol",
    "hold_session",
    "realign",
    "record_results",
    "remind",
    "require",
    "set_course",
    "set_facility",
    "set_need",
    "set_post",
    "set_shift",
    "tell_ending",
    "tell_gaps",
    "tell_unchecked",
]
