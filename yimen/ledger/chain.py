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


def entry_text(
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
) -> str:
    """What is hashed of one entry; `links.TEXT` has the database say the same of a row."""
    return "\x1f".join(
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


def entry_hash(prev: bytes, **columns: Any) -> bytes:
    """The hash of one entry (the columns of `entry_text`) on top of `prev`."""
    return hash_text(prev, entry_text(**columns))


def hash_text(prev: bytes, text: str) -> bytes:
    """The hash of one entry's text on top of `prev`."""
    return hashlib.sha256(prev + text.encode()).digest()


# one entry as the chain sees it: street, stream, seq, hash, and the text that was hashed
Link = tuple[str, str, int, bytes, str]


def data_of(link: Link) -> str:
    """The entry's `data`: canonical JSON holds no U+001F, so it begins after the last one."""
    text = link[-1]
    return text[text.rindex("\x1f") + 1 :]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something `verify` found: the first bad entry of a stream and why."""

    street: str
    stream: str
    seq: int
    reason: str  # hash | gap | root | state

    def __str__(self) -> str:
        return f"bad street={self.street} stream={self.stream} seq={self.seq} reason={self.reason}"


def check_chain(street: str, stream: str, links: Iterable[Link], head: Head | None) -> Fault | None:
    """Walk one stream's links in order of seq; `head` is where its owner says it ends.

    A missing number is a `gap`, also at the end; a hash that does not follow is `hash`.
    """
    prev, seq = ZERO, 0
    for _street, _stream, number, found, text in links:
        seq += 1
        if number != seq:
            return Fault(street, stream, seq, "gap")
        if hash_text(prev, text) != found:
            return Fault(street, stream, seq, "hash")
        prev = found
    if head is None or head == Head(seq, prev):
        return None
    if head.seq > seq:
        return Fault(street, stream, seq + 1, "gap")
    return Fault(street, stream, seq, "hash")
