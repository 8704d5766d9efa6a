"""Is anything left to do before serving? Asked at every start, so without Django: two seconds of
imports each time would buy the same answer.

When `yimen init` has nothing left to do it leaves a stamp: this program and this database. As long
as both are the same, everything is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import psycopg

from yimen.config import database, folders

HOUSES = Path(__file__).resolve().parent.parent
MIGRATED = "SELECT count(*), max(applied)::text, current_database() FROM django_migrations"
LOADED = "SELECT EXISTS (SELECT FROM ledger_heartbeat WHERE name = 'demo')"


def unchanged(var: Path, *, demo: bool = False) -> bool:
    """Has `init` seen this very program and database (and is the demonstration loaded)?"""
    try:
        stamp = json.loads(_file(var).read_text())
    except (OSError, ValueError):
        return False
    if stamp.get("program") != program():
        return False
    try:
        if stamp["database"] != _ask(var, MIGRATED):
            return False
        return not demo or bool(_ask(var, LOADED)[0])
    except (psycopg.Error, KeyError):
        return False


def stamp(var: Path) -> None:
    """Everything is there."""
    _file(var).write_text(json.dumps({"program": program(), "database": _ask(var, MIGRATED)}))


def _file(var: Path) -> Path:
    return var / "ready.json"


def _ask(var: Path, question: str) -> list[object]:
    with psycopg.connect(**database.parameters(var), connect_timeout=3) as connection:
        return list(connection.execute(question).fetchone() or ())


def program() -> str:
    """A digest of what migrations and translations depend on: the houses' own files and the
    versions of all packages. Looks at names, sizes and times, not at contents."""
    total = hashlib.sha256()
    for path in sorted(_ours()):
        seen = path.stat()
        total.update(f"{path} {seen.st_size} {seen.st_mtime_ns}\n".encode())
    for name in sorted(_packages()):
        total.update(f"{name}\n".encode())
    return total.hexdigest()


def _ours() -> Iterable[Path]:
    yield from HOUSES.glob("*/migrations/*.py")
    yield from HOUSES.glob("*/locale/*/LC_MESSAGES/*.[pm]o")
    yield from (file for file in [folders.var() / "secret.toml"] if file.exists())


def _packages() -> Iterable[str]:
    spec = find_spec("django")
    assert spec and spec.origin
    return (path.name for path in Path(spec.origin).parent.parent.glob("*.dist-info"))
