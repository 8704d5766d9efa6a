"""Verbs of home service."""

from yimen.homeservice.actions.asking import Wish, ask, ask_for_other, cancel, complete
from yimen.homeservice.actions.handing_in import (
    begin_intake,
    draft_sent,
    keep_scan,
    nothing_to_hand_in,
)
from yimen.homeservice.actions.planning import bring, call_off, drop, move, plan
from yimen.homeservice.actions.time_passes import close_day, remind
from yimen.homeservice.actions.way import Told, reveal, step

__all__ = [
    "Told", "Wish", "ask", "ask_for_other", "begin_intake", "bring", "call_off", "cancel",
    "close_day", "complete", "draft_sent", "drop", "keep_scan", "move", "nothing_to_hand_in", "plan",
    "remind", "reveal", "step",
]  # fmt: skip
