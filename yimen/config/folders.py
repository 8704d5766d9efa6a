"""Where things lie: the program, its content, and what it keeps."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CHECKOUT = (ROOT / "pyproject.toml").is_file()


def var() -> Path:
    """The data folder: YIMEN_DATA, else `var` beside the clone (or here, for a wheel)."""
    named = os.environ.get("YIMEN_DATA")
    return Path(named or (ROOT if CHECKOUT else Path.cwd()) / "var").resolve()


def data() -> Path:
    """The content shipped with the program."""
    return ROOT / "data" if CHECKOUT else ROOT / "yimen" / "data"
