"""A backup: one folder with the database, the files, a list of digests, and the keys if wanted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from yimen.config import pgbin, secrets
from yimen.config.words import pick
from yimen.files.vault import PENDING
from yimen.ledger.abreast import close_all
from yimen.lib.time import now

DUMP, FILES, MANIFEST = "database.dump", "files", "manifest.json"
ASIDE = ".before-"
WHICH = "PGTARGETSESSIONATTRS"  # of several servers, the one that may write
Say = Callable[[str], None]


class Refused(RuntimeError):
    """Not done, and nothing was changed; the text says why and what to do."""


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself. Digests only: a backup's list must not tell who is in it."""

    made_at: str
    version: str
    migrations: list[str]
    keys: dict[str, str]
    with_keys: bool
    digests: dict[str, str]


def digest(path: Path) -> str:
    """SHA-256 of a file of any size."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def key_marks() -> dict[str, str]:
    """Marks by which keys are told apart and from which they cannot be found."""
    keys = {**settings.YIMEN_KEYS, "blind": settings.YIMEN_BLIND_KEY}
    return {
        name: hashlib.sha256(b"yimen key mark" + str(key).encode()).hexdigest()[:16]
        for name, key in keys.items()
    }


def applied() -> list[str]:
    """The migrations that the database has seen."""
    seen = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in seen)


def postgres(program: str, *words: str) -> None:
    """Run one of PostgreSQL's programs on our database; the password never stands in the list of
    processes."""
    known = settings.DATABASES["default"]
    names = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD"}
    env = dict(os.environ)
    env.update({env_name: str(known[n]) for n, env_name in names.items() if known.get(n)})
    env["PGDATABASE"] = str(known["NAME"])
    for option, env_name in (("sslmode", "PGSSLMODE"), ("target_session_attrs", WHICH)):
        if known["OPTIONS"].get(option):
            env[env_name] = str(known["OPTIONS"][option])
    done = subprocess.run([pgbin.program(program), *words], env=env, capture_output=True, text=True)
    if done.returncode:
        raise Refused(f"{program}: {done.stderr.strip()[-2000:]}")


# --- making ------------------------------------------------------------------------------------


def make(folder: Path, *, with_keys: bool, force: bool, version: str, say: Say) -> Manifest:
    """Write a backup. It appears under its name only when it is whole."""
    if folder.exists() and any(folder.iterdir()) and not force:
        raise Refused(
            pick(
                f"{folder} 已有内容，没有覆盖。请换一个文件夹，或加 --force。",
                f"{folder} is not empty and was left alone. Name another folder, or add --force.",
            )
        )
    half = folder.with_name(folder.name + ".partial")
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(mode=0o700, parents=True)
    say(pick("数据库 ...", "database ..."))
    postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", "-f", str(half / DUMP))
    say(pick("文件 ...", "files ..."))
    _copy_files(Path(settings.YIMEN_FILES), half / FILES)
    if with_keys:
        _write_keys(half / secrets.FILE)
    manifest = Manifest(
        now().isoformat(), version, applied(), key_marks(), with_keys, _digests(half)
    )
    (half / MANIFEST).write_text(json.dumps(asdict(manifest), indent=1))
    if folder.exists():
        shutil.rmtree(folder)
    half.rename(folder)
    return manifest


def _copy_files(source: Path, target: Path) -> None:
    """Wherever YIMEN_FILES is. Contents are added, removed and (by a new key) replaced whole, so
    what the database's snapshot names is there; what a restore set aside is left out."""
    if source.is_dir():
        passing = shutil.ignore_patterns(f"{ASIDE}*", f"{PENDING}*")
        shutil.copytree(source, target, ignore=passing, copy_function=_copy_if_there)
    else:
        target.mkdir()


def _copy_if_there(source: str, target: str) -> None:
    try:
        shutil.copy2(source, target)
    except FileNotFoundError:  # erased in this moment
        pass


def _write_keys(path: Path) -> None:
    path.touch(mode=0o600)
    keys = secrets.Keys(settings.SECRET_KEY, settings.YIMEN_KEYS, settings.YIMEN_BLIND_KEY)
    path.write_text(secrets.as_toml(keys))


def _digests(folder: Path) -> dict[str, str]:
    found: Iterable[Path] = sorted(p for p in folder.rglob("*") if p.is_file())
    return {str(p.relative_to(folder)): digest(p) for p in found if p.name != MANIFEST}


# --- bringing back -----------------------------------------------------------------------------


def read(folder: Path) -> Manifest:
    """The list of a backup, after every file was compared with it."""
    path = folder / MANIFEST
    if not path.is_file():
        raise Refused(
            pick(f"{folder} 不是一份备份（没有 {MANIFEST}）。",
                 f"{folder} is no backup (there is no {MANIFEST}). Name the folder itself.")
        )  # fmt: skip
    manifest = Manifest(**json.loads(path.read_text()))
    found = _digests(folder)
    wrong = [name for name, mark in manifest.digests.items() if found.get(name) != mark]
    if wrong:
        names = ", ".join(wrong[:5])
        raise Refused(
            pick(f"备份已损坏或被改动：{names}。没有恢复。",
                 f"The backup is damaged or was changed: {names}. Nothing was restored.")
        )  # fmt: skip
    return manifest


def check_fits(manifest: Manifest, folder: Path, *, use_keys: bool, force: bool) -> None:
    """Refuse before anything is touched."""
    unknown = set(manifest.migrations) - _known_migrations()
    if unknown:
        raise Refused(
            pick("这份备份来自更新的版本，请先升级 Yimen。",
                 f"The backup is of a newer version ({manifest.version}). Upgrade Yimen first.")
        )  # fmt: skip
    if manifest.keys != key_marks() and not (use_keys and manifest.with_keys):
        raise Refused(
            pick("备份是用别的密钥加密的：请加 --keys（备份含密钥时），或先放回原来的 secret.toml。",
                 "The backup was written with other keys: add --keys (if it holds them), or put "
                 "the old secret.toml back first.")
        )  # fmt: skip
    files = Path(settings.YIMEN_FILES)
    occupied = _tables() or (files.is_dir() and any(files.iterdir()))
    if occupied and not force:
        raise Refused(
            pick("这里已有数据，没有覆盖。确实要替换全部数据，请加 --force。",
                 "There is data here, and it was left alone. To replace all of it add --force.")
        )  # fmt: skip


def _known_migrations() -> set[str]:
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}


def _tables() -> list[str]:
    return connection.introspection.table_names()


def restore(folder: Path, *, use_keys: bool, force: bool, say: Say) -> Manifest:
    """Replace database, files and (if asked) keys by the backup's. The caller then verifies."""
    say(pick("核对备份 ...", "checking the backup ..."))
    manifest = read(folder)
    check_fits(manifest, folder, use_keys=use_keys, force=force)
    say(pick("数据库 ...", "database ..."))
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    close_all()
    postgres(
        "pg_restore", "--no-owner", "--no-privileges", "--no-comments", "--exit-on-error",
        "--single-transaction", "-d", str(settings.DATABASES["default"]["NAME"]),
        str(folder / DUMP),
    )  # fmt: skip
    say(pick("文件 ...", "files ..."))
    _replace_files(folder / FILES, Path(settings.YIMEN_FILES))
    if use_keys and manifest.with_keys:
        _replace_keys(folder / secrets.FILE, settings.VAR / secrets.FILE)
    return manifest


def _replace_files(source: Path, target: Path) -> None:
    """The old files are set aside, in a folder with the moment in its name, on the same disk. The
    folder itself stays: it may be another disk's."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    old = [path for path in target.iterdir() if not path.name.startswith(ASIDE)]
    if old:
        aside = target / f"{ASIDE}{now():%Y%m%d-%H%M%S}"
        aside.mkdir()
        for path in old:
            path.rename(aside / path.name)
    shutil.copytree(source, target, dirs_exist_ok=True)
    target.chmod(0o700)


def _replace_keys(source: Path, target: Path) -> None:
    if target.exists():
        target.rename(target.with_name(f"{target.name}.before-{now():%Y%m%d-%H%M%S}"))
    target.touch(mode=0o600)
    target.write_text(source.read_text())
