"""Secrets of second factors lie sealed in the database: a copy of it makes nobody a code."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter

from yimen.lib.crypto import MARK, SealedColumn, seal, unseal

ABOUT = "mfa.authenticator"
SEALED = [
    SealedColumn("mfa.Authenticator", "data", ABOUT, key=key, may_be_plain=True)
    for key in ("secret", "seed")
]


class Adapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return seal(text, about=ABOUT)

    def decrypt(self, encrypted_text: str) -> str:
        """Also what was kept before sealing; `yimen rotate-keys` seals it."""
        if not encrypted_text.startswith(f"{MARK}:"):
            return encrypted_text
        return unseal(encrypted_text, about=ABOUT)
