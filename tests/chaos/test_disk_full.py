"""A disk that is really full: what is refused is refused in words, what was acknowledged stays, and
all goes on when there is room again. Needs root, for a small disk of its own."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chaos import town
from chaos.site import Site

SIZE_MB = 192
KEPT_WORDS = ("没有保存", "数据库暂时没有应答", "暂时不能使用")


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk in memory, entered by everybody."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small disk: run the tests as root to see this")
    made = Path(tempfile.mkdtemp(prefix="yimen-disk-"))
    size = f"size={SIZE_MB}m,mode=0711"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", size, "yimen-test", str(made)])
    if done.returncode:
        made.rmdir()
        pytest.skip("mount is not allowed here (a container without CAP_SYS_ADMIN)")
    yield made
    subprocess.run(["umount", "-l", str(made)], check=True)
    shutil.rmtree(made, ignore_errors=True)


def fill(disk: Path) -> Path:
    """Leave not a byte."""
    balloon = disk / "balloon"
    with balloon.open("wb", buffering=0) as out:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    out.write(b"\0" * size)
            except OSError:
                continue
    assert shutil.disk_usage(disk).free == 0
    return balloon


class Counter:
    """A clerk's program: hands in, and remembers what it was told."""

    def __init__(self, site: Site, token: str) -> None:
        self.site, self.receipts, self.n = site, {}, 0
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        line = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=30)
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        try:
            line.request(method, f"/api/v1/{path}", body and json.dumps(body), headers)
            answer = line.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            return 0, None
        finally:
            line.close()

    def hand_in(self, n: int) -> tuple[int, Any]:
        body = town.submission(n, town.CENTRES["clerk"], "employment-001", complete=True)
        status, answer = self.ask("POST", "cases", body, f"key-{n}")
        if status == 201:
            self.receipts[n] = answer["number"]
        return status, answer


@pytest.mark.slow
def test_a_full_disk_refuses_in_words_and_loses_nothing(small_disk: Path) -> None:
    site = Site(small_disk)
    made = site.run("chaos.town")
    assert made.returncode == 0, made.stderr
    site.start()
    try:
        counter = Counter(site, json.loads(made.stdout)["clerk"])
        for n in range(5):
            assert counter.hand_in(n)[0] == 201
        balloon = fill(small_disk)

        refused: dict[int, Any] = {}
        until = time.monotonic() + 60
        for n in range(5, 400):
            status, answer = counter.hand_in(n)
            if status != 201:
                refused[n] = status
                assert status in (503, 507), answer
                assert any(words in answer["detail"] for words in KEPT_WORDS), answer
            if len(refused) == 5 or time.monotonic() > until:
                break
        print(f"{len(counter.receipts)} taken, refused with {sorted(refused.values())}")
        assert refused, "the disk was never full for the database"
        taken = dict(counter.receipts)

        balloon.unlink()
        site.wait_well(90)
        for n, number in taken.items():
            status, answer = counter.ask("GET", f"cases/{number}")
            assert status == 200 and answer["number"] == number, (n, answer)
        for n in refused:
            assert counter.hand_in(n)[0] == 201, "the same key is taken now"
        assert len(set(counter.receipts.values())) == len(counter.receipts)
    finally:
        site.stop()
    verified = site.run("yimen", "verify")
    assert verified.returncode == 0, verified.stdout
