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
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

FILE = "secret.toml"


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
        "# To change the key add a line with the next number; old lines stay.\n"
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
