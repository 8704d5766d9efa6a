"""`yimen serve`: the site, its worker and its database, kept alive together and ended together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import psycopg

from yimen.config import pg, pgbin

PR_SET_PDEATHSIG = 1
WITH_PARENT = "YIMEN_END_WITH_PARENT"
GRACE_S = 25.0
LIVES_LONG_S = 10.0
PATIENCE_S = 10.0  # a server that recovers for longer goes on doing so; Ctrl-C must not wait for it


@dataclass
class Child:
    """One program that should run as long as we do."""

    name: str
    words: list[str]
    env: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = 0.5
    again_at: float = field(default=0.0)

    def start(self) -> None:
        env = {**os.environ, **self.env}
        self.process = subprocess.Popen(self.words, preexec_fn=_as_child, env=env)
        self.started = time.monotonic()

    def ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None


def _as_child() -> None:
    """In the child: Ctrl-C reaches the whole group, but ending is the parent's word (SIGTERM); and
    when the parent is killed, the kernel tells us (Linux only)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    except (OSError, AttributeError):
        pass


def web(host: str, port: int, workers: int, threads: int) -> Child:
    """The pages: granian, which brings back a worker that dies."""
    words = [sys.executable, "-m", "granian", "yimen.config.wsgi:application"]
    words += ["--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    words += ["--workers", str(workers), "--blocking-threads", str(threads)]
    words += ["--respawn-failed-workers", "--log-level", "warning", "--workers-kill-timeout", "15"]
    return Child("web", words, {WITH_PARENT: "1"})


def worker() -> Child:
    """Errands and ticks."""
    return Child("worker", [sys.executable, "-m", "yimen", "worker", "--parent", str(os.getpid())])


def end_with_parent(stop: threading.Event, parent: int, *, every_s: float = 2.0) -> None:
    """Do not outlive the process that started us, however it ended: it would be counted as gone
    while we still hold its port or its jobs."""
    while not stop.wait(every_s):
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)
            if not stop.wait(GRACE_S):
                os.kill(os.getpid(), signal.SIGKILL)


class Database:
    """The embedded server: looked at every moment, brought up again when it is gone."""

    def __init__(self, var: Path) -> None:
        self.var, self.wait, self.again_at = var, 1.0, 0.0

    def look_after(self, say: Callable[[str], None]) -> None:
        """Start it when nobody did. What it says when it cannot (a full disk, say) is passed on,
        and the waits get longer; it is never given up."""
        if pg.runs(self.var):
            self.wait = 1.0
            return
        if time.monotonic() < self.again_at:
            return
        say("the database ended; starting it again")
        try:
            pg.up(self.var, patience=PATIENCE_S)
        except (pg.CannotServe, pgbin.NoPostgres, OSError, psycopg.Error) as error:
            self.again_at = time.monotonic() + self.wait
            say(f"{error}\ntrying again in {self.wait:.0f} s")
            self.wait = min(self.wait * 2, 30.0)


def port_is_free(host: str, port: int) -> bool:
    """Can we listen there? SO_REUSEADDR, so that a connection just closed does not count."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(url: str) -> bool:
    """Is there a web server at `url` that says anything at all?"""
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


class Group:
    """Children that are started together, restarted when they die, and ended together."""

    def __init__(
        self, children: list[Child], say: Callable[[str], None], database: Database | None = None
    ) -> None:
        self.children, self.say, self.database = children, say, database
        self.stopping = False

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def run(self, ready: Callable[[], bool], when_ready: Callable[[], None]) -> None:
        """Until a signal asks to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        told = False
        try:
            for child in self.children:
                child.start()
            while not self.stopping:
                self._look_after()
                if not told and ready():
                    told = True
                    when_ready()
                time.sleep(0.2)
        finally:
            self.end()

    def _look_after(self) -> None:
        if self.database:
            self.database.look_after(self.say)
        for child in self.children:
            if not child.ended():
                continue
            if not child.again_at:
                lived = time.monotonic() - child.started
                child.wait = 0.5 if lived > LIVES_LONG_S else min(child.wait * 2, 30.0)
                child.again_at = time.monotonic() + child.wait
                self.say(f"{child.name} ended; starting it again in {child.wait:.0f} s")
            elif time.monotonic() >= child.again_at:
                child.again_at = 0.0
                child.start()

    def end(self) -> None:
        """Ask all to finish, wait, insist."""
        for number, grace in ((signal.SIGTERM, GRACE_S), (signal.SIGKILL, 5.0)):
            alive = [c.process for c in self.children if c.process and c.process.poll() is None]
            for process in alive:
                process.send_signal(number)
            until = time.monotonic() + grace
            while time.monotonic() < until and any(p.poll() is None for p in alive):
                time.sleep(0.05)
