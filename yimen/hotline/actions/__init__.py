"""Verbs of the help line."""

from yimen.hotline.actions.adding import add_words
from yimen.hotline.actions.calling import answer, hang_up, keep_draft
from yimen.hotline.actions.calling_back import call_back, plan
from yimen.hotline.actions.channels import own_channel
from yimen.hotline.actions.coming_back import catch_up, declined, lapse, reported, took
from yimen.hotline.actions.danger import learn, remind, transfer
from yimen.hotline.actions.dispatching import dispatch, recall
from yimen.hotline.actions.events import follow, join_event, leave_event, tell_everybody
from yimen.hotline.actions.jobs import (
    add_photo,
    contacted,
    finish_job,
    return_job,
    reveal_phone,
    say_where,
    sign_job,
)
from yimen.hotline.actions.looking import look_into
from yimen.hotline.actions.messages import (
    SmsAnswer,
    answer_message,
    drop_message,
    get_message,
    join_message,
    take_message,
)
from yimen.hotline.actions.objecting import judge, object_to
from yimen.hotline.actions.on_the_spot import answer_on_the_spot
from yimen.hotline.actions.pricing import answer_price
from yimen.hotline.actions.recordings import forget_recording, link_recording, listen
from yimen.hotline.actions.replying import reply
from yimen.hotline.actions.ringing import (
    call_back_ringing,
    dial_request,
    gone,
    join,
    lose,
    pick_up,
    ring,
)
from yimen.hotline.actions.rostering import find_holes, ring_up
from yimen.hotline.actions.shifts import remind_unsigned, sign_note, write_note
from yimen.hotline.actions.taking import Taken, take

__all__ = [
    "SmsAnswer",
    "Taken",
    "add_photo",
    "add_words",
    "answer",
    "answer_message",
    "answer_on_the_spot",
    "answer_price",
    "call_back",
    "call_back_ringing",
    "catch_up",
    "contacted",
    "declined",
    "dial_request",
    "dispatch",
    "drop_message",
    "find_holes",
    "finish_job",
    "follow",
    "forget_recording",
    "get_message",
    "gone",
    "hang_up",
    "join",
    "join_event",
    "join_message",
    "judge",
    "keep_draft",
    "lapse",
    "learn",
    "leave_event",
    "link_recording",
    "listen",
    "look_into",
    "lose",
    "object_to",
    "own_channel",
    "pick_up",
    "plan",
    "recall",
    "remind",
    "remind_unsigned",
    "reply",
    "reported",
    "return_job",
    "reveal_phone",
    "ring",
    "ring_up",
    "say_where",
    "sign_job",
    "sign_note",
    "take",
    "take_message",
    "tell_everybody",
    "took",
    "transfer",
    "write_note",
]
