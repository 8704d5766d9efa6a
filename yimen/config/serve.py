"""`yimen serve`: the site, its worker and its database, kept alive together and ended together.

This process only looks after the others, so it never loads Django: it starts at once and stays
small.
"""

from __future__ import annotations

import argparse
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

from yimen.config import admission, folders, options, pg, pgbin, ready
from yimen.config.database import embedded

PR_SET_PDEATHSIG = 1
WITH_PARENT = "YIMEN_END_WITH_PARENT"
AT_ONCE = "YIMEN_AT_ONCE"
THREADS = 4  # of a web process, at work at the same time
DEMO_PASSWORD = "yimen-demo"
ACCOUNTS = (
    ("clerk", "前台窗口人员（中心一）", "counter clerk"),
    ("clerk2", "前台窗口人员（中心二）", "counter clerk, second centre"),
    ("officer", "民政后台经办", "back office, civil affairs"),
    ("head", "民政科室负责人", "head of that office"),
    ("director", "中心主任", "director of the centre"),
    ("supervisor", "督查", "supervisor"),
    ("auditor", "审计", "auditor"),
    ("editor", "事项目录编辑", "editor of the catalogue"),
    ("admin", "系统管理员", "administrator"),
    ("resident", "居民", "resident"),
)
# what `make run` shows; the first two only when there is something to do
STEPS = {
    "init": "[3/5] keys, database",
    "import": "[4/5] demonstration community (once)",
    "serve": "[5/5] site and background worker",
}
GRACE_S = 25.0
LIVE_OFFSET = 10_000
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
    """The pages: granian, which brings back a worker that dies. `threads` of each process work;
    the others hold who waits, or say that it is full (config/admission.py)."""
    held = threads + admission.WAITING + admission.SPARE
    words = [sys.executable, "-m", "granian", "yimen.config.wsgi:application"]
    words += ["--interface", "wsgi", "--host", host, "--port", str(port), "--no-ws"]
    words += ["--workers", str(workers), "--blocking-threads", str(held)]
    words += ["--respawn-failed-workers", "--log-level", "error", "--workers-kill-timeout", "15"]
    return Child("web", words, {WITH_PARENT: "1", AT_ONCE: str(threads)})


def live(host: str, port: int) -> Child:
    """What keeps connections open (displays): a small ASGI process."""
    words = [sys.executable, "-m", "granian", "yimen.config.live:application"]
    words += ["--interface", "asgi", "--host", host, "--port", str(port), "--no-ws"]
    words += ["--workers", "1", "--respawn-failed-workers", "--log-level", "error"]
    words += ["--workers-kill-timeout", "3"]
    return Child("live", words, {WITH_PARENT: "1"})


def port_for_live(host: str, port: int) -> int:
    """Beside the site's own port, out of the way of a second site; any free one if taken."""
    wanted = port + LIVE_OFFSET if port + LIVE_OFFSET < 65_536 else port - LIVE_OFFSET
    if port_is_free(host, wanted):
        return wanted
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


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


# -- the command -------------------------------------------------------------------------------


def _words(words: list[str]) -> argparse.Namespace:
    env = os.environ.get
    parser = argparse.ArgumentParser(
        prog="yimen serve",
        description="Serve the site and its background worker in one process group, until Ctrl-C.",
    )
    parser.add_argument("--host", default=env("YIMEN_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(env("PORT", "8000")))
    parser.add_argument("--workers", type=int, default=1, help="web processes (default 1)")
    parser.add_argument("--threads", type=int, default=THREADS, help="at work in each (default 4)")
    parser.add_argument("--no-worker", action="store_true", help="only the pages")
    parser.add_argument(
        "--demo", action="store_true", help="first make and load whatever is missing"
    )
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    """Serve until told to stop; 1 when that cannot be."""
    chosen = _words(words)
    host, port = chosen.host, chosen.port
    os.environ["PORT"] = str(port)
    if not port_is_free(host, port):
        text = f"Port {port} is taken by another program. Stop it, or choose another: PORT=8001"
        print(text, file=sys.stderr)
        return 1
    if not _prepare(chosen.demo):
        return 1
    shown = "localhost" if host in ("127.0.0.1", "::1", "0.0.0.0") else host  # noqa: S104
    displays = port_for_live(host, port)
    os.environ.setdefault("YIMEN_LIVE", f"http://{shown}:{displays}")
    children = [web(host, port, chosen.workers, chosen.threads), live(host, displays)]
    if not chosen.no_worker:
        children.append(worker())
    probe = f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/healthz"  # noqa: S104
    _say(STEPS["serve"] if chosen.demo else "starting ...")
    group = Group(children, _say, Database(folders.var()) if embedded() else None)
    group.run(lambda: answers(probe), lambda: _welcome(f"http://{shown}:{port}"))
    _say(f"ended; all data is in {folders.var()}")
    return 0


def _prepare(demo: bool) -> bool:
    """What is missing is made (`demo`) or named, each by a command of its own."""
    if ready.unchanged(folders.var(), demo=demo):
        return True
    steps = [["init"], ["import", "demo", "--once"]] if demo else [["init", "--check"]]
    for step in steps:
        if demo:
            _say(STEPS[step[0]])
        if subprocess.run([sys.executable, "-m", "yimen", *step]).returncode:
            return False
    return True


def _say(text: str) -> None:
    print(text, flush=True)


def _welcome(url: str) -> None:
    lines = [
        "",
        f"  Yimen 一门   {url}",
        f"  desk 工作台   {url}/desk/",
        f"  API           {url}/api/v1/docs",
    ]
    if options.demo():
        lines += ["", f"  示例账号 demo accounts, 密码 password: {DEMO_PASSWORD}"]
        lines += [f"    {name:12} {zh} / {en}" for name, zh, en in ACCOUNTS]
    _say("\n".join([*lines, "", "  按 Ctrl-C 结束 / Ctrl-C ends it", ""]))
