"""A site of its own: `yimen serve` as an operator starts it, and ways to hurt it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 120.0
PAGES = " yimen.config.wsgi:"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Nothing of a surrounding test run's: an embedded server and keys of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("YIMEN_", "PG", "DATABASE"))}
    return {**kept, "YIMEN_DATA": str(folder), "YIMEN_LANG": "en", **more}


def empty(folder: Path) -> None:
    """A place where nothing was before, which another user (PostgreSQL's) may enter."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    folder.chmod(0o711)


class Site:
    """`yimen serve` in a process group of its own."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder, self.port = folder, free_port()
        self.env = environment(folder, **more)
        self.process: subprocess.Popen[bytes] | None = None
        self.log = folder / "serve.log"

    def run(self, *words: str, timeout: float = 600) -> subprocess.CompletedProcess[str]:
        """Another program beside it, with its environment."""
        return subprocess.run(
            [sys.executable, "-m", *words],
            env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "yimen", "serve", "--port", str(self.port)],
                env=self.env, cwd=ROOT, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.wait_well()

    def stop(self) -> int:
        """As Ctrl-C does it. Returns the exit status."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=90)

    def health(self) -> dict[str, Any]:
        """What /healthz says, also when it says 503; empty when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=8) as said:
                return dict(json.load(said))
        except urllib.error.HTTPError as error:
            return dict(json.loads(error.read() or b"{}"))
        except (OSError, ValueError):
            return {}

    def wait_well(self, patience: float = PATIENCE_S) -> float:
        """Seconds until /healthz says ok."""
        begun = time.monotonic()
        while time.monotonic() - begun < patience:
            if self.health().get("status") == "ok":
                return time.monotonic() - begun
            if self.process and self.process.poll() is not None:
                tail = self.log.read_text(errors="replace")[-1500:]
                raise RuntimeError(f"yimen serve ended with {self.process.returncode}:\n{tail}")
            time.sleep(0.1)
        raise TimeoutError(f"not well within {patience:.0f} s, see {self.log}")

    # --- its parts -----------------------------------------------------------------------------

    def part(self, name: str) -> int | None:
        """The process of a part as it is now: web (what answers), server (what keeps it),
        worker, live (displays), database."""
        if name == "database":
            return _first_line(self.folder)
        assert self.process
        for pid, (parent, line) in _processes(self.process.pid).items():
            mine = parent == self.process.pid
            if name == "worker" and mine and " worker --parent" in line:
                return pid
            if mine and name == "live" and " yimen.config.live:" in line:
                return pid
            if name in ("web", "server") and PAGES in line and mine == (name == "server"):
                return pid
        return None

    def kill(self, name: str) -> float | None:
        """kill -9; seconds until another process is in its place and all is well again. None when
        there was nothing to kill."""
        victim = self.part(name)
        if victim is None:
            return None
        os.kill(victim, signal.SIGKILL)
        begun = time.monotonic()
        while time.monotonic() - begun < PATIENCE_S:
            if self.part(name) not in (None, victim) and self._well_since(begun, name):
                return time.monotonic() - begun
            time.sleep(0.05)
        raise TimeoutError(f"{name} did not come back, see {self.log}")

    def _well_since(self, begun: float, name: str) -> bool:
        found = self.health()
        age = found.get("worker", {}).get("heartbeat_age_s")
        beaten = age is not None and age < time.monotonic() - begun
        return found.get("status") == "ok" and (name != "worker" or beaten)


def _first_line(folder: Path) -> int | None:
    """The postmaster, wherever the data lies (a root's may be under /var/lib)."""
    from yimen.config import pg

    return pg.postmaster(pg.place(folder).data)


def _processes(group: int) -> dict[int, tuple[int, str]]:
    """pid -> (parent, command line) of everything in a process group; zombies have no line."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            stat = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except (OSError, UnicodeDecodeError):
            continue
        if line and int(stat[2]) == group:
            found[int(entry.name)] = (int(stat[1]), line)
    return found
