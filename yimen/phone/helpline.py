"""A call to a help line: no menu. It rings at the operators of a higher house until one picks up or
the caller is gone; the operator's telephone is then joined, and where the exchange can, recorded.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from yimen.lib.ids import new_id
from yimen.lib.time import now
from yimen.phone.line import HungUp, Line
from yimen.phone.office import DATABASE, Office
from yimen.phone.rules import Prompt
from yimen.phone.talk import Talk

log = logging.getLogger("yimen.phone")
TROUBLE = (*DATABASE, TimeoutError, OSError)
LOOK_S = 1.0  # between two looks whether somebody picked up
SAY_AGAIN = 15  # looks


@dataclass(frozen=True, slots=True)
class Picked:
    """Somebody picked up; `dial` is the telephone to join, "" where none is known."""

    dial: str


class Operators(Protocol):
    """What the house of the operators does about a call (settings.YIMEN_LINE_OPERATORS)."""

    def ring(self, *, street: str, line: str, exchange_id: str, number: str, at: datetime) -> UUID:
        """A call has come; the same word of the exchange is the same call."""

    def picked(self, ringing: UUID) -> Picked | None: ...

    def recorded(self, ringing: UUID, name: str, at: datetime) -> None: ...

    def over(self, ringing: UUID) -> bool:
        """Has the operator ended the talk?"""

    def gone(self, ringing: UUID, at: datetime) -> None:
        """The caller hung up. Nothing, where somebody had picked up."""


def operators() -> Operators:
    found: Operators = import_string(settings.YIMEN_LINE_OPERATORS)
    return found


def conversation(line: Line, office: Office) -> Talk | HelpCall:
    """What the called number is for."""
    lines = settings.YIMEN_HELP_LINES
    known = lines.get(line.dialled) or lines.get("*")
    return (
        HelpCall(line, office, known["street"], known.get("line", "one"))
        if known
        else Talk(line, office)
    )


class HelpCall:
    """From the first ring to the end."""

    def __init__(self, line: Line, office: Office, street: str, name: str) -> None:
        self.line, self.office = line, office
        self.street, self.name = street, name
        self.exchange_id = str(new_id())
        self.ringing: UUID | None = None

    async def run(self) -> None:
        """Whatever happens, the call gets its end on record."""
        try:
            await self.line.answer()
            await self._ring()
            if self.ringing is None:
                await self._without_us()
            else:
                await self._join(await self._wait())
            await self.line.hang_up()
        except HungUp:
            pass
        except Exception as error:
            # the type only: a message may hold a number
            log.error("a call to the help line ended by a fault: %s", type(error).__name__)
        finally:
            await asyncio.shield(self._end())

    async def _ring(self) -> None:
        try:
            self.ringing = await self.office.do(self._begin)
        except TROUBLE as error:
            log.error("a call to the help line without a database: %s", type(error).__name__)

    def _begin(self) -> UUID:
        return operators().ring(
            street=self.street, line=self.name, exchange_id=self.exchange_id,
            number=self.line.number, at=now(),
        )  # fmt: skip

    async def _without_us(self) -> None:
        """Our side is down; people are not: whoever the exchange reaches takes the call."""
        to = settings.YIMEN_HELP_FALLBACK
        if not (to and await self.line.put_through(to)):
            await self._say("help_down")

    async def _wait(self) -> Picked:
        """While it rings the caller hears that it is recorded and that somebody comes."""
        assert self.ringing
        await self._say("help_greeting")
        looks = 0
        while True:
            try:
                found = await self.office.do(operators().picked, self.ringing)
            except TROUBLE:
                found = None
            if found:
                return found
            looks += 1
            if looks % SAY_AGAIN == 0:
                await self._say("help_wait")
            await self.line.key(LOOK_S)

    async def _join(self, picked: Picked) -> None:
        assert self.ringing
        if name := await self.line.record(str(self.ringing)):
            await self.office.do(operators().recorded, self.ringing, name, now())
        if picked.dial and await self.line.put_through(picked.dial):
            return
        # nobody to join on this telephone: it stays open until one side ends it
        await self._say("help_joined")
        while not await self._over():
            await self.line.key(LOOK_S)
        await self._say("goodbye")

    async def _over(self) -> bool:
        assert self.ringing
        try:
            return await self.office.do(operators().over, self.ringing)
        except TROUBLE:
            return False

    async def _say(self, code: str) -> None:
        await self.line.play(await self.office.sound((Prompt(code),)))

    async def _end(self) -> None:
        if self.ringing is None:
            return
        try:
            await self.office.do(operators().gone, self.ringing, now())
        except TROUBLE as error:
            log.error("the end of a call was not put on record: %s", type(error).__name__)
