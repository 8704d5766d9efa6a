"""Fold a ticket's entries into the state they say, for `yimen verify`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import orjson

from yimen.counters.actions.record import state_of
from yimen.counters.models import Ticket
from yimen.ledger.chain import Head

HEADS = """SELECT street, 'ticket:' || centre_id || '-' || to_char(day, 'YYYYMMDD') || '-' || number
    AS stream, seq, hash FROM counters_ticket"""


def fold(texts: Iterable[str]) -> dict[str, Any]:
    """The recorded columns after entries with these `data`; what is empty is left out."""
    state: dict[str, Any] = {}
    for text in texts:
        said = orjson.loads(text)
        state.update({name: value for name, value in said.items() if name in Ticket.RECORDED})
    return {name: value for name, value in state.items() if value is not None}


def expected(names: list[str]) -> dict[str, tuple[Head, dict[str, Any]]]:
    """Head and column state of these tickets (names without the prefix), in one query."""
    parts = [name.split("-") for name in names]
    found = Ticket.objects.filter(
        centre__in={centre for centre, _day, _number in parts},
        day__in={date.fromisoformat(day) for _centre, day, _number in parts},
        number__in={number for _centre, _day, number in parts},
    )
    return {
        t.stream.removeprefix("ticket:"): (Head(t.seq, bytes(t.hash)), state_of(t)) for t in found
    }
