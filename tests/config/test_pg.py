"""The embedded server's life: every pitfall that was met in the wild has its test here."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from yimen.config import pg, pgbin

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
USER = """
import sys, time
from pathlib import Path
from yimen.config import pg
pg.up(Path(sys.argv[1]))
print("up", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that the server's user can enter (pytest's own tmp_path is closed to others)."""
    made = Path(tempfile.mkdtemp(prefix="yimen-pg-"))
    made.chmod(0o711)
    monkeypatch.setattr(pg, "SYSTEM_HOME", made / "system")
    yield made
    for var in [held for held in pg._held if made in held.parents]:
        pg.down(var)
    shutil.rmtree(made, ignore_errors=True)


def connect(var: Path, user: str = pg.ROLE) -> psycopg.Connection:
    return psycopg.connect(
        host=str(pg.socket_dir(var)),
        port=pg.PORT,
        user=user,
        dbname=pg.DATABASE,
        autocommit=True,
    )


def one(var: Path, query: str) -> object:
    with connect(var) as connection:
        row = connection.execute(query).fetchone()
    assert row
    return row[0]


def other_process(var: Path) -> subprocess.Popen[str]:
    """Another user of the same server, up and waiting."""
    process = subprocess.Popen(
        [sys.executable, "-c", USER, str(var)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    assert process.stdout.readline() == "up\n"
    return process


def server(var: Path) -> int | None:
    return pg.postmaster(pg.place(var).data)


def test_a_first_start_gives_an_owned_database_without_superuser(folder: Path) -> None:
    var = folder / "var"
    pg.up(var)
    assert one(var, "SELECT usesuper FROM pg_user WHERE usename = current_user") is False
    assert one(
        var, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
    ) == ("yimen")
    assert one(var, "SELECT datcollate FROM pg_database WHERE datname = 'yimen'") == "C.UTF-8"
    assert one(var, "SHOW jit") == "off"
    assert one(var, "SHOW listen_addresses") == ""
    assert pg.down(var)
    assert server(var) is None


def test_data_survives_a_stop_and_the_major_is_in_the_folder_name(folder: Path) -> None:
    var = folder / "var"
    pg.up(var)
    with connect(var) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    pg.down(var)
    pg.up(var)
    assert one(var, "SELECT n FROM kept") == 7
    assert pg.place(var).data.name == f"pg{pgbin.find().major}"


@pytest.mark.parametrize("name", ['it\'s a "folder"', "x" * 150, "一门 数据"])
def test_any_path_will_do(folder: Path, name: str) -> None:
    var = folder / name
    run = pg.up(var)
    assert len(str(run / f".s.PGSQL.{pg.PORT}")) < 100
    assert one(var, "SELECT 1") == 1


@root_only
def test_a_folder_that_only_root_may_enter_sends_the_data_elsewhere(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    var = closed / "var"
    pg.up(var)
    data = pg.place(var).data
    assert (folder / "system") in data.parents
    assert one(var, "SELECT 1") == 1
    pg.down(var)
    shutil.rmtree(var)
    assert pg.place(var).data != data, "a new clone at an old path must not meet old data"


@root_only
def test_programs_out_of_the_servers_reach_are_copied_whole(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = pgbin.wheel()
    if here is None:
        pytest.skip("the wheel is not installed")
    copied = pgbin.copy(here, folder / "system")
    assert copied.folder != here.folder
    nobody = pwd.getpwnam("nobody")
    said = subprocess.run(
        [copied.folder / "postgres", "--version"],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        capture_output=True,
        text=True,
        env={},
    )
    assert here.version in said.stdout, said.stderr
    monkeypatch.setattr(pgbin, "find", lambda: copied)
    pg.up(folder / "var")
    assert one(folder / "var", "SELECT 1") == 1


def test_a_stale_pid_of_a_foreign_process_is_neither_believed_nor_signalled(folder: Path) -> None:
    var = folder / "var"
    pg.up(var)
    pg.down(var)
    place = pg.place(var)
    same_user: dict[str, object] = {}
    if os.geteuid() == 0:
        same_user = {"user": place.owner.uid, "group": place.owner.gid, "extra_groups": []}
    bystander = subprocess.Popen(["sleep", "60"], cwd="/", **same_user)  # type: ignore[call-overload]
    try:
        note = place.data / "postmaster.pid"
        note.write_text(f"{bystander.pid}\n{place.data}\n0\n{pg.PORT}\n{place.run}\n\n")
        os.chown(note, place.owner.uid, place.owner.gid)
        pg.up(var)
        assert one(var, "SELECT 1") == 1
        pg.down(var)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_after_kill_9_of_the_server_it_comes_back_with_every_acknowledged_row(folder: Path) -> None:
    var = folder / "var"
    pg.up(var)
    with connect(var) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        for n in range(50):
            connection.execute("INSERT INTO kept VALUES (%s)", [n])
        pid = server(var)
        assert pid
        os.kill(pid, signal.SIGKILL)
    pg.up(var)
    assert one(var, "SELECT count(*) FROM kept") == 50


def test_the_last_user_stops_it_and_not_the_first(folder: Path) -> None:
    var = folder / "var"
    pg.up(var)
    other = other_process(var)
    assert pg.down(var) is False
    assert one(var, "SELECT 1") == 1
    other.communicate("\n", timeout=30)
    assert server(var) is None


def test_a_user_killed_with_9_is_not_counted_for_ever(folder: Path) -> None:
    var = folder / "var"
    pg.up(var)
    other = other_process(var)
    other.kill()
    other.wait()
    assert pg.down(var) is True


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(folder: Path) -> None:
    var = folder / "var"
    pg.up(var)
    pid = server(var)
    assert pid
    assert os.getsid(pid) != os.getsid(0)
    assert os.getpgid(pid) != os.getpgid(0)


def test_four_first_starts_at_once(folder: Path) -> None:
    var = folder / "var"
    users = [
        subprocess.Popen(
            [sys.executable, "-c", USER, str(var)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for user in users:
        assert user.stdout
        line = user.stdout.readline()
        assert line == "up\n", line or user.communicate()[1]
    for user in users:
        user.communicate("\n", timeout=60)
    until = time.monotonic() + 10
    while server(var) and time.monotonic() < until:
        time.sleep(0.1)
    assert server(var) is None


@root_only
def test_other_local_users_are_refused(folder: Path) -> None:
    var = folder / "var"
    run = pg.up(var)
    run.chmod(0o755)  # even if the folder were open, the system's word on who it is decides
    (run / f".s.PGSQL.{pg.PORT}").chmod(0o777)
    nobody = pwd.getpwnam("nobody")
    said = subprocess.run(
        [pgbin.program("psql"), "-h", run, "-U", "postgres", "-c", "SELECT 1", "postgres"],
        user=nobody.pw_uid,
        group=nobody.pw_gid,
        extra_groups=[],
        cwd="/",
        env={},
        capture_output=True,
        text=True,
    )
    assert said.returncode == 2
    assert "authentication failed" in said.stderr


@root_only
def test_a_socket_folder_made_by_somebody_else_is_not_used(folder: Path) -> None:
    var = folder / "var"
    place = pg.place(var)
    place.run.mkdir()
    try:
        os.chown(place.run, 12345, 12345)
        with pytest.raises(pg.CannotServe, match="somebody else"):
            pg.up(var)
    finally:
        place.run.rmdir()


def test_a_server_of_ones_own_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    from yimen.config import database

    url = "postgresql://u%40x:p%3A@db.example:5433/city?sslmode=require"
    there = database.databases(Path("/nowhere"), env={"DATABASE_URL": url})["default"]
    assert (there["HOST"], there["PORT"], there["NAME"]) == ("db.example", "5433", "city")
    assert (there["USER"], there["PASSWORD"]) == ("u@x", "p:")
    assert there["OPTIONS"]["sslmode"] == "require"
    assert not database.embedded({"DATABASE_URL": url})
    assert not database.embedded({"PGHOST": "x"})
    assert database.embedded({})
    with pytest.raises(ValueError, match="postgresql://"):
        database.from_url("mysql://x/y")


def test_debians_programs_are_found_newest_first_and_not_too_old(tmp_path: Path) -> None:
    for version in ("9.6", "13", "15", "16"):
        path = tmp_path / version / "bin" / "postgres"
        path.parent.mkdir(parents=True)
        path.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}.2'\n")
        path.chmod(0o755)
    found = pgbin.debian(tmp_path)
    assert found
    assert (found.major, found.version) == (16, "16.2")
    shutil.rmtree(tmp_path / "15")
    shutil.rmtree(tmp_path / "16")
    assert pgbin.debian(tmp_path) is None
