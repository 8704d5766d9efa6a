"""Keys: made once by `yimen init`, kept in the data folder, readable by the owner alone.

Two kinds, so that one can change without the other: SECRET_KEY signs sessions and cookies; the
keys for people's data encrypt numbers (by key id, so that a new key can follow an old one) and
make the blind index. Losing the latter loses the numbers: they belong in a safe, see `backup`.
"""

from __future__ import annotations

import base64
import json
import os
import secrets as _random
import threading
import time
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

FILE = "secret.toml"
RETIRED = "secret.retired.toml"
LOOK_EVERY_S = 1.0


@dataclass(frozen=True)
class Keys:
    """`people` is key id -> base64 of 32 bytes; the highest id encrypts, all decrypt."""

    secret_key: str = ""
    people: dict[str, str] = field(default_factory=dict)
    blind: str = ""

    @property
    def complete(self) -> bool:
        return bool(self.secret_key and self.people and self.blind)


def _key() -> str:
    return base64.b64encode(_random.token_bytes(32)).decode()


def make() -> Keys:
    """Fresh keys from the operating system's randomness."""
    return Keys(_random.token_urlsafe(48), {"1": _key()}, _key())


def as_toml(keys: Keys) -> str:
    """The file's text. Every value is URL-safe or base64, so quoting is simple."""
    people = "\n".join(f'{number} = "{key}"' for number, key in keys.people.items())
    return (
        "# Keys of this installation. Keep a copy in a safe: without it numbers are lost.\n"
        f'secret_key = "{keys.secret_key}"\nblind = "{keys.blind}"\n\n'
        "# `yimen rotate-keys` adds the next number and takes old ones out once nothing uses them.\n"
        f"[people]\n{people}\n"
    )


def create(folder: Path) -> Path:
    """Write fresh keys unless there are some; whoever comes second keeps the first one's."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(handle, "w") as out:
        out.write(as_toml(make()))
    return path


def may_create(folder: Path) -> bool:
    """Only where no data can have been written with other keys."""
    if load(folder).complete or (folder / FILE).exists() or os.environ.get("DATABASE_URL"):
        return False
    return not any(folder.glob("pg*/PG_VERSION"))


def load(folder: Path) -> Keys:
    """Keys from the environment first, then from the file; empty where there are none."""
    path = folder / FILE
    found = tomllib.loads(path.read_text()) if path.is_file() else {}
    env = os.environ
    return Keys(
        env.get("YIMEN_SECRET_KEY") or found.get("secret_key", ""),
        json.loads(env["YIMEN_KEYS"]) if env.get("YIMEN_KEYS") else dict(found.get("people", {})),
        env.get("YIMEN_BLIND_KEY") or found.get("blind", ""),
    )


# --- changing them while the site runs ---------------------------------------------------------


class Watched:
    """The keys for people's data as the file holds them now. A running process looks at the file's
    date once a second, so that a new key is known everywhere on the machine within two."""

    def __init__(self, folder: Path) -> None:
        self._path, self._lock = folder / FILE, threading.Lock()
        self._seen, self._next, self._held = -1, 0.0, load(folder)

    def __call__(self, anew: bool = False) -> tuple[dict[str, str], str]:
        if anew or time.monotonic() >= self._next:
            with self._lock:
                self._look()
        return self._held.people, self._held.blind

    def _look(self) -> None:
        self._next = time.monotonic() + LOOK_EVERY_S
        try:
            date = self._path.stat().st_mtime_ns
        except FileNotFoundError:  # taken away: what was read before still opens everything
            return
        if date != self._seen:
            self._seen, found = date, load(self._path.parent)
            self._held = found if found.people else self._held


def from_environment() -> bool:
    """Are the keys for people's data given by the environment, where no command can change them?"""
    return bool(os.environ.get("YIMEN_KEYS"))


def add_key(folder: Path) -> str:
    """Write a new key into the file, for new values from now on; its id."""
    keys = load(folder)
    number = str(max(int(known) for known in keys.people) + 1)
    _replace(folder / FILE, as_toml(replace(keys, people={**keys.people, number: _key()})))
    return number


def retire(folder: Path, numbers: Iterable[str]) -> Path:
    """Move keys out of the file into another one, which the program never reads. Backups from
    before need it: it belongs in the safe for as long as they are kept."""
    keys, aside = load(folder), folder / RETIRED
    gone = {number: keys.people[number] for number in numbers}
    before = tomllib.loads(aside.read_text())["people"] if aside.is_file() else {}
    people = "\n".join(f'{number} = "{key}"' for number, key in {**before, **gone}.items())
    _replace(
        aside, f"# Keys no longer in use. Backups from before need them.\n[people]\n{people}\n"
    )
    stay = {number: key for number, key in keys.people.items() if number not in gone}
    _replace(folder / FILE, as_toml(replace(keys, people=stay)))
    return aside


def _replace(path: Path, text: str) -> None:
    """Whole or not at all, readable by the owner alone, and on the disk before it counts."""
    half = path.with_name(path.name + ".new")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    half.replace(path)
