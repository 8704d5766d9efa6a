"""What an operator may choose: YIMEN_... in the environment, else `config.toml` in the data folder.

Without Django, because the command line asks before it is worth loading.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from yimen.config import folders, secrets


@cache
def _config(folder: Path) -> dict[str, Any]:
    file = folder / "config.toml"
    return tomllib.loads(file.read_text()) if file.is_file() else {}


def setting(name: str, default: Any) -> Any:
    """YIMEN_NAME from the environment (JSON for anything but text), else config.toml, else
    `default`."""
    text = os.environ.get(f"YIMEN_{name.upper()}")
    if text is None:
        return _config(folders.var()).get(name, default)
    return text if isinstance(default, str) else json.loads(text)


def hours(name: str, default: list[int]) -> tuple[int, int]:
    """A part of the day, as [8, 20]: from the first hour until the second. ValueError at the start
    of the program says what is wrong."""
    said = setting(name, default)
    whole = isinstance(said, list) and [type(one) for one in said] == [int, int]
    if not whole or not 0 <= said[0] < said[1] <= 24:
        raise ValueError(f"{name}: two whole hours of a day, the earlier first, as [8, 20]")
    return said[0], said[1]


def demo() -> bool:
    """Is this the demonstration? Its loader leaves a file behind."""
    return bool(setting("demo", (folders.var() / "demo").exists()))


def own_word(door: str) -> str:
    """In a demonstration, the word for a door that believes whoever signs: it comes from the keys of
    the installation, so that `yimen simulate` knows it and nobody else. "" elsewhere: shut."""
    key = secrets.load(folders.var()).secret_key if demo() else ""
    return (
        hmac.new(key.encode(), f"door:{door}".encode(), hashlib.sha256).hexdigest() if key else ""
    )
