"""Verbs of the directory."""

from yimen.directory.actions.asking import answer, ask, finish, forget, thank, withdraw
from yimen.directory.actions.concerns import raise_concern, settle
from yimen.directory.actions.helping import end, lapse, offer_help, pause, refuse, resume, vet
from yimen.directory.actions.keeping import Gives, set_service, set_unit

__all__ = [
    "Gives", "answer", "ask", "end", "finish", "forget", "lapse", "offer_help", "pause", "raise_concern", "refuse",
    "resume", "set_service", "set_unit", "settle", "thank", "vet", "withdraw",
]  # fmt: skip
