"""A text-message gateway as bad as real ones: mostly well, sometimes slow, wrong or silent.

It keeps its own books: which message it took how often and under which reference, so that what
the product believes can be compared with what the gateway knows.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOODS = {"well": 86, "slow": 5, "busy": 4, "garbled": 3, "silent": 2}
SLOW_S, SILENT_S = 0.5, 3.0


class Gateway:
    """Answers on a free port of the loopback until `close`."""

    def __init__(self, seed: int = 1) -> None:
        self.taken: Counter[str] = Counter()  # message id -> how often it was taken
        self.moods: Counter[str] = Counter()
        self.lock, self.random = threading.Lock(), random.Random(seed)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def mood(self) -> str:
        with self.lock:
            mood = self.random.choices(list(MOODS), list(MOODS.values()))[0]
            self.moods[mood] += 1
        return mood

    def take(self, key: str) -> str:
        """The message is on its way; the same key gets the same reference."""
        with self.lock:
            self.taken[key] += 1
        return reference(key)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def reference(key: str) -> str:
    return f"g-{key[-12:]}"


def _handler(gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            mood = gateway.mood()
            if mood == "silent":
                time.sleep(SILENT_S)
                return
            if mood == "slow":
                time.sleep(SLOW_S)
            self._say(*self._answer(mood))

        def _answer(self, mood: str) -> tuple[int, bytes]:
            if mood == "busy":
                return 503, b"busy"
            ref = gateway.take(self.headers["Idempotency-Key"])
            return 202, b"<html>fine" if mood == "garbled" else json.dumps({"id": ref}).encode()

        def _say(self, status: int, body: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except OSError:  # whoever asked was killed
                return

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the books say it all."""

    return Handler
