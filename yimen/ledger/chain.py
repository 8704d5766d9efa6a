"""How entries are hashed and checked: pure functions of values.

The text that is hashed is the columns joined by U+001F, times in UTC to the microsecond, after
the 32 bytes of the hash before (zeros for the first entry of a stream).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson

ZERO = bytes(32)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a stream stands: the number and hash of its last entry."""

    seq: int = 0
    hash: bytes = ZERO


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, (UUID, date)):
        return str(value)
    if isinstance(value, (frozenset, set)):
        return sorted(value)
    raise TypeError(f"the ledger cannot hold {type(value).__name__}")


def canonical(data: dict[str, Any]) -> str:
    """Canonical JSON: sorted keys, no spaces, UUIDs and times as text."""
    flags = orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME
    return orjson.dumps(data, default=_plain, option=flags).decode()


def stamp(moment: datetime) -> str:
    """A moment as it is hashed and stored in `data`: UTC, always with microseconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_hash(
    prev: bytes,
    *,
    street: str,
    stream: str,
    seq: int,
    act: str,
    at: datetime,
    recorded_at: datetime,
    account: UUID | None,
    power: UUID | None,
    data: str,
) -> bytes:
    """The hash of one entry on top of `prev`."""
    text = "\x1f".join(
        (
            street,
            stream,
            str(seq),
            act,
            stamp(at),
            stamp(recorded_at),
            str(account or ""),
            str(power or ""),
            data,
        )
    )
    return hashlib.sha256(prev + text.encode()).digest()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something `verify` found: the first bad entry of a stream and why."""

    street: str
    stream: str
    seq: int
    reason: str  # hash | gap | root | state

    def __str__(self) -> str:
        return f"bad street={self.street} stream={self.stream} seq={self.seq} reason={self.reason}"


def check_chain(entries: Iterable[Any], head: Head | None) -> Fault | None:
    """Walk one stream's entries in order of seq; `head` is where its owner says it ends.

    A missing number is a `gap`, also at the end; a hash that does not follow is `hash`.
    """
    prev, seq, last = ZERO, 0, None
    for e in entries:
        last = e
        seq += 1
        if e.seq != seq:
            return Fault(e.street, e.stream, seq, "gap")
        found = bytes(e.hash)
        expected = entry_hash(
            prev,
            street=e.street,
            stream=e.stream,
            seq=e.seq,
            act=e.act,
            at=e.at,
            recorded_at=e.recorded_at,
            account=e.account,
            power=e.power,
            data=e.data,
        )
        if found != expected:
            return Fault(e.street, e.stream, seq, "hash")
        prev = found
    if head is not None and last is not None:
        if head.seq > seq:
            return Fault(last.street, last.stream, seq + 1, "gap")
        if head.seq < seq or head.hash != prev:
            return Fault(last.street, last.stream, seq, "hash")
    return None
