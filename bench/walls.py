"""How soon 300 displays know: from pressing "call next" to each display, and after a lost connection.

The displays are plain sockets of one process that read server-sent events; the key is pressed by HTTP
at the pages' server, as a clerk presses it. Both clocks are this machine's.
"""

from __future__ import annotations

import asyncio
import http.client
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

import orjson

from bench import place, servers

DISPLAYS, CALLS, PAUSE_S, PATIENCE_S = 300, 40, 0.2, 60.0


@dataclass
class Told:
    """Milliseconds, sorted: to every display after each call; to its first event after the loss."""

    called: list[float] = field(default_factory=list)
    caught_up: list[float] = field(default_factory=list)
    missing: int = 0

    @staticmethod
    def at(ms: list[float], share: float) -> float:
        return round(ms[min(len(ms) - 1, int(len(ms) * share))], 1) if ms else 0.0


@lru_cache(maxsize=64)  # the same bytes go to all displays
def numbers(data: bytes) -> frozenset[str]:
    """The numbers at the windows of one event."""
    return frozenset(w["serving"] for w in orjson.loads(data)["windows"] if w["serving"])


class Display:
    """One connection; remembers when it first saw each number."""

    def __init__(self, port: int, centre: str) -> None:
        self.port, self.path = port, f"/halls/{centre}/"
        self.seen: dict[str, float] = {}
        self.first = 0.0  # first event of the connection at hand
        self.opened = 0.0

    async def watch(self) -> None:
        """For ever; a lost connection is tried again at once, harder than a browser does."""
        while True:
            self.first, self.opened = 0.0, time.monotonic()
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._read()
            await asyncio.sleep(0.1)

    async def _read(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"GET {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    now = time.monotonic()
                    self.first = self.first or now
                    for number in numbers(line[6:]):
                        self.seen.setdefault(number, now)
        finally:
            writer.close()


def start_live(port: int) -> subprocess.Popen[bytes]:
    """The product's process of the displays, as `yimen serve` starts it."""
    from yimen.config.serve import live

    child = live("127.0.0.1", port)
    log = (place.VAR / "live.log").open("ab")
    return subprocess.Popen(
        child.words, env=place.environment() | child.env, cwd=place.ROOT, stdout=log, stderr=log,
        start_new_session=True,
    )  # fmt: skip


def measure(pages: int, port: int, centre: str, token: str, windows: list[str]) -> Told:
    """Run it all; the windows are open and somebody waits."""
    return asyncio.run(_measure(pages, port, centre, token, windows))


async def _measure(pages: int, port: int, centre: str, token: str, windows: list[str]) -> Told:
    told = Told()
    process = start_live(port)
    displays = [Display(port, centre) for _n in range(DISPLAYS)]
    watching = [asyncio.create_task(one.watch()) for one in displays]
    try:
        await _until(lambda: all(one.first for one in displays))
        for n in range(CALLS):
            await _call(told, displays, pages, token, windows[n % len(windows)])
            await asyncio.sleep(PAUSE_S)
        servers.stop(process)
        await _until(lambda: not any(one.first for one in displays))
        process = start_live(port)
        await _until(lambda: all(one.first for one in displays))
        told.caught_up = sorted((one.first - one.opened) * 1000 for one in displays)
    finally:
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        servers.stop(process)
    told.called.sort()
    return told


async def _call(told: Told, displays: list[Display], pages: int, token: str, code: str) -> None:
    begun = time.monotonic()
    number = await asyncio.to_thread(_press, pages, token, code)
    try:
        await _until(lambda: all(number in one.seen for one in displays), 10.0)
    except TimeoutError:
        told.missing += sum(number not in one.seen for one in displays)
    told.called += [(one.seen[number] - begun) * 1000 for one in displays if number in one.seen]


def _press(pages: int, token: str, code: str) -> str:
    line = http.client.HTTPConnection("127.0.0.1", pages, timeout=30)
    line.request(
        "POST", f"/api/v1/windows/{code}/next", headers={"Authorization": f"Bearer {token}"}
    )
    answer = line.getresponse()
    body = answer.read()
    line.close()
    if answer.status != 200:
        raise RuntimeError(f"call next at {code}: {answer.status}")
    return str(orjson.loads(body)["number"])


async def _until(true: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    until = time.monotonic() + patience_s
    while not true():
        if time.monotonic() > until:
            raise TimeoutError("the displays did not hear in time")
        await asyncio.sleep(0.002)
