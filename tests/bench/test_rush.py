"""The rush: what was due is counted once, a 503 without Retry-After is an error, and "back" means
that answers are quick for some seconds on end."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from bench import rush
from bench.crew import http_request
from bench.storm import Storm


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(503 if self.path.startswith("/busy") else 200)
        if self.path == "/busy/honest":
            self.send_header("Retry-After", "2")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


def test_a_storm_tells_answers_refusals_and_errors_apart() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    paths = ("/a", "/busy/honest", "/busy/rude", "/b")
    storm = Storm([http_request(port, "GET", path).encode() for path in paths], port)
    # in a thread: browser tests in the same process leave a loop running in this one
    with ThreadPoolExecutor(1) as elsewhere:
        elsewhere.submit(asyncio.run, storm.run([[200, 0.1]])).result()  # twenty requests
    server.shutdown()
    seen = storm.seconds.values()
    assert sum(one.due for one in seen) == 20
    assert sum(len(one.ms) for one in seen) == 10
    assert sum(one.shed for one in seen) == 5
    assert sum(one.bad.get("503", 0) for one in seen) == 5


class Impatient(Door):
    """Lets go of a connection that idles, as every server does sooner or later."""

    timeout = 0.3


def test_a_connection_that_idled_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two at once, then one at a time for long enough that the second connection is let go of,
    then two at once again: nobody is asked on the one that is closed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Impatient)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]

    def rush_of(fresh_s: float) -> Storm:
        monkeypatch.setattr("bench.storm.FRESH_S", fresh_s)
        storm = Storm([http_request(port, "GET", "/a").encode()], port)

        async def waves() -> None:
            for many in (20, *[1] * 8, 20):
                begun = time.perf_counter()
                await asyncio.gather(
                    *(storm.one(storm.requests[0], begun, begun) for _n in range(many))
                )
                await asyncio.sleep(0.1)

        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(asyncio.run, waves()).result()
        return storm

    careless, careful = rush_of(60.0), rush_of(0.15)
    server.shutdown()
    assert sum(sum(s.bad.values()) for s in careless.seconds.values()) > 0
    assert sum(len(s.ms) for s in careful.seconds.values()) == 48
    assert not any(s.bad for s in careful.seconds.values())


def weather(*p95: float | None) -> rush.Weather:
    return rush.Weather(
        [{"at": n, "due": 1, "ok": 1, "shed": 0, "bad": {}, "p95": ms} for n, ms in enumerate(p95)]
    )


def test_back_is_when_answers_are_quick_for_some_seconds() -> None:
    seen = weather(10, 10, 90, 90, 90, 12, 80, 14, 15, 11, 10)
    assert rush.back_after(seen, 5, 10.0) == 2.0  # from second 7 on; second 5 alone is no proof
    assert rush.back_after(weather(10, 90, 90, 90, 90), 2, 10.0) is None
    seen.seconds[8]["shed"] = 3  # somebody was still sent away
    assert rush.back_after(seen, 5, 10.0) is None


def test_the_mix_is_four_four_two() -> None:
    mix = rush.mixed(["t"], ["w"], ["i"] * 4)
    assert len(mix) == 20 and [mix.count(one) for one in "twi"] == [8, 8, 4]
