"""Verbs of contacts. Every one locks the question's row first: owner and offers change nowhere
else, so a crash between two steps leaves the question exactly where it was."""

from yimen.contacts.actions.asking import ask
from yimen.contacts.actions.ending import answer, became_case, close, withdraw
from yimen.contacts.actions.handing import decline, offer, sign, withdraw_offer
from yimen.contacts.actions.time import bounce

__all__ = [
    "answer",
    "ask",
    "became_case",
    "bounce",
    "close",
    "decline",
    "offer",
    "sign",
    "withdraw",
    "withdraw_offer",
]
