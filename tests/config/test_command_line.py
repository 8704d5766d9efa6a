"""The command line as an operator meets it: keys, help, backup and restore, serving."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from yimen.config import archive, cli, pg, secrets, words

ROOT = Path(__file__).resolve().parent.parent.parent


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A clean one: nothing of the test run's, an embedded server of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("YIMEN_", "PG", "DATABASE"))}
    return {**kept, "YIMEN_DATA": str(folder), "YIMEN_LANG": "en", **more}


def yimen(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "yimen", *arguments],
        env=environment(folder, **more),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def installed() -> Iterator[Path]:
    """A data folder after `yimen init`."""
    folder = Path(tempfile.mkdtemp(prefix="yimen-cli-"))
    folder.chmod(0o711)
    done = yimen(folder, "init")
    assert done.returncode == 0, done.stderr
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def test_help_names_what_an_operator_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    shown = capsys.readouterr().out
    for command in ("init", "import", "due", "verify", "backup", "restore", "token", "dbshell"):
        assert f"  {command}" in shown
    assert "doctor" in shown


@pytest.mark.parametrize(
    ("line", "needs"),
    [
        ("migrate", True),
        ("dbshell -- -c help --help", True),
        ("serve --help", False),
        ("help serve", False),
        ("compilepo", False),
        ("", False),
    ],
)
def test_a_server_is_started_only_for_commands_that_need_one(line: str, needs: bool) -> None:
    assert cli.needs_database(line.split()) is needs


def test_due_works_with_no_database_at_all(tmp_path: Path) -> None:
    done = yimen(
        tmp_path, "due", "2026-09-30", "20", "--unit", "working", DATABASE_URL="postgresql://x:1/y"
    )
    assert (done.stdout, done.returncode) == ("2026-11-03\n", 0)


def test_a_database_that_is_away_is_a_sentence_and_not_a_traceback(tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    done = yimen(tmp_path, "migrate", DATABASE_URL=url, YIMEN_SECRET_KEY="x")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "yimen doctor" in done.stderr


def test_doctor_says_that_the_data_folder_is_missing_and_what_to_do(tmp_path: Path) -> None:
    nowhere, url = tmp_path / "nowhere", "postgresql://nobody@127.0.0.1:1/none"
    done = yimen(nowhere, "doctor", DATABASE_URL=url, YIMEN_SECRET_KEY="x")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"there is no folder {nowhere}" in done.stdout
    assert "yimen init" in done.stdout and "YIMEN_DATA" in done.stdout


def test_keys_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    path = secrets.create(tmp_path)
    before = path.read_text()
    assert secrets.create(tmp_path).read_text() == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = tomllib.loads(before)
    assert set(found) == {"secret_key", "blind", "people"}
    assert set(found["people"]) == {"1"}


def test_no_new_keys_are_made_in_front_of_old_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("YIMEN_SECRET_KEY", "YIMEN_KEYS", "YIMEN_BLIND_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    assert secrets.may_create(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://x/y")
    assert not secrets.may_create(tmp_path)
    monkeypatch.delenv("DATABASE_URL")
    (tmp_path / "pg18").mkdir()
    (tmp_path / "pg18" / "PG_VERSION").write_text("18\n")
    assert not secrets.may_create(tmp_path)


def test_words_follow_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIMEN_LANG", "zh_CN.UTF-8")
    assert words.pick("好", "good") == "好"
    monkeypatch.setenv("YIMEN_LANG", "C")
    assert words.pick("好", "good") == "good"


@pytest.mark.slow
def test_psql_reaches_the_database(installed: Path) -> None:
    done = yimen(installed, "dbshell", "--", "-Atc", "SELECT current_user")
    assert done.stdout == "yimen\n", done.stderr


@pytest.mark.slow
def test_doctor_finds_a_fresh_installation_well(installed: Path) -> None:
    done = yimen(installed, "doctor")
    assert done.returncode == 0, done.stdout
    assert "PostgreSQL" in done.stdout
    (installed / secrets.FILE).chmod(0o644)
    ill = yimen(installed, "doctor")
    (installed / secrets.FILE).chmod(0o600)
    assert ill.returncode == 1
    assert "chmod 600" in ill.stdout


@pytest.mark.slow
def test_a_backup_comes_back_whole_and_never_over_other_data(installed: Path) -> None:
    target = installed / "kept"
    (installed / "files" / "a").write_bytes(b"paper")
    mark = "INSERT INTO ledger_heartbeat VALUES ('marked', now())"
    assert yimen(installed, "dbshell", "--", "-c", mark).returncode == 0
    made = yimen(installed, "backup", str(target), "--keys")
    assert made.returncode == 0, made.stderr
    assert stat.S_IMODE((target / secrets.FILE).stat().st_mode) == 0o600

    again = yimen(installed, "backup", str(target))
    assert again.returncode == 1
    assert "left alone" in again.stderr

    lose = "DELETE FROM ledger_heartbeat WHERE name = 'marked'"
    yimen(installed, "dbshell", "--", "-c", lose)
    (installed / "files" / "a").unlink()
    (installed / "files" / "later").write_bytes(b"later")
    refused = yimen(installed, "restore", str(target))
    assert refused.returncode == 1
    assert "--force" in refused.stderr

    done = yimen(installed, "restore", str(target), "--force")
    assert done.returncode == 0, done.stdout + done.stderr
    count = "SELECT count(*) FROM ledger_heartbeat WHERE name = 'marked'"
    assert yimen(installed, "dbshell", "--", "-Atc", count).stdout == "1\n"
    assert (installed / "files" / "a").read_bytes() == b"paper"
    aside = next((installed / "files").glob(".before-*"))
    assert (aside / "later").read_bytes() == b"later", "what was there is set aside, not lost"
    archive._copy_files(installed / "files", installed / "copied")
    assert [p.name for p in (installed / "copied").iterdir()] == ["a"]

    (target / "files" / "a").write_bytes(b"forged")
    damaged = yimen(installed, "restore", str(target), "--force")
    assert damaged.returncode == 1
    assert "damaged" in damaged.stderr


@pytest.mark.slow
def test_a_backup_is_not_read_with_other_keys(installed: Path) -> None:
    target = installed / "without-keys"
    assert yimen(installed, "backup", str(target)).returncode == 0
    assert not (target / secrets.FILE).exists()
    other = yimen(installed, "restore", str(target), "--force", YIMEN_BLIND_KEY="b3RoZXI=")
    assert other.returncode == 1
    assert "keys" in other.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def health(port: int, patience: float = 90) -> dict[str, object]:
    """/healthz once it says ok."""
    until = time.monotonic() + patience
    said: object = None
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            said = error.read()
        except OSError as error:
            said = error
        time.sleep(0.3)
    raise AssertionError(f"never well: {said!r}")


def processes(group: int) -> dict[int, str]:
    """pid -> command line of everything in a process group (zombies have none)."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if line and os.getpgid(int(entry.name)) == group:
                found[int(entry.name)] = line
        except OSError:
            continue
    return found


@pytest.mark.slow
def test_serving_survives_kill_9_of_its_parts_and_ends_cleanly(installed: Path) -> None:
    port = free_port()
    site = subprocess.Popen(
        [sys.executable, "-m", "yimen", "serve", "--port", str(port)],
        env=environment(installed),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert health(port)["database"] == "ok"
        parts = processes(site.pid)
        worker = next(pid for pid, line in parts.items() if " worker --parent" in line)
        os.kill(worker, signal.SIGKILL)
        until = time.monotonic() + 60
        while time.monotonic() < until:
            now = processes(site.pid)
            if any(" worker --parent" in line for pid, line in now.items() if pid != worker):
                break
            time.sleep(0.2)
        else:
            raise AssertionError("the worker was not started again")
        os.killpg(site.pid, signal.SIGINT)
        shown, _ = site.communicate(timeout=60)
        assert site.returncode == 0, shown
        assert "Traceback" not in shown, shown
        assert not processes(site.pid)
        assert pg.postmaster(pg.place(installed).data) is None, "the last user stops the server"
    finally:
        if site.poll() is None:
            os.killpg(site.pid, signal.SIGKILL)
            site.wait()


@pytest.mark.slow
def test_a_taken_port_is_a_sentence(installed: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = yimen(installed, "serve", "--port", str(port))
    assert done.returncode == 1
    assert "PORT=" in done.stderr
