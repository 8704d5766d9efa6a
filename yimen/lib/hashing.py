"""Digests that stay the same: canonical bytes of a value, and salted digests of text."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from uuid import UUID


def _plain(value: Any) -> Any:
    """Values that JSON has no form for; the same moment has one form in every time zone."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a moment without a time zone has no canonical form")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _refuse_floats(value: Any) -> None:
    """A float prints differently here and there; record whole numbers or text instead."""
    if isinstance(value, float):
        raise TypeError("no canonical form for a float")
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys must be text")
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)


def canonical(value: Any) -> bytes:
    """One byte string for equal values: keys sorted, no blanks, UTF-8."""
    _refuse_floats(value)
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    )
    return text.encode("utf-8")


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(value)).hexdigest()


def digest_bytes(content: bytes) -> str:
    """SHA-256 of bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def new_salt() -> str:
    """32 random hexadecimal digits, to be erased together with the text they protect."""
    return secrets.token_hex(16)


def digest_text(text: str, salt: str) -> str:
    """Keyed digest of a text: proves it later, tells nothing once text and salt are erased."""
    if not salt:
        raise ValueError("a digest of text needs a salt")
    return hmac.new(bytes.fromhex(salt), text.encode("utf-8"), hashlib.sha256).hexdigest()
