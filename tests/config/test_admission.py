"""A rush: who is inside is served, some wait, the rest are told to come back; the probe gets in."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from yimen.config.admission import Admission


class Slow:
    """An application that answers when it is let go, and says how many were inside at once."""

    def __init__(self) -> None:
        self.go, self.came = threading.Event(), threading.Semaphore(0)
        self.inside, self.most, self.lock = 0, 0, threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.came.release()
        if environ["PATH_INFO"] == "/bug":
            self.inside -= 1
            raise RuntimeError("a defect")
        if environ["PATH_INFO"] != "/healthz":
            self.go.wait(20)
        with self.lock:
            self.inside -= 1
        start_response("200 OK", [])
        return [b"done"]


def ask(application: Admission, path: str = "/desk/") -> tuple[str, dict[str, str], bytes]:
    said: list[Any] = []
    environ = {"PATH_INFO": path, "REQUEST_METHOD": "POST"}
    body = b"".join(application(environ, lambda *args: said.extend(args)))
    return said[0], dict(said[1]), body


def test_the_rest_are_told_to_come_back_and_the_probe_gets_in() -> None:
    slow = Slow()
    door = Admission(slow, at_once=2, waiting=1, patience_s=20)
    with ThreadPoolExecutor(8) as pool:
        first: list[Future[Any]] = [pool.submit(ask, door) for _n in range(3)]
        assert slow.came.acquire(timeout=10) and slow.came.acquire(timeout=10)
        while door._door.acquire(blocking=False):  # until the third stands at the door
            door._door.release()
        status, headers, body = ask(door, "/api/v1/cases")
        assert status.startswith("503") and int(headers["Retry-After"]) > 0
        assert headers["Content-Type"] == "application/problem+json"
        assert int(headers["Content-Length"]) == len(body)
        assert json.loads(body)["status"] == 503 and json.loads(body)["type"].endswith(":busy")
        status, headers, body = ask(door)
        assert status.startswith("503") and headers["Content-Type"].startswith("text/html")
        assert "重新提交" in body.decode() and "Nothing was done" in body.decode()
        assert ask(door, "/healthz")[0] == "200 OK"
        slow.go.set()
        assert [answer.result(10)[0] for answer in first] == ["200 OK"] * 3
    assert slow.most == 3  # two at work, and the probe
    assert ask(door)[0] == "200 OK"


def test_nobody_waits_for_ever() -> None:
    slow = Slow()
    door = Admission(slow, at_once=1, waiting=5, patience_s=0.05)
    with ThreadPoolExecutor(2) as pool:
        inside = pool.submit(ask, door)
        assert slow.came.acquire(timeout=10)
        assert ask(door)[0].startswith("503")
        slow.go.set()
        assert inside.result(10)[0] == "200 OK"


def test_a_defect_does_not_keep_its_place() -> None:
    door = Admission(Slow(), at_once=1, waiting=0)
    for _n in range(3):
        with pytest.raises(RuntimeError):
            ask(door, "/bug")
