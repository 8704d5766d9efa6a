"""Secrets of second factors lie sealed in the database: a copy of it makes nobody a code."""

from __future__ import annotations

import logging
from typing import Any

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.core.exceptions import ValidationError

from yimen.lib.crypto import MARK, SealedColumn, seal, unseal
from yimen.look.throttle import place_of

ABOUT = "mfa.authenticator"
SEALED = [
    SealedColumn("mfa.Authenticator", "data", ABOUT, key=key, may_be_plain=True)
    for key in ("secret", "seed")
]


log = logging.getLogger("yimen.signing")


class Adapter(DefaultMFAAdapter):
    def validation_error(self, code: str, *args: Any) -> ValidationError:
        """A wrong code at sign-in is noted as a wrong password is: not what was typed, nor whose."""
        if code == "incorrect_code":
            log.warning("second factor failed, from %s", place_of(context.request))
        return super().validation_error(code, *args)

    def encrypt(self, text: str) -> str:
        return seal(text, about=ABOUT)

    def decrypt(self, encrypted_text: str) -> str:
        """Also what was kept before sealing; `yimen rotate-keys` seals it."""
        if not encrypted_text.startswith(f"{MARK}:"):
            return encrypted_text
        return unseal(encrypted_text, about=ABOUT)
