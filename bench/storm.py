"""A rush: requests that come at their own pace, whether earlier ones were answered or not.

    python -m bench.storm REQUESTS PORT PLAN       PLAN: JSON [[requests a second, seconds], ...]

Prints one JSON object: for each second how many were answered, told to come back (503 with
Retry-After) or went wrong, and the 95th percentile of the answers' time, counted from when the
request was due. Only the standard library.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CONNECTIONS = 400  # of this process; what is due beyond that waits here, and its clock runs
# The server lets go of a connection on which nothing was asked for 30 s (Granian's
# --http1-header-read-timeout), and may: RFC 9112, 9.3. So none is asked again after half of that.
FRESH_S = 15.0
LATE_S = 30.0


@dataclass
class Second:
    """What happened to the requests that were due in this second."""

    due: int = 0
    ms: list[float] = field(default_factory=list)
    shed: int = 0
    bad: dict[str, int] = field(default_factory=dict)


class Storm:
    """Sends what is due, keeps connections, writes down what came back."""

    def __init__(self, requests: list[bytes], port: int) -> None:
        self.requests, self.port = requests, port
        self.idle: list[tuple[float, Any]] = []  # since when, the freshest last
        self.room = asyncio.Semaphore(CONNECTIONS)
        self.seconds: dict[int, Second] = {}
        self.kept: list[str] = []

    async def one(self, request: bytes, due: float, begun: float) -> None:
        second = self.seconds.setdefault(int(due - begun), Second())
        second.due += 1
        try:
            async with self.room:
                status, head, body = await asyncio.wait_for(self._ask(request), LATE_S)
        except (TimeoutError, OSError, asyncio.IncompleteReadError) as error:
            name = type(error).__name__
            second.bad[name] = second.bad.get(name, 0) + 1
            return
        if status in (200, 201):
            second.ms.append((time.perf_counter() - due) * 1000)
            if status == 201:
                self.kept.append(body.partition(b'"number":"')[2][:26].decode())
        elif status == 503 and b"retry-after:" in head:
            second.shed += 1
        else:
            second.bad[str(status)] = second.bad.get(str(status), 0) + 1

    async def _ask(self, request: bytes) -> tuple[int, bytes, bytes]:
        pair = self._fresh() or await self._open()
        reader, writer = pair
        try:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            body = await reader.readexactly(length)
        except BaseException:
            writer.close()
            raise
        if at >= 0 and b"connection: close" not in head:
            self.idle.append((time.monotonic(), pair))
        else:
            writer.close()
        return int(head[9:12]), head, body

    def _fresh(self) -> Any:
        """A connection used a moment ago; when the freshest is old, all are, and are let go."""
        if self.idle and time.monotonic() - self.idle[-1][0] < FRESH_S:
            return self.idle.pop()[1]
        while self.idle:
            self.idle.pop()[1][1].close()
        return None

    async def _open(self) -> Any:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def run(self, plan: list[list[float]]) -> None:
        """Every phase of the plan, one after the other; then wait for what is still out."""
        begun = due = time.perf_counter()
        tasks, at = set(), 0
        for rate, seconds in plan:
            start = due
            for n in range(round(rate * seconds)):  # counted, for sums of parts of a second err
                due = start + n / rate
                if (ahead := due - time.perf_counter()) > 0:
                    await asyncio.sleep(ahead)
                task = asyncio.create_task(
                    self.one(self.requests[at % len(self.requests)], due, begun)
                )
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                at += 1
            due = start + seconds
        if tasks:
            await asyncio.wait(tasks)


def percentile(ms: list[float], share: float) -> float | None:
    return round(sorted(ms)[min(int(len(ms) * share), len(ms) - 1)], 1) if ms else None


def main(words: list[str]) -> None:
    lines = Path(words[0]).read_text(encoding="utf-8").splitlines()
    requests = [json.loads(line).encode() for line in lines]

    async def all_of_it() -> Storm:
        storm = Storm(requests, int(words[1]))
        await storm.run(json.loads(words[2]))
        return storm

    storm = asyncio.run(all_of_it())
    seconds = [
        {"at": at, "due": s.due, "ok": len(s.ms), "shed": s.shed, "bad": s.bad,
         "p95": percentile(s.ms, 0.95)}
        for at, s in sorted(storm.seconds.items())
    ]  # fmt: skip
    print(json.dumps({"seconds": seconds, "kept": storm.kept, "cpu": time.process_time()}))


if __name__ == "__main__":
    main(sys.argv[1:])
