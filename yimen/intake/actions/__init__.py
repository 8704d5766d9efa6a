"""Verbs of intake: submit, keep a draft, send it in, remember a machine's key."""

from yimen.intake.actions.drafts import discard, forget_drafts, keep_draft, open_draft, send
from yimen.intake.actions.handing import hand_over, pass_on
from yimen.intake.actions.keys import claim_key, forget_keys, settle_key
from yimen.intake.actions.submitting import Visit, Wanted, standing_mandate, submit
from yimen.intake.actions.turns import tell_draft, tell_turn

__all__ = [
    "Visit", "Wanted", "claim_key", "discard", "forget_drafts", "forget_keys",
    "hand_over", "open_draft", "pass_on", "keep_draft", "send", "settle_key", "standing_mandate", "submit",
    "tell_draft", "tell_turn",
]  # fmt: skip
