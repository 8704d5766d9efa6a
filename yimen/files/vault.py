"""The store: encrypted contents named by their digest, each written whole or not at all.

A content is written beside its place under another name, flushed to the disk, and renamed; the
folder is flushed too. A crash leaves at most a file with a temporary name, which the sweep removes.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from yimen.lib.crypto import Unsealable, key_for, keyring

MARK = b"YF1"
NONCE = 12
PENDING = ".new-"


def root() -> Path:
    return Path(settings.YIMEN_FILES)


def place(digest: str) -> Path:
    """Where a content lies: two levels of folders keep each of them small."""
    return root() / digest[:2] / digest[2:4] / digest


def put(digest: str, content: bytes) -> None:
    """Keep `content`. What is there already only gets a new date, so that the sweep spares it."""
    path = place(digest)
    if path.exists():
        os.utime(path)
        return
    _write(path, digest, content)


def _write(path: Path, digest: str, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    pending = path.with_name(f"{PENDING}{uuid4().hex}")
    try:
        with open(pending, "xb") as out:
            os.fchmod(out.fileno(), 0o640)
            out.write(_sealed(digest, content))
            out.flush()
            os.fsync(out.fileno())
        os.replace(pending, path)
        _flush_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            pending.unlink(missing_ok=True)
        raise


def get(digest: str) -> bytes:
    """The content; FileNotFoundError or Unsealable when it is not whole any more."""
    return _opened(digest, place(digest).read_bytes())


def key_of(digest: str) -> str:
    """The id of the key that a content is sealed with, from its first bytes."""
    with place(digest).open("rb") as content:
        head = content.read(len(MARK) + 1 + 255)
    if head[: len(MARK)] != MARK or len(head) <= len(MARK):
        raise Unsealable("not a content of this store")
    start = len(MARK) + 1
    return head[start : start + head[len(MARK)]].decode("ascii", "replace")


def reseal(digest: str) -> None:
    """Seal a content with the newest key. The date stays, so that the sweep judges as before."""
    path = place(digest)
    date = path.stat().st_mtime_ns
    _write(path, digest, get(digest))
    os.utime(path, ns=(date, date))


def remove(digest: str) -> None:
    """Take a content away for good."""
    with suppress(FileNotFoundError):
        place(digest).unlink()


def contents() -> Iterator[tuple[str, Path]]:
    """Every content with its path, and every left-over with the digest ""."""
    for path in root().glob("??/??/*"):
        yield ("" if path.name.startswith(PENDING) else path.name), path


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- sealing -----------------------------------------------------------------------------------


def _bound(key_id: str, digest: str) -> bytes:
    """What a content is tied to: taken to another name it does not open."""
    return f"file:{key_id}:{digest}".encode()


def _sealed(digest: str, content: bytes) -> bytes:
    ring = keyring()
    key_id, nonce = ring.current, os.urandom(NONCE)
    box = AESGCM(ring.keys[key_id]).encrypt(nonce, content, _bound(key_id, digest))
    name = key_id.encode()
    return MARK + bytes([len(name)]) + name + nonce + box


def _opened(digest: str, sealed: bytes) -> bytes:
    try:
        if sealed[: len(MARK)] != MARK:
            raise Unsealable("not a content of this store")
        length = sealed[len(MARK)]
        start = len(MARK) + 1 + length
        key_id = sealed[len(MARK) + 1 : start].decode()
        nonce, box = sealed[start : start + NONCE], sealed[start + NONCE :]
        return AESGCM(key_for(key_id)).decrypt(nonce, box, _bound(key_id, digest))
    except (InvalidTag, KeyError, IndexError, ValueError) as error:
        raise Unsealable("the stored file does not open") from error
