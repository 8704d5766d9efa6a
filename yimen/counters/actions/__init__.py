"""Verbs of the hall."""

from yimen.counters.actions.appointments import check_in, offer
from yimen.counters.actions.counting import count_day
from yimen.counters.actions.linking import visit_sent
from yimen.counters.actions.telling import print_ticket, tell_nearly
from yimen.counters.actions.tickets import Taken, by_secret, come_back, leave, print_again, take
from yimen.counters.actions.windows import (
    call_next,
    close,
    end_day,
    end_shift,
    finish,
    hold,
    no_show,
    open_window,
    pause,
    recall,
    resume,
    serve,
    transfer,
)

__all__ = [
    "Taken", "by_secret", "call_next", "check_in", "close", "come_back", "count_day",
    "end_day", "end_shift", "finish", "hold", "leave", "no_show", "offer", "open_window",
    "pause", "print_again", "print_ticket", "recall", "resume", "serve", "take", "tell_nearly",
    "transfer", "visit_sent",
]  # fmt: skip
