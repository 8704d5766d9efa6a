"""Personal data at rest: sealed values, and blind indexes to find them by.

A sealed value is `y1:<key id>:<base64url of nonce + AES-256-GCM>`. What it is about (table,
column, row) is bound in as associated data: a value moved to another row does not open. New
values use the newest key; old key ids stay readable until everything has been sealed anew.
"""

from __future__ import annotations

import base64
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = "y1"
_NONCE = 12


class Unsealable(Exception):
    """The value was changed, moved, or sealed with a key that is not at hand."""


@dataclass(frozen=True)
class Keyring:
    """Keys by id, the one for new values, and the key of the blind index."""

    keys: Mapping[str, bytes]
    current: str
    blind: bytes

    def __post_init__(self) -> None:
        if self.current not in self.keys:
            raise ValueError(f"no key with id {self.current!r}: `yimen init` makes the keys")
        for key_id, key in self.keys.items():
            if len(key) != 32 or not key_id or ":" in key_id:
                raise ValueError(f"key {key_id!r} must have a plain id and 32 bytes")
        if len(self.blind) < 32:
            raise ValueError("the key of the blind index needs at least 32 bytes")


def keyring_from(keys: Mapping[str, str], blind: str, current: str = "") -> Keyring:
    """A keyring from base64 texts; without `current` the highest key id is the newest."""
    raw = {key_id: base64.b64decode(key) for key_id, key in keys.items()}
    newest = max(raw, key=lambda key_id: (len(key_id), key_id), default="")
    return Keyring(raw, current or newest, base64.b64decode(blind))


@lru_cache(maxsize=8)
def _from_texts(keys: tuple[tuple[str, str], ...], blind: str, current: str) -> Keyring:
    return keyring_from(dict(keys), blind, current)


def keyring(*, anew: bool = False) -> Keyring:
    """The keyring of the running product.

    Keys from the environment are those the process began with (YIMEN_KEYS, YIMEN_BLIND_KEY and,
    to name the one for new values, YIMEN_KEY). A key file is looked at again while the process
    runs (YIMEN_KEYS_NOW), with `anew` at once.
    """
    from django.conf import settings

    look = getattr(settings, "YIMEN_KEYS_NOW", None)
    if look is None:
        texts, index = settings.YIMEN_KEYS, settings.YIMEN_BLIND_KEY
    else:
        texts, index = look(anew)
    return _from_texts(tuple(texts.items()), index, getattr(settings, "YIMEN_KEY", ""))


def key_for(key_id: str, ring: Keyring | None = None) -> bytes:
    """The key of that id; KeyError when there is none. One made a moment ago by somebody else
    (`yimen rotate-keys`) is read from the key file at once."""
    if ring is not None:
        return ring.keys[key_id]
    keys = keyring().keys
    return keys[key_id] if key_id in keys else keyring(anew=True).keys[key_id]


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _bound(key_id: str, about: str) -> bytes:
    return f"{MARK}:{key_id}:{about}".encode()


def seal(value: str, *, about: str, ring: Keyring | None = None) -> str:
    """Encrypt `value`; `about` must be given again to open it."""
    ring = ring or keyring()
    nonce = os.urandom(_NONCE)
    box = _cipher(ring.keys[ring.current]).encrypt(
        nonce, value.encode("utf-8"), _bound(ring.current, about)
    )
    return f"{MARK}:{ring.current}:{base64.urlsafe_b64encode(nonce + box).decode()}"


def unseal(sealed: str, *, about: str, ring: Keyring | None = None) -> str:
    """Decrypt what `seal` made; Unsealable when it was changed or moved."""
    try:
        mark, key_id, body = sealed.split(":")
        key = key_for(key_id, ring)
        raw = base64.b64decode(body, altchars=b"-_", validate=True)
        if base64.urlsafe_b64encode(raw).decode() != body:  # spare bits of the last sign
            raise ValueError("not how a sealed value is written")
        plain = _cipher(key).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(key_id, about))
    except (ValueError, KeyError, InvalidTag) as error:
        raise Unsealable("the sealed value does not open") from error
    if mark != MARK:
        raise Unsealable("the sealed value does not open")
    return plain.decode("utf-8")


def is_current(sealed: str, ring: Keyring | None = None) -> bool:
    """Was this sealed with the newest key? If not, rotation seals it anew."""
    return sealed.startswith(f"{MARK}:{(ring or keyring()).current}:")


def reseal(sealed: str, *, about: str, ring: Keyring | None = None) -> str:
    """The same value under the newest key; unchanged if it is already."""
    if is_current(sealed, ring):
        return sealed
    return seal(unseal(sealed, about=about, ring=ring), about=about, ring=ring)


@dataclass(frozen=True)
class SealedColumn:
    """Where sealed values lie, for who seals them anew: a column of a model, or one `key` of a
    JSON column. `about` is what is bound in, with the row's columns by name in braces. Each house
    lists its own (settings.YIMEN_SEALED); `may_be_plain`: values from before sealing are there."""

    model: str  # people.Party
    column: str
    about: str  # people.party:{id}:phone
    key: str = ""
    may_be_plain: bool = False

    def bound(self, row: Mapping[str, Any]) -> str:
        return self.about.format_map(row)


def blind(domain: str, value: str, ring: Keyring | None = None) -> str:
    """A keyed digest to look a value up by, 64 hexadecimal digits.

    `domain` (such as `person.id_number`) keeps indexes of different columns apart: equal values
    in two columns do not show as equal. Normalise the value first (`lib.text`, `lib.documents`).
    """
    message = domain.encode("utf-8") + b"\x00" + value.encode("utf-8")
    return hmac.digest((ring or keyring()).blind, message, sha256).hex()
