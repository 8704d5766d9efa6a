"""Displays, live: server-sent events from a small process of their own.

A page server must not hold connections open, so they end here: one connection to the database
for any number of displays and phones. It listens for the bell that every act rings with its
commit (`actions.record.ring`), reads the hall once, and sends it to everybody who watches it. The
first event is the hall as it stands, so whoever lost the connection has caught up at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import psycopg
from django.db import connections

from yimen.counters.actions.record import CHANNEL
from yimen.counters.queries import assemble, snapshot_parts
from yimen.notices.actions.announcing import CHANNEL as ANNOUNCED

log = logging.getLogger(__name__)
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]

PATH = re.compile(r"^/halls/(\d{11})/?$")
TICK_S = 0.1  # how long the bell is waited for before newcomers are served
LOOK_S = 15.0  # every hall is read again so often: announcements begin and end by the clock
ALIVE_S = 20.0  # a line now and then, so that proxies keep the connection
AGAIN_S = (0.2, 5.0)  # first and longest pause before the database is tried again
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"access-control-allow-origin", b"*"),  # numbers and windows: nothing to protect
    (b"x-content-type-options", b"nosniff"),
]


class Halls:
    """Who watches which hall, and what was sent last."""

    def __init__(self) -> None:
        self.watching: dict[str, set[asyncio.Queue[bytes]]] = defaultdict(set)
        self.last: dict[str, bytes] = {}
        self.wanted: set[str] = set()
        self.looked = 0.0
        self.task: asyncio.Task[None] | None = None

    def join(self, centre: str) -> asyncio.Queue[bytes]:
        """A new display: it is sent the hall as it stands, then every change."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(maxsize=100)
        self.watching[centre].add(queue)
        if centre in self.last:
            queue.put_nowait(self.last[centre])
        else:
            self.wanted.add(centre)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.listen())
        return queue

    def part(self, centre: str, queue: asyncio.Queue[bytes]) -> None:
        self.watching[centre].discard(queue)
        if not self.watching[centre]:
            del self.watching[centre]
            self.last.pop(centre, None)  # nobody keeps it fresh any more

    async def listen(self) -> None:
        """For as long as the process lives: the bell, whatever happens to the database."""
        pause = AGAIN_S[0]
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**_where(), autocommit=True) as db:
                    await db.execute(f"LISTEN {CHANNEL}")
                    await db.execute(f"LISTEN {ANNOUNCED}")
                    self.wanted |= set(self.watching)  # what was missed in between
                    pause = AGAIN_S[0]
                    while True:
                        await self._turn(db)
            except (psycopg.Error, OSError) as error:
                log.warning("hall displays: no database (%s)", type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, AGAIN_S[1])

    async def _turn(self, db: psycopg.AsyncConnection[Any]) -> None:
        """Wait for the bell a moment, then read and send every hall that moved, once each."""
        async for bell in db.notifies(timeout=TICK_S, stop_after=1):
            self.wanted |= self._moved(bell.channel, bell.payload)
        if time.monotonic() - self.looked > LOOK_S:
            self.looked = time.monotonic()
            self.wanted |= set(self.watching)
        while self.wanted:
            centre = self.wanted.pop()
            self._send(centre, await _read(db, centre))

    def _moved(self, channel: str, payload: str) -> set[str]:
        """The halls that a bell is about, of those that somebody watches: one, or by an
        announcement all of a street."""
        if channel == ANNOUNCED:
            return {centre for centre in self.watching if centre.startswith(payload)}
        return {orjson.loads(payload)["centre"]} & set(self.watching)

    def _send(self, centre: str, event: bytes) -> None:
        if event == self.last.get(centre):
            return
        self.last[centre] = event
        for queue in self.watching.get(centre, ()):
            if queue.full():  # a display that sleeps wants the newest only
                queue.get_nowait()
            queue.put_nowait(event)


def _where() -> dict[str, Any]:
    """How to reach the database, from Django's own settings."""
    known = connections["default"].get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "options", "sslmode", "service")
    return {name: known[name] for name in names if known.get(name)}


async def _read(db: psycopg.AsyncConnection[Any], centre: str) -> bytes:
    parts = []
    for query in snapshot_parts(centre):
        sql, params = query.query.sql_with_params()
        parts.append(await (await db.execute(sql, params)).fetchall())
    return b"event: hall\ndata: " + orjson.dumps(assemble(centre, *parts)) + b"\n\n"


HALLS = Halls()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """ASGI: `/halls/<centre>/` streams, `/healthz` says ok, everything else is not here."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    if scope["type"] != "http":
        return
    found = PATH.match(scope["path"])
    if scope["method"] != "GET" or not (found or scope["path"] == "/healthz"):
        await _say(send, 404, b"")
    elif not found:
        await _say(send, 200, b"ok")
    else:
        await _stream(found[1], receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _say(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _stream(centre: str, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    queue = HALLS.join(centre)
    gone = asyncio.create_task(_gone(receive))
    try:
        await _body(send, b"retry: 2000\n\n")
        while not gone.done():
            event = asyncio.create_task(queue.get())
            done, _open = await asyncio.wait(
                {event, gone}, timeout=ALIVE_S, return_when=asyncio.FIRST_COMPLETED
            )
            if event in done:
                await _body(send, event.result())
                continue
            event.cancel()
            if gone not in done:
                await _body(send, b": still here\n\n")
    except OSError:
        pass  # the display went away while we spoke
    finally:
        HALLS.part(centre, queue)
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone


async def _body(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
