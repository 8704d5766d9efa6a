"""What an operator may choose: YIMEN_... in the environment, else `config.toml` in the data folder.

Without Django, because the command line asks before it is worth loading.
"""

from __future__ import annotations

import json
import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from yimen.config import folders


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


def demo() -> bool:
    """Is this the demonstration? Its loader leaves a file behind."""
    return bool(setting("demo", (folders.var() / "demo").exists()))
