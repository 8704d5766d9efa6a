"""Identifiers made in Python, unique over every street without asking the database.

UUID version 7 (RFC 9562): 48 bits of milliseconds, then randomness. Rows made later sort
later, so indexes grow at one end; a shard needs no sequence of its own.
"""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def new_id() -> UUID:
    """Return a fresh UUIDv7."""
    ms = time.time_ns() // 1_000_000
    rand_a = secrets.randbits(12)
    rand_b = secrets.randbits(62)
    return UUID(int=(ms << 80) | (0x7 << 76) | (rand_a << 64) | (0b10 << 62) | rand_b)
