"""The programs under measurement: the product's web server, the bare one, the worker."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from bench import place

WORKERS = int(os.environ.get("BENCH_WORKERS", "2"))
THREADS = 4
PORT = int(os.environ.get("BENCH_PORT", "8471"))


def _words(application: str, port: int) -> tuple[list[str], dict[str, str]]:
    """The product's own command line for its web server, for whichever application, and what it
    adds to the environment."""
    from yimen.config.serve import web

    child = web("127.0.0.1", port, WORKERS, THREADS)
    words = [application if w == "yimen.config.wsgi:application" else w for w in child.words]
    return words, child.env


def answers(port: int, path: str = "/healthz") -> bool:
    """Does anything at all come back?"""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", path)
        connection.getresponse().read()
    except OSError:
        return False
    return True


def start(application: str, port: int) -> subprocess.Popen[bytes]:
    """Start a web server and wait until it answers."""
    log = (place.VAR / f"{application.partition(':')[0]}.log").open("wb")
    words, more = _words(application, port)
    env = place.environment() | more | {"PORT": str(port)}
    process = subprocess.Popen(
        words, env=env, cwd=place.ROOT, stdout=log, stderr=log, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not answers(port):
        if time.monotonic() > until or process.poll() is not None:
            stop(process)
            raise RuntimeError(f"{application} does not answer; see {log.name}")
        time.sleep(0.1)
    return process


def worker() -> subprocess.Popen[bytes]:
    """The product's background worker."""
    words = [sys.executable, "-m", "yimen", "worker"]
    log = (place.VAR / "worker.log").open("wb")
    return subprocess.Popen(
        words, env=place.environment(), cwd=place.ROOT, stdout=log, stderr=log,
        start_new_session=True,
    )  # fmt: skip


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask to end, insist after a while."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


@contextmanager
def serving() -> Iterator[dict[str, tuple[int, int]]]:
    """The product and the bare server side by side: name -> (port, pid)."""
    running = []
    try:
        found = {}
        for n, (name, application) in enumerate(
            (("own", "yimen.config.wsgi:application"), ("bare", "bench.bare:application"))
        ):
            running.append(start(application, PORT + n))
            found[name] = (PORT + n, running[-1].pid)
        yield found
    finally:
        for process in running:
            stop(process)
