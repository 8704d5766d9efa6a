"""Where the bench works: a data folder of its own, one PostgreSQL server, a fresh database.

The server's database `yimen` holds the demonstration community and nothing else. Every run copies
it to `bench`, so that a run begins with small, equal tables and leaves nothing behind but figures.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
VAR = ROOT / "var" / "bench"
BIN = Path(sys.executable).parent
NAME = "bench"
OPTIONS = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "top",
    "max_connections": "300",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
}


def environment() -> dict[str, str]:
    """What the product's programs are started with. Keys and data are the bench's own."""
    from yimen.config import pg

    place = f"{pg.ROLE}@/{NAME}?host={pg.socket_dir(VAR)}&port={pg.PORT}"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("YIMEN_", "PG"))}
    return env | {
        "YIMEN_DATA": str(VAR),
        "YIMEN_DEMO": "true",
        "DATABASE_URL": f"postgresql://{place}",
        "DJANGO_SETTINGS_MODULE": "yimen.config.settings",
        "OMP_NUM_THREADS": "1",
    }


def _command(env: dict[str, str], *words: str) -> None:
    subprocess.run([str(BIN / "yimen"), *words], env=env, check=True, stdout=subprocess.DEVNULL)


def server() -> Path:
    """Bring the server up, the demonstration community in it; returns the socket's folder."""
    from yimen.config import pg

    VAR.mkdir(parents=True, exist_ok=True)
    run = pg.up(VAR, OPTIONS)
    env = environment()
    del env["DATABASE_URL"]  # the base, by the product's own way
    if _stranger():
        _begin_anew()
    _command(env, "init")
    _command(env, "import", "demo", "--once")
    return run


def _stranger() -> bool:
    """Is the base of a version that this one does not come from (a branch, a later one)?"""
    from yimen.config import pg

    with superuser(pg.DATABASE) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return False
        applied = connection.execute("SELECT app, name FROM django_migrations").fetchall()
    folders = [(ROOT / "yimen" / str(app) / "migrations", str(name)) for app, name in applied]
    return any(f.is_dir() and not (f / f"{name}.py").exists() for f, name in folders)


def _begin_anew() -> None:
    """An empty base."""
    from yimen.config import pg

    base, role = sql.Identifier(pg.DATABASE), sql.Identifier(pg.ROLE)
    with superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(base))
        connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(base, role))


def superuser(name: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
    """A connection for what the application's role may not: statistics, copying databases."""
    from yimen.config import pg

    return psycopg.connect(
        host=str(pg.socket_dir(VAR)), port=pg.PORT, user=pg.SUPERUSER, dbname=name, autocommit=True
    )


def fresh() -> None:
    """A new database `bench`, copied from the base."""
    from yimen.config import pg

    one, base = sql.Identifier(NAME), sql.Identifier(pg.DATABASE)
    role = sql.Identifier(pg.ROLE)
    with superuser() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(one))
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(one, base, role)
        )
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")


def connect() -> psycopg.Connection[tuple[Any, ...]]:
    """A connection as the application's role, to the fresh database."""
    return psycopg.connect(environment()["DATABASE_URL"], autocommit=True)
