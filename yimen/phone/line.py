"""A telephone line as an adapter offers it, whatever exchange is behind.

The enquiry line talks over it (`talk`); a help line's operators get calls over the same adapters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from yimen.people import rules
from yimen.phone.sounds import Sound


class HungUp(Exception):
    """The other side is gone; whatever was asked of the line was not done."""


class Line(Protocol):
    """One incoming call. Every method raises HungUp once the caller is gone."""

    adapter: str  # a value of phone.models.Call.Adapter
    number: str  # the caller's, as the exchange says it; "" where it is withheld
    dialled: str  # the number that was called
    origin: str  # by whom tries are counted: the number, or where it can be made up, the address

    async def answer(self) -> None: ...

    async def play(self, sounds: Sequence[Sound]) -> str:
        """Play one after the other until the end or a key; the key, "" for none."""

    async def key(self, wait_s: float) -> str:
        """The next key, "" when none came in that time."""

    async def put_through(self, to: str) -> bool:
        """Ring there; True once that conversation was had and is over."""

    async def record(self, name: str) -> str:
        """Record from now on under this name; the exchange's own word for where, "" where it
        cannot."""

    async def hang_up(self) -> None: ...


def number_of(said: str) -> str:
    """What an exchange says of the caller as a number that can be called back; "" when it is none
    (withheld, an extension, a name)."""
    try:
        return rules.phone(said)
    except ValueError:
        return ""
