"""Verbs of the help line."""

from yimen.hotline.actions.calling import answer, hang_up, keep_draft
from yimen.hotline.actions.calling_back import call_back, plan
from yimen.hotline.actions.danger import learn, remind, transfer
from yimen.hotline.actions.jobs import (
    contacted,
    finish_job,
    return_job,
    reveal_phone,
    say_where,
    sign_job,
)
from yimen.hotline.actions.replying import reply
from yimen.hotline.actions.shifts import sign_note, write_note
from yimen.hotline.actions.taking import Taken, take

__all__ = [
    "Taken", "answer", "call_back", "contacted", "finish_job", "hang_up", "keep_draft", "learn",
    "plan", "remind", "reply", "return_job", "reveal_phone", "say_where", "sign_job", "sign_note",
    "take", "transfer", "write_note",
]  # fmt: skip
