"""Fold a ticket's entries into the state they say, for `yimen verify`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import orjson

from yimen.counters.actions.record import state_of
from yimen.counters.models import Ticket
from yimen.ledger.chain import Head


def fold(entries: Iterable[Any]) -> dict[str, Any]:
    """The recorded columns after these entries; what is empty is left out."""
    state: dict[str, Any] = {}
    for entry in entries:
        data = orjson.loads(entry.data)
        state.update({name: value for name, value in data.items() if name in Ticket.RECORDED})
    return {name: value for name, value in state.items() if value is not None}


def heads(street: str = "", since: Any = None) -> Iterator[tuple[str, str, Head]]:
    """(street, stream, head) of every ticket."""
    found = Ticket.objects.order_by("street", "centre_id", "day", "number")
    if street:
        found = found.filter(street=street)
    columns = found.values_list("street", "centre_id", "day", "number", "seq", "hash")
    for place, centre, day, number, seq, digest in columns.iterator(chunk_size=5000):
        yield place, f"ticket:{centre}-{day:%Y%m%d}-{number}", Head(seq, bytes(digest))


def expected(names: list[str]) -> dict[str, tuple[Head, dict[str, Any]]]:
    """Head and column state of these tickets (names without the prefix), in one query."""
    parts = [name.split("-") for name in names]
    days = {date.fromisoformat(day) for _centre, day, _number in parts}
    found = Ticket.objects.filter(
        centre__in={centre for centre, _day, _number in parts}, day__in=days,
        number__in={number for _centre, _day, number in parts},
    )  # fmt: skip
    return {
        t.stream.removeprefix("ticket:"): (Head(t.seq, bytes(t.hash)), state_of(t)) for t in found
    }
