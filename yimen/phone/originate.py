"""Calls that go out: an operator's telephone rings first, then the other side's. What the exchange
cannot be asked to do, a person dials."""

from __future__ import annotations

import logging
import os
import re
import tempfile
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

log = logging.getLogger("yimen.phone")
DIAL = re.compile(r"^[A-Za-z0-9_./@-]{1,80}$")
NUMBER = re.compile(r"^\+?[0-9]{2,20}$")
FILE = "Channel: {dial}\nContext: {context}\nExtension: {number}\nPriority: 1\nMaxRetries: 0\nWaitTime: 30\n"


class Originate(Protocol):
    """An exchange that can be told to connect two."""

    def call(self, dial: str, number: str) -> bool:
        """Ring at `dial`; once that is picked up, dial `number`. False: it was not asked."""


class CallFiles:
    """Asterisk's outgoing folder: a file that is moved in is a call. It is removed by Asterisk."""

    def call(self, dial: str, number: str) -> bool:
        if not (settings.YIMEN_PHONE_OUTGOING and DIAL.match(dial) and NUMBER.match(number)):
            return False
        folder = Path(settings.YIMEN_PHONE_OUTGOING)
        words = FILE.format(dial=dial, number=number, context=settings.YIMEN_PHONE_CONTEXT)
        try:
            handle, made = tempfile.mkstemp(dir=folder.parent, suffix=".call")
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(words)
            os.replace(made, folder / Path(made).name)  # whole or not at all
        except OSError as error:
            log.error("a call could not be handed to the exchange: %s", type(error).__name__)
            return False
        return True


class Played:
    """The built-in test telephone: nobody else is on it, so the call is only counted."""

    calls = 0

    def call(self, dial: str, number: str) -> bool:
        type(self).calls += 1
        log.info("the test telephone plays a call that goes out")
        return True


def exchange() -> Originate | None:
    """The exchange of the settings; None where a person dials."""
    name = settings.YIMEN_PHONE_ORIGINATE
    if not name:
        return None
    found: Originate = import_string(name)()
    return found
