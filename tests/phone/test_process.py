"""The service as a process of its own: killed in the middle of a call, stopped in good order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.phone.softphone import free_port
from yimen.lib.time import now
from yimen.phone import ticks
from yimen.phone.models import Call

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
    pytest.mark.usefixtures("cast"),
]


def environment(folder: Path) -> dict[str, str]:
    known = connection.settings_dict
    where = f"host={quote(str(known['HOST']), safe='')}&port={known['PORT'] or 5432}"
    url = f"postgresql://{quote(str(known['USER']))}@/{known['NAME']}?{where}"
    sounds = {"YIMEN_PHONE_SOUNDS": str(folder / "sounds"), "YIMEN_PHONE_RECORDINGS": str(folder)}
    return {**os.environ, "DATABASE_URL": url, **sounds}


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`yimen fastagi` on the test's database, listening."""
    port = free_port(socket.SOCK_STREAM)
    words = [sys.executable, "-m", "yimen", "fastagi", "--listen", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        words, env=environment(folder), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        assert process.stdout
        said = process.stdout.readline().decode()
        assert str(port) in said, said + process.stdout.read().decode()
        yield process, port
    finally:
        process.kill()
        process.wait(30)


class Caller:
    """One call by hand: it listens to the first sound and then does nothing."""

    def __init__(self, port: int) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.wire.sendall(b"agi_callerid: 13901234567\nagi_dnid: 64370000\n\n")
        self.lines = self.wire.makefile("rb")
        assert self.lines.readline() == b"ANSWER\n"
        self.wire.sendall(b"200 result=0\n")
        assert self.lines.readline().startswith(b"STREAM FILE")

    def rest(self) -> bytes:
        return self.lines.read()


def test_killed_in_the_middle_of_a_call(tmp_path: Path) -> None:
    with running(tmp_path) as (process, port):
        call = Caller(port)
        process.kill()
        assert call.rest() == b"", "the exchange notices at once"
    row = Call.objects.get()
    assert (row.outcome, row.ended_at) == ("", None)
    assert ticks.cut(now() + timedelta(hours=2)) == 1
    assert Call.objects.get().outcome == "cut"
    with running(tmp_path) as (_process, port):
        Caller(port)
    assert Call.objects.count() == 2


def test_stopped_in_good_order(tmp_path: Path) -> None:
    with running(tmp_path) as (process, port):
        call = Caller(port)
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        call.rest()
        assert process.wait(30) == 0 and time.monotonic() - begun < 20
    row = Call.objects.get()
    assert row.outcome == "cut" and row.ended_at


def test_a_taken_port_is_said(tmp_path: Path) -> None:
    with running(tmp_path) as (_process, port):
        words = [sys.executable, "-m", "yimen", "fastagi", "--listen", f"127.0.0.1:{port}"]
        env = environment(tmp_path)
        second = subprocess.run(words, env=env, cwd=ROOT, capture_output=True, timeout=60)
    assert second.returncode and str(port) in second.stderr.decode()
    assert "Traceback" not in second.stderr.decode()
