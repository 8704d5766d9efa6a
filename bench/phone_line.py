"""Telephone calls a second: the exchange's interface as `yimen fastagi` starts it, and a stand-in for
an exchange that plays nothing, so that a call takes only what we take: 14 keys, one look-up, two
rows written."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence

from bench import place
from bench.single import Timed

LINES = 30  # at once
SECONDS = float(os.environ.get("BENCH_SECONDS", "2")) * 3
PORT = int(os.environ.get("BENCH_PORT", "8471")) + 7
MOST = 60  # recorded prompts and replies of one call; more is a conversation that hangs


def known(count: int) -> list[str]:
    """What callers key: enquiry number and code, of cases spread over the whole table."""
    from bench import floor
    from yimen.cases.models import Case
    from yimen.lib.crypto import unseal

    total = Case.objects.count()
    share = min(100.0, 150.0 * count / max(total, 1))
    real = Case.objects.exclude(street=floor.STREET)
    rows = real.extra(where=[f"random() * 100 < {share}"]).order_by("id")[:count]
    return [
        c.enquiry_no + unseal(c.enquiry_code, about=f"case:{c.number}")
        for c in rows.only("id", "number", "enquiry_no", "enquiry_code")
    ]


async def one_call(keys: str, caller: str) -> int:
    """One call to its end; how many sounds were asked for."""
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    writer.write(f"agi_callerid: {caller}\nagi_dnid: 64370000\n\n".encode())
    left, played = list(keys + "#"), 0
    while order := await reader.readline():
        reply = b"200 result=0\n"
        if order.startswith(b"STREAM FILE"):
            played += 1
        elif order.startswith(b"WAIT FOR DIGIT") and left:
            reply = f"200 result={ord(left.pop(0))}\n".encode()
        if played > MOST:
            break
        writer.write(reply)
    writer.close()
    return played


async def _line(keys: Sequence[str], until: float, ends: list[float]) -> None:
    """One line: the next caller as soon as the last one has hung up."""
    while time.monotonic() < until:
        caller = f"139{random.randrange(10**8):08d}"
        await one_call(random.choice(keys), caller)
        ends.append(time.monotonic())


async def _calls(keys: Sequence[str]) -> Timed:
    for chosen in keys[:20]:  # sentences are made once, as on any day but the first
        await one_call(chosen, "13900000000")
    begun, ends = time.monotonic(), list[float]()
    await asyncio.gather(*(_line(keys, begun + SECONDS, ends) for _n in range(LINES)))
    return Timed(len(ends), max(ends) - begun)


def _told() -> int:
    with place.connect() as connection:
        row = connection.execute(
            "SELECT count(*) FROM phone_call WHERE outcome = 'told'"
        ).fetchone()
    return int(row[0] if row else 0)


def calls() -> Timed:
    """Calls that were answered with the state of their case, by `LINES` lines for some seconds."""
    keys = known(20)
    with (place.VAR / "fastagi.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "yimen", "fastagi", "--listen", f"127.0.0.1:{PORT}"],
            env=place.environment(), cwd=place.ROOT, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait(process)
            before = _told()
            timed = asyncio.run(_calls(keys))
            told = _told() - before
        finally:
            process.terminate()
            process.wait(30)
    if told < timed.count:
        raise RuntimeError(
            f"{timed.count} calls, but only {told} were told the state of their case"
        )
    return timed


def _wait(process: subprocess.Popen[bytes]) -> None:
    from yimen.config.serve import port_is_free

    until = time.monotonic() + 60
    while port_is_free("127.0.0.1", PORT):
        if time.monotonic() > until or process.poll() is not None:
            raise RuntimeError(f"yimen fastagi does not listen; see {place.VAR / 'fastagi.log'}")
        time.sleep(0.1)
