"""Adapters of the outgoing channels, named in settings.YIMEN_CHANNELS.

An adapter has `send(letter) -> Outcome`. It raises Trouble when another try may help and
Declined when none will. Reasons are short codes: they are shown on pages and kept in the ledger,
so they never quote an answer, which may hold a telephone number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from yimen.notices import queries
from yimen.notices.models import Message


class Trouble(Exception):
    """It did not work this time."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Declined(Trouble):
    """It will not work however often it is tried."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What an adapter gets: whom to reach is asked of `message` only by those who really send."""

    id: UUID
    message: Message
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The channel took it, under this reference; `delivered` when it knows that it arrived."""

    ref: str
    delivered: bool = False


class Adapter(Protocol):
    """What settings may name."""

    def send(self, letter: Letter) -> Outcome: ...


def send(message: Message) -> Outcome:
    """Send by the adapter that settings name for the message's channel."""
    path = settings.YIMEN_CHANNELS.get(message.channel)
    if not path:
        raise Declined("no_adapter")
    adapter: Adapter = import_string(path)()
    words = queries.shown(message, keys=True)
    return adapter.send(Letter(message.pk, message, words.title, words.text))
