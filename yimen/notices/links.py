"""Links in messages that nobody can guess: a path that may be kept, and a key that is reckoned when
the message goes out. So neither the database nor a page for staff ever holds an address that works.
"""

from __future__ import annotations

from base64 import b32encode

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SALT, LENGTH = "notices.link", 24  # 120 bits


def key_of(path: str) -> str:
    """What an address ends with so that only its recipient has it: capitals and digits, which the
    log leaves out (`config.logs`)."""
    digest = salted_hmac(SALT, path, algorithm="sha256").digest()
    return b32encode(digest).decode()[:LENGTH]


def holds(path: str, key: str) -> bool:
    """Is this the key of that path?"""
    return constant_time_compare(key, key_of(path))


def address(path: str, *, key: bool) -> str:
    """The whole address of a path like `rate/i/K3M...`; without its key it leads nowhere."""
    return f"{settings.SITE_URL}/{path}/{key_of(path)}/" if key else f"{settings.SITE_URL}/{path}/…"
