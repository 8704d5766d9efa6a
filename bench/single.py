"""What is measured without clients: verify, the sweep, errands, start-up, memory at rest."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

from bench import gauge, loader, mould, place, residents, servers
from bench.lives import lives

STARTED_BY = 120.0


@dataclass
class Timed:
    """How many of something in how many seconds."""

    count: int
    seconds: float

    @property
    def rate(self) -> float:
        return self.count / max(self.seconds, 0.001)


def _inside(code: str) -> Timed:
    """Run a few lines with Django ready, in a process of its own; `count` is what they leave."""
    text = (
        "import time, django; django.setup(); begun = time.monotonic()\n"
        f"{code}\nprint('took', count, time.monotonic() - begun)"
    )
    done = subprocess.run(
        [sys.executable, "-c", text], env=place.environment(), cwd=place.ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    found = re.search(r"took (\d+) ([\d.]+)", done.stdout)
    if not found:
        raise RuntimeError(f"{code}\n{done.stdout}\n{done.stderr[-2000:]}")
    return Timed(int(found[1]), float(found[2]))


def verify() -> Timed:
    """`yimen verify` over everything: entries, without the time that Python needs to start. A fault
    ends the run."""
    return _inside(
        "import io; from django.core.management import call_command; said = io.StringIO()\n"
        "call_command('verify', stdout=said)\n"
        "count = int(said.getvalue().partition('entries=')[2].split()[0])"
    )


SWEEP = "from yimen.cases import ticks; from yimen.lib.time import now; count = ticks.sweep(now())"


def sweep(due: int, first: int) -> Timed:
    """Load so many cases that are due, then sweep until none is left: acts a second. `first` is
    how many late ones were loaded before."""
    _inside(SWEEP)  # what else was due
    late = mould.make(lives(late=True))
    late.poured = residents.LATE + first
    loader.load(late, due)
    return _inside(SWEEP)


def errands(limit: float = 30.0) -> Timed:
    """Start the worker and let it do what is waiting; at most `limit` seconds."""
    question = "SELECT count(*) FROM ledger_errand WHERE state IN ('waiting', 'running')"
    with place.connect() as connection:

        def waiting() -> int:
            row = connection.execute(question).fetchone()
            return int(row[0]) if row else 0

        before, process = waiting(), servers.worker()
        begun, left = time.monotonic(), before
        try:
            while left and time.monotonic() - begun < limit:
                time.sleep(0.5)
                left = waiting()
        finally:
            seconds = time.monotonic() - begun
            servers.stop(process)
    return Timed(before - left, seconds)


def start_up(port: int) -> tuple[float, dict[str, float]]:
    """Seconds of `make run` until a page is answered, everything being there from before, and the
    megabytes that web, worker and database then hold. The database's server must be down."""
    env = {k: v for k, v in place.environment().items() if k != "DATABASE_URL"}
    begun = time.monotonic()
    process = subprocess.Popen(
        ["make", "-s", "run"], env=env | {"PORT": str(port)}, cwd=place.ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        while not servers.answers(port, "/"):
            if time.monotonic() - begun > STARTED_BY or process.poll() is not None:
                raise RuntimeError("make run did not answer")
            time.sleep(0.02)
        seconds = time.monotonic() - begun
        time.sleep(8)  # at rest
        return seconds, at_rest(process.pid)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(60)


def at_rest(root: int) -> dict[str, float]:
    """Megabytes by part, told apart by their command lines."""
    parts: dict[str, list[int]] = {"web": [], "worker": [], "serve": []}
    for pid in gauge.tree(root):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                words = file.read().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any("granian" in word for word in words) or "multiprocessing" in " ".join(words):
            parts["web"].append(pid)
        elif "worker" in words:
            parts["worker"].append(pid)
        elif "serve" in words:
            parts["serve"].append(pid)
    return {name: gauge.memory(pids) for name, pids in parts.items()}
