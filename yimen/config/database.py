"""Which PostgreSQL: DATABASE_URL first, then PGHOST and its like, then the embedded one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from yimen.config import pg

POOL = {"min_size": 1, "max_size": 8, "timeout": 3}
# Parameters travel beside the statement, and one that a connection sends for the fifth time is
# prepared: planning costs more than most of our statements. It goes through Django's own cursors,
# so that query counts and the read-only guard see every statement.
OPTIONS = {"application_name": "yimen", "server_side_binding": True, "prepare_threshold": 5}


def embedded(env: Mapping[str, str] = os.environ) -> bool:
    """Is the product to run its own server?"""
    return not (env.get("DATABASE_URL") or env.get("PGHOST") or env.get("PGDATABASE"))


def from_url(url: str) -> dict[str, Any]:
    """Django's settings for `postgresql://user:password@host:port/name?sslmode=...`. A cluster is
    `postgresql://user@/name?host=a,b&port=5432,5432&target_session_attrs=read-write`."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must begin with postgresql:// (no other database is used)")
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or str(parts.port or ""),
        "OPTIONS": options,
    }


def _place(var: Path, env: Mapping[str, str]) -> dict[str, Any]:
    if env.get("DATABASE_URL"):
        return from_url(env["DATABASE_URL"])
    if not embedded(env):
        return {
            "NAME": env.get("PGDATABASE", "yimen"),
            "USER": env.get("PGUSER", "yimen"),
            "PASSWORD": env.get("PGPASSWORD", ""),
            "HOST": env.get("PGHOST", ""),
            "PORT": env.get("PGPORT", ""),
            "OPTIONS": {},
        }
    return {
        "NAME": pg.DATABASE,
        "USER": pg.ROLE,
        "HOST": str(pg.socket_dir(var)),
        "PORT": str(pg.PORT),
        "OPTIONS": {},
    }


def parameters(var: Path) -> dict[str, Any]:
    """What `psycopg.connect` needs to reach the database, for what does not load Django."""
    found = _place(var, os.environ)
    names = {
        "NAME": "dbname",
        "USER": "user",
        "PASSWORD": "password",
        "HOST": "host",
        "PORT": "port",
    }
    return {names[k]: v for k, v in found.items() if k in names and v} | found["OPTIONS"]


def databases(
    var: Path, *, pool: bool = True, env: Mapping[str, str] = os.environ
) -> dict[str, dict[str, Any]]:
    """`default`, and `journal`: the same database for what may be written during a GET."""
    place = _place(var, env)
    options = {**OPTIONS, **place.pop("OPTIONS")}
    if env.get("YIMEN_PREPARE") == "0":  # behind a pooler that forgets what was prepared
        options |= {"server_side_binding": False, "prepare_threshold": None}
    base = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,
        **place,
        "OPTIONS": {**options, "pool": POOL} if pool else options,
    }
    journal = {**base, "OPTIONS": {**options, "pool": {**POOL, "max_size": 4}} if pool else options}
    return {"default": base, "journal": {**journal, "TEST": {"MIRROR": "default"}}}


class JournalRouter:
    """Sessions and rate limits may change while a page is only shown: they go by `journal`."""

    labels = frozenset({"sessions", "django_cache"})

    def db_for_write(self, model: Any, **hints: Any) -> str | None:
        return "journal" if model._meta.app_label in self.labels else None

    def allow_relation(self, left: Any, right: Any, **hints: Any) -> bool:
        """Both aliases are one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"
