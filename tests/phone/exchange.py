"""A telephone exchange for the tests: it speaks FastAGI's other side over a real socket, notes what
it was asked to play, and presses keys."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from contextvars import copy_context
from pathlib import Path
from typing import Any, TypeVar

from django.db import connections

from yimen.phone.adapters.fastagi import Server
from yimen.phone.office import Office
from yimen.phone.sounds import Sounds

NUMBER = "13901234567"
T = TypeVar("T")
FILE = re.compile(r'^STREAM FILE "([^"]+)" "0123456789\*#"$')


class Exchange:
    """One call. `keys` are pressed one at a time when we are listened to; "-" is a pause, "!" is
    hanging up (in the middle of the next sound). With `eager` they are pressed into the sounds."""

    def __init__(
        self, keys: Iterable[str], *, caller: str = NUMBER, dialled: str = "64370000"
    ) -> None:
        self.keys = list(keys)
        self.caller, self.dialled = caller, dialled
        self.played: list[str] = []  # stems of the files
        self.orders: list[str] = []
        self.dial = "BUSY"
        self.eager = False
        self.ended = ""

    async def call(self, address: tuple[str, int]) -> Exchange:
        reader, writer = await asyncio.open_connection(*address)
        told = {"network": "yes", "request": "agi://127.0.0.1/", "channel": "PJSIP/trunk-0001",
                "language": "zh", "uniqueid": "1.1", "callerid": self.caller, "dnid": self.dialled,
                "extension": self.dialled}  # fmt: skip
        lines = [f"agi_{name}: {value}\n" for name, value in told.items()]
        writer.write("".join([*lines, "\n"]).encode())
        with contextlib.suppress(ConnectionError):
            while raw := await asyncio.wait_for(reader.readline(), 60):
                reply = self._reply(raw.decode().rstrip("\n"))
                writer.write(f"{reply}\n".encode())
                await writer.drain()
                if self.ended == "gone":
                    break
        writer.close()
        return self

    def _reply(self, order: str) -> str:
        self.orders.append(order)
        if found := FILE.match(order):
            self.played.append(Path(found[1]).name)
            if self.keys[:1] == ["!"]:
                self.ended = "gone"
                return "HANGUP\n200 result=-1 endpos=800"
            return f"200 result={self._key() if self.eager else 0} endpos=8000"
        if order.startswith("WAIT FOR DIGIT"):
            return f"200 result={self._key()}"
        if order.startswith("EXEC Dial"):
            return "200 result=0"
        if order == "GET VARIABLE DIALSTATUS":
            return f"200 result=1 ({self.dial})"
        if order in ("ANSWER", "HANGUP"):
            return "200 result=0" if order == "ANSWER" else "200 result=1"
        return "510 Invalid or unknown command"

    def _key(self) -> int:
        if not self.keys or self.keys[0] == "!":
            return 0
        key = self.keys.pop(0)
        return 0 if key == "-" else ord(key)


def words_of(sounds: Sounds, call: Exchange) -> list[str]:
    """What the caller heard, in words."""
    known = {sound.path.stem: piece.words for piece, sound in sounds.known.items()}
    return [known[stem] for stem in call.played]


class Shared(Office):
    """One thread, on the test's own connections, so that a test's transaction is seen."""

    def __init__(self, sounds: Sounds) -> None:
        super().__init__(sounds, threads=1)
        self.own = {alias: connections[alias] for alias in connections}
        for one in self.own.values():
            one.inc_thread_sharing()

    async def do(self, work: Callable[..., T], *args: Any) -> T:
        def there() -> T:
            for alias, one in self.own.items():
                connections[alias] = one
            return work(*args)

        here = copy_context()  # connections hang on it
        return await asyncio.get_running_loop().run_in_executor(self.pool, here.run, there)

    def close(self) -> None:
        super().close()
        for one in self.own.values():
            one.dec_thread_sharing()


@asynccontextmanager
async def service(office: Office, most: int = 50) -> AsyncIterator[tuple[str, int]]:
    """Our side, listening on a port of its own."""
    server = Server(office, most)
    address = await server.start("127.0.0.1", 0)
    try:
        yield address
    finally:
        await server.stop()
        office.close()


def call_in(
    sounds: Sounds, *calls: Exchange, threads: bool = False, most: int = 50
) -> list[Exchange]:
    """Calls at once, each to its end."""
    # made here: inside the loop the connections would be others
    office = (Office if threads else Shared)(sounds)

    async def run() -> list[Exchange]:
        async with service(office, most) as address:
            return list(await asyncio.gather(*(one.call(address) for one in calls)))

    return asyncio.run(run())
