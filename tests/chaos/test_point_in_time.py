"""A restore to a moment in time on a PostgreSQL of one's own, step by step as docs/resilience.md
tells it: archive, base backup, a mistake, and back to the moment before."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.own import Cluster, entered_by_server
from chaos.site import ROOT, environment

MISTAKES = ("DELETE FROM people_token", "DROP TABLE notices_message CASCADE")


@pytest.fixture
def above() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="yimen-pitr-"))
    made.chmod(0o755)
    entered_by_server(made)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def yimen(folder: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        env=environment(folder, DATABASE_URL=url), cwd=ROOT, capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip


@pytest.mark.slow
def test_back_to_the_moment_before_a_mistake(above: Path) -> None:
    archive, var = above / "archive", above / "var"
    entered_by_server(archive)
    cluster = Cluster(above, "first")
    cluster.make(
        archive_mode="on",
        archive_command=f"test ! -f {archive}/%f && cp %p {archive}/%f",
        fsync="off",
    )
    cluster.start()
    again = Cluster(above, "second")
    try:
        cluster.do("CREATE DATABASE yimen", database="postgres")
        yimen(var, cluster.url, "yimen", "init")
        made = yimen(var, cluster.url, "chaos.town")
        assert made.returncode == 0, made.stderr
        cluster.run("pg_basebackup", "-d", cluster.url, "-D", str(above / "base"), "-X", "none",
                    "-c", "fast")  # fmt: skip

        before = cluster.one("SELECT count(*) FROM ledger_entry")
        token = yimen(var, cluster.url, "yimen", "token", "clerk")  # an entry after the base backup
        assert token.returncode == 0, token.stderr
        assert cluster.one("SELECT count(*) FROM ledger_entry") == before + 1
        time.sleep(1.1)
        moment = cluster.one("SELECT now()::text")
        time.sleep(1.1)
        cluster.do(*MISTAKES)
        cluster.one("SELECT pg_switch_wal()::text")
        cluster.stop()  # the last segment is archived on the way

        (above / "base").rename(again.data)
        (again.data / "recovery.signal").touch()
        again.configure(
            restore_command=f"cp {archive}/%f %p",
            recovery_target_time=moment,
            recovery_target_action="promote",
            archive_mode="off",
        )
        again.start()
        again.wait_writable()
        assert again.one("SELECT count(*) FROM ledger_entry") == before + 1, (
            "nothing before is lost"
        )
        assert again.one("SELECT count(*) FROM people_token") > 0, "what came after is not there"
        assert again.one("SELECT to_regclass('notices_message') IS NOT NULL")
        verified = yimen(var, again.url, "yimen", "verify")
        assert verified.returncode == 0, verified.stdout + verified.stderr
    finally:
        again.stop()
        cluster.stop("immediate")
