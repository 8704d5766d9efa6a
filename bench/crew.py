"""All clients together: start them, hand out work, run a slice, add up what they report."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from bench import place


@dataclass
class Tally:
    """What the clients of one slice saw."""

    ms: list[float] = field(default_factory=list)
    bad: dict[str, int] = field(default_factory=dict)
    shed: int = 0  # told to come back, and did
    why: str = ""  # what the first refusal said
    kept: list[str] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0
    left: int = 0

    def add(self, report: dict[str, Any]) -> None:
        self.ms += report["ms"]
        for status, count in report["bad"].items():
            self.bad[status] = self.bad.get(status, 0) + count
        self.shed += report["shed"]
        self.why = self.why or report["why"]
        self.kept += report["kept"]
        self.seconds = max(self.seconds, report["seconds"])
        self.cpu += report["cpu"]
        self.left += report["left"]


class Crew:
    """Client processes, kept for the whole run."""

    def __init__(self, size: int) -> None:
        words = [sys.executable, "-m", "bench.client"]
        self.processes = [
            subprocess.Popen(
                words, cwd=place.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            for _n in range(size)
        ]

    def _order(self, orders: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        busy = self.processes[: len(orders)]
        for process, order in zip(busy, orders, strict=True):
            assert process.stdin
            process.stdin.write(json.dumps(order) + "\n")
            process.stdin.flush()
        reports = []
        for process in busy:
            assert process.stdout
            reports.append(json.loads(process.stdout.readline()))
        return reports

    def give(self, name: str, shares: Sequence[Sequence[Any]], **more: Any) -> None:
        """Prepared requests, one share for each client."""
        orders = []
        for n, share in enumerate(shares):
            path = place.VAR / f"requests-{n}.jsonl"
            path.write_bytes(b"\n".join(orjson.dumps(request) for request in share))
            orders.append({"do": "take", "as": name, "file": str(path), **more})
        self._order(orders)

    def run(self, name: str, clients: int, seconds: float, **order: Any) -> Tally:
        """Let so many clients work for so long."""
        tally = Tally()
        words = {"do": "run", "as": name, "seconds": seconds, **order}
        for report in self._order([words] * clients):
            tally.add(report)
        return tally

    def end(self) -> None:
        for process in self.processes:
            if process.stdin:
                process.stdin.close()
            process.wait(10)


def deal(requests: Sequence[Any], hands: int) -> list[list[Any]]:
    """Shares of equal size, like cards."""
    return [list(requests[n::hands]) for n in range(hands)]


def http_request(
    port: int, method: str, path: str, *, token: str = "", body: bytes = b"", **headers: str
) -> str:
    """A whole HTTP/1.1 request as text."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines) + "\r\n\r\n" + body.decode()
