"""Verbs of the engine. `receive` begins a case; `perform` does every other act on one."""

from yimen.cases.actions import (
    along,
    decide,
    deliver,
    end,
    erase,
    external,
    judge,
    objections,
    pause,
    watch,
    work,
)
from yimen.cases.actions.moving import Past, move_in
from yimen.cases.actions.receive import Given, Submission, receive
from yimen.cases.actions.verb import VERBS, advance, perform

__all__ = [
    "VERBS", "Given", "Past", "Submission", "advance", "along", "decide", "deliver", "end", "erase",
    "external", "judge", "move_in", "objections", "pause", "perform", "receive", "watch", "work",
]  # fmt: skip
