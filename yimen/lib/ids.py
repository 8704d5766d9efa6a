"""Identifiers made in Python, unique over every street without asking the database.

UUID version 7 (RFC 9562): 48 bits of milliseconds, then randomness. Rows made later sort
later, also within one millisecond of one process, so indexes grow at one end and lists keep the
order in which their rows were made; a shard needs no sequence of its own.
"""

from __future__ import annotations

import os
import threading
import time
from uuid import UUID

_VERSION, _VARIANT = 0x7 << 76, 0b10 << 62
_FREE = ~((0xF << 76) | (0b11 << 62) | (0xFFFFFFFFFFFF << 80)) & ((1 << 128) - 1)
_lock = threading.Lock()
_last = 0


def new_id() -> UUID:
    """Return a fresh UUIDv7."""
    global _last
    ms = time.time_ns() // 1_000_000
    drawn = int.from_bytes(os.urandom(10))
    fresh = (ms << 80) | _VERSION | _VARIANT | (drawn & _FREE)
    with _lock:
        if fresh <= _last:  # the same millisecond, or a clock set back: a step of 32 random bits on
            fresh = _last + 1 + (drawn & 0xFFFFFFFF)
        _last = fresh
    return UUID(int=fresh)
