"""One client in a process of its own: sends prepared requests as fast as answers come back.

Only the standard library (and psycopg for plain SQL), so that it costs the machine little. Orders
come as lines of JSON on standard input, reports go out the same way:

    {"do": "take", "as": NAME, "file": PATH}       read prepared requests
    {"do": "run", "as": NAME, "seconds": 2, "port": 8123}
    {"do": "run", "as": NAME, "seconds": 2, "database": URL, "texts": PATH}
"""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CREATED = 201
OK = (200, CREATED)
BUSY = 503
PAUSE_S = 0.2  # shorter than what Retry-After asks for: whoever measures does not spare


class Http:
    """A kept connection. Requests are bytes prepared beforehand."""

    def __init__(self, port: int) -> None:
        self.port, self.socket, self.rest = port, self._open(port), b""

    def _open(self, port: int) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", port), timeout=60)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def send(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of the answer."""
        try:
            self.socket.sendall(request)
            return self._answer()
        except OSError:
            self.socket.close()
            self.socket = self._open(self.port)
            return 0, b""

    def _answer(self) -> tuple[int, bytes]:
        got = b""
        while (end := got.find(b"\r\n\r\n")) < 0:
            got += self._more()
        head = got[:end].lower()
        at = head.find(b"content-length:")
        if at < 0:  # a server's own page of error: we do not read on, we begin anew
            self.socket.close()
            self.socket = self._open(self.port)
            return int(got[9:12]), b""
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        while len(got) < end + 4 + length:
            got += self._more()
        return int(got[9:12]), got[end + 4 :]

    def _more(self) -> bytes:
        more = self.socket.recv(65536)
        if not more:
            raise ConnectionError("closed")
        return more


class Sql:
    """The same statements, straight to the database; psycopg prepares what comes often."""

    def __init__(self, url: str) -> None:
        import psycopg

        self.connection = psycopg.connect(url, autocommit=True)
        self.texts: list[str] = []

    def send(self, request: list[tuple[int, list[Any]]]) -> tuple[int, bytes]:
        """`request` is a list of [number of the statement, parameters]."""
        with self.connection.cursor() as cursor:
            for index, params in request:
                # BEGIN and COMMIT plain: prepared ones are not counted by pg_stat_statements
                cursor.execute(self.texts[index], params or None, prepare=None if params else False)
                if cursor.description:
                    cursor.fetchall()
        return 200, b""


class Client:
    """Holds the prepared requests and where it stands in them."""

    def __init__(self) -> None:
        self.requests: dict[str, list[Any]] = {}
        self.at: dict[str, int] = {}
        self.sql: Sql | None = None

    def take(self, order: dict[str, Any]) -> dict[str, Any]:
        lines = Path(order["file"]).read_text(encoding="utf-8").splitlines()
        found = [json.loads(line) for line in lines]
        self.requests[order["as"]] = [r.encode() if isinstance(r, str) else r for r in found]
        self.at[order["as"]] = 0
        return {"taken": len(found)}

    def _sql(self, order: dict[str, Any]) -> Sql:
        """One connection for all lines: 32 clients and a dozen lines would use up the server's."""
        if self.sql is None:
            self.sql = Sql(order["database"])
        self.sql.texts = json.loads(Path(order["texts"]).read_text(encoding="utf-8"))
        return self.sql

    def run(self, order: dict[str, Any]) -> dict[str, Any]:
        """For so many seconds, or until the prepared requests are used up (unless `again`)."""
        name = order["as"]
        send: Callable[[Any], tuple[int, bytes]]
        if "port" in order:  # a new one each time: servers let go of connections that idle
            send = Http(order["port"]).send
        else:
            send = self._sql(order).send
        requests, at, keep = self.requests[name], self.at[name], order.get("keep", False)
        took: list[float] = []
        bad: dict[int, int] = {}
        why, shed = "", 0
        kept: list[str] = []
        clock, cpu = time.perf_counter, time.process_time()
        begun = clock()
        until = begun + order["seconds"]
        while True:
            if at == len(requests):
                if not order.get("again"):
                    break
                at = 0
            before = clock()
            if before >= until:
                break
            status, body = send(requests[at])
            if status == BUSY:  # come back: the same request once more
                shed += 1
                time.sleep(PAUSE_S)
                continue
            took.append((clock() - before) * 1000)
            at += 1
            if status not in OK:
                bad[status] = bad.get(status, 0) + 1
                why = why or body[:300].decode(errors="replace")
            elif keep and status == CREATED:
                kept.append(body.partition(b'"number":"')[2][:26].decode())
        self.at[name] = at
        return {
            "ms": [round(ms, 3) for ms in took], "bad": bad, "why": why, "shed": shed, "kept": kept,
            "seconds": clock() - begun, "cpu": time.process_time() - cpu,
            "left": len(requests) - at,
        }  # fmt: skip


def main() -> None:
    client = Client()
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(getattr(client, order["do"])(order)), flush=True)


if __name__ == "__main__":
    main()
