"""The exchange's side: FastAGI, in which Asterisk asks us over TCP what to do with a call.

It sends `agi_*: value` lines and an empty one; then we command and it answers, one line each. It
plays the files itself, so it must be able to read our folder of sounds (docs/telephone.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from django.conf import settings

from yimen.phone.helpline import conversation
from yimen.phone.line import HungUp, number_of
from yimen.phone.office import Office
from yimen.phone.rules import Prompt
from yimen.phone.sounds import Sound

log = logging.getLogger("yimen.phone")
REPLY = re.compile(r"^(\d{3})[ -](?:result=)?(-?\d*)\s*(?:\(([^)]*)\))?")
MOST_LINES, BEGIN_S, ANSWER_S = 100, 10.0, 15.0
RING_S, TALK_S = 30, 4 * 3600
STOPS = '"0123456789*#"'
SAFE = re.compile(r'^[^"\n,]+$')


class Exchange:
    """A call as the exchange offers it (`line.Line`)."""

    adapter = "fastagi"

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.number = self.dialled = self.origin = ""
        self.gone = False

    async def begin(self) -> None:
        """Read who calls whom."""
        told: dict[str, str] = {}
        for _line in range(MOST_LINES):
            line = await self._line(BEGIN_S)
            if not line:
                break
            name, _colon, value = line.partition(":")
            told[name.strip()] = value.strip()
        caller = told.get("agi_callerid", "")
        self.origin = "" if caller in ("unknown", "anonymous") else caller
        self.number = number_of(self.origin)
        self.dialled = told.get("agi_dnid") or told.get("agi_extension") or ""

    async def answer(self) -> None:
        await self._order("ANSWER")

    async def play(self, sounds: Sequence[Sound]) -> str:
        for sound in sounds:
            reply = await self._order(
                f'STREAM FILE "{_seen(sound)}" {STOPS}', within_s=ANSWER_S + sound.seconds
            )
            if reply.isdigit() and int(reply):
                return chr(int(reply))
        return ""

    async def key(self, wait_s: float) -> str:
        reply = await self._order(
            f"WAIT FOR DIGIT {round(wait_s * 1000)}", within_s=ANSWER_S + wait_s
        )
        return chr(int(reply)) if reply.isdigit() and int(reply) else ""

    async def put_through(self, to: str) -> bool:
        """The exchange rings there and joins both; it answers when that talk is over."""
        if not SAFE.match(to):
            log.error("phone_desk is no name that an exchange can dial")
            return False
        try:
            await self._order(f'EXEC Dial "{to},{RING_S}"', within_s=TALK_S)
        except HungUp:
            if self.reader.at_eof():
                raise
        status = await self._order("GET VARIABLE DIALSTATUS", dead=True, value=True)
        return status == "ANSWER"

    async def record(self, name: str) -> str:
        """The exchange mixes both sides into a file of its own folder."""
        kept = f"help-{name}.wav"
        if not settings.YIMEN_HELP_RECORDED or not SAFE.match(kept):
            return ""
        await self._order(f'EXEC MixMonitor "{kept}"')
        return kept

    async def hang_up(self) -> None:
        with contextlib.suppress(HungUp):
            await self._order("HANGUP")

    # --- the wire -----------------------------------------------------------------------------

    async def _line(self, within_s: float) -> str:
        try:
            raw = await asyncio.wait_for(self.reader.readline(), within_s)
        except (TimeoutError, OSError, ValueError) as error:
            raise HungUp from error
        if not raw:
            raise HungUp
        return raw.decode("utf-8", "replace").rstrip("\r\n")

    async def _order(
        self, words: str, *, within_s: float = ANSWER_S, dead: bool = False, value: bool = False
    ) -> str:
        """One command; its result, or the value in brackets. HungUp once the caller is gone,
        unless the command is one for calls that have ended (`dead`)."""
        if self.gone and not dead:
            raise HungUp
        try:
            self.writer.write(f"{words}\n".encode())
            await self.writer.drain()
        except OSError as error:
            raise HungUp from error
        code, result, inside = await self._reply(within_s)
        if code != "200":
            raise HungUp  # 511: the channel is dead; 510 and 520: nothing we send
        if result == "-1" or (self.gone and not dead):
            raise HungUp
        return inside if value else result

    async def _reply(self, within_s: float) -> tuple[str, str, str]:
        while True:
            line = await self._line(within_s)
            if line == "HANGUP":  # comes at any moment, also before the reply
                self.gone = True
            elif found := REPLY.match(line):
                return found[1], found[2], found[3] or ""


def _seen(sound: Sound) -> str:
    """The file as the exchange names it: its folder, no ending."""
    folder = settings.YIMEN_PHONE_SOUNDS_SEEN or str(sound.path.parent)
    return str(PurePosixPath(folder) / sound.path.stem)


class Server:
    """Listens for the exchange; each connection is a call."""

    def __init__(self, office: Office, most: int | None = None) -> None:
        self.office = office
        self.most = most or settings.YIMEN_PHONE_CALLS
        self.calls: set[asyncio.Task[None]] = set()
        self.server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> tuple[str, int]:
        self.server = await asyncio.start_server(self._called, host, port, limit=16_384)
        bound = self.server.sockets[0].getsockname()
        return bound[0], bound[1]

    async def stop(self) -> None:
        """No more calls; those that go on are cut, and that is on record."""
        if self.server:
            self.server.close()
        for task in self.calls:
            task.cancel()
        await asyncio.gather(*self.calls, return_exceptions=True)

    async def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.calls.add(task)
        try:
            await self._serve(Exchange(reader, writer))
        except (HungUp, OSError):
            pass
        finally:
            self.calls.discard(task)
            writer.close()

    async def _serve(self, line: Exchange) -> None:
        await line.begin()
        if len(self.calls) <= self.most:
            await conversation(line, self.office).run()
            return
        await line.answer()
        await line.play(await self.office.sound((Prompt("full"),)))
        await line.hang_up()
