"""One call over one line: what the rules say is spoken, keyed and done, and written down."""

from __future__ import annotations

import asyncio
import logging
from time import monotonic

from django.conf import settings

from yimen.lib.time import now
from yimen.phone import actions, rules
from yimen.phone.actions import Log
from yimen.phone.line import HungUp, Line
from yimen.phone.models import Call
from yimen.phone.office import DATABASE, Office
from yimen.phone.rules import (
    Desk,
    Do,
    Event,
    Key,
    Not,
    Outcome,
    Prompt,
    PutThrough,
    Silence,
    State,
    Told,
    Turn,
    Untaken,
    Untold,
)  # fmt: skip

log = logging.getLogger("yimen.phone")
HABIT_S = 2.0  # a # within this time was meant for what came before
SOON_S = 1.5  # longer than this and the caller is asked to wait
TROUBLE = (*DATABASE, TimeoutError, OSError)


class Talk:
    """A conversation from the first ring to the last word."""

    def __init__(self, line: Line, office: Office) -> None:
        self.line, self.office = line, office
        self.begun = now()
        self.entry = Log(adapter=line.adapter, centre="", started_at=self.begun)
        self.state = State()
        self.turn = Turn()

    async def run(self) -> None:
        """Until one side hangs up. Whatever happens, the call gets its end on record."""
        try:
            await self.line.answer()
            await self._place()
            await self._converse()
        except HungUp:
            self.entry.hung_up = not self.state.over
        except asyncio.CancelledError:  # we are being stopped
            self.entry.outcome = Call.Outcome.CUT
            raise
        except Exception as error:
            # the type only: a message may hold what somebody keyed
            log.error("a call ended by a fault: %s", type(error).__name__)
            self.entry.outcome = Call.Outcome.CUT
        finally:
            await asyncio.shield(self._end())

    async def _place(self) -> None:
        """Which centre is called; the call's row."""
        try:
            self.centre = await self.office.do(self.office.centre, self.line.dialled)
        except TROUBLE as error:
            log.error("a call without a database: %s", type(error).__name__)
            self.centre = None
        if self.centre:
            self.entry.centre = self.centre.pk
            await self._write()

    async def _converse(self) -> None:
        self.state, self.turn = rules.begin(known=bool(self.line.number))
        while self.turn.do is not Do.HANG_UP:
            self._count(event := await self._next())
            self.state, self.turn = rules.step(self.state, event)
        await self._say(*self.turn.say)
        await self.line.hang_up()

    async def _next(self) -> Event:
        """What happens after this turn's words: a key, silence, or what was done."""
        begun = monotonic()
        key = await self._say(*self.turn.say)
        if self.turn.do is not Do.WAIT:
            return await self._done()
        if key:
            return Key(key, early=monotonic() - begun < HABIT_S)
        key = await self.line.key(self.turn.wait_s)
        return Key(key) if key else Silence()

    async def _say(self, *prompts: Prompt) -> str:
        seconds = round((now() - self.begun).total_seconds())
        for prompt in prompts:
            if not self.entry.said or self.entry.said[-1] != [seconds, prompt.code]:
                self.entry.said.append([seconds, prompt.code])  # an answer is many sentences
        return await self.line.play(await self.office.sound(prompts)) if prompts else ""

    # --- what is done -------------------------------------------------------------------------

    async def _done(self) -> Event:
        doing = {
            Do.LOOK_UP: self._look_up,
            Do.DESK: self._to_desk,
            Do.CALL_BACK: self._call_back,
        }
        task = asyncio.ensure_future(doing[self.turn.do]())
        done, _pending = await asyncio.wait({task}, timeout=SOON_S)
        if not done and self.turn.do is not Do.DESK:
            await self._say(Prompt("wait"))
        return await task

    async def _look_up(self) -> Event:
        try:
            return await self.office.do(self.office.look_up, self.line.origin, self.state)
        except TROUBLE as error:
            log.error("an enquiry was not answered: %s", type(error).__name__)
            return Untold(Not.ABLE)

    async def _to_desk(self) -> Event:
        if self.centre is None:
            return PutThrough(Desk.NONE)
        try:
            found = await self.office.do(self.office.desk, self.centre)
        except TROUBLE:
            return PutThrough(Desk.NONE)
        if found.desk is not Desk.BUSY:
            return found
        await self._say(Prompt("connecting"))
        answered = await self.line.put_through(settings.YIMEN_PHONE_DESK)
        return PutThrough(Desk.ANSWERED if answered else Desk.BUSY)

    async def _call_back(self) -> Event:
        if self.centre is None:
            return Untaken()
        about = self.state.told.about if self.state.told else ""
        number = self.state.reach or self.line.number
        try:
            return await self.office.do(
                self.office.call_back, number, self.entry, about, self.state.wish
            )
        except TROUBLE as error:
            log.error("a call back was not written: %s", type(error).__name__)
            return Untaken()

    # --- the record ---------------------------------------------------------------------------

    def _count(self, event: Event) -> None:
        self.entry.told += isinstance(event, Told)
        self.entry.wrong += isinstance(event, Untold) and event.why is not Not.ABLE

    async def _end(self) -> None:
        self.entry.ended_at = max(now(), self.begun)  # the clock may have been set back
        self.entry.outcome = self.entry.outcome or self.state.outcome or Outcome.NOTHING
        if self.entry.centre:
            await self._write()

    async def _write(self) -> None:
        try:
            await self.office.do(actions.write_down, self.entry)
        except TROUBLE as error:
            log.error("a call was not put on record: %s", type(error).__name__)
