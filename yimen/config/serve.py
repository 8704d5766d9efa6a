"""`yimen serve`: the site and its worker, kept alive together and ended together."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

PR_SET_PDEATHSIG = 1
GRACE_S = 25.0
LIVES_LONG_S = 10.0


@dataclass
class Child:
    """One program that should run as long as we do."""

    name: str
    words: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    wait: float = 0.5
    again_at: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(self.words, preexec_fn=_as_child)
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
    return Child("web", words)


def worker() -> Child:
    """Errands and ticks."""
    return Child("worker", [sys.executable, "-m", "yimen", "worker", "--parent", str(os.getpid())])


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

    def __init__(self, children: list[Child], say: Callable[[str], None]) -> None:
        self.children, self.say, self.stopping = children, say, False

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
