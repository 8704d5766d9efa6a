"""Words for whoever sits at the terminal: Chinese where the terminal speaks Chinese, else English.

Not gettext: what a command says follows the terminal (LANG), while what it writes follows the site.
"""

from __future__ import annotations

import os


def chinese() -> bool:
    """Does the terminal speak Chinese? YIMEN_LANG wins over the usual variables."""
    names = ("YIMEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
    return next((os.environ[n] for n in names if os.environ.get(n)), "").lower().startswith("zh")


def pick(zh: str, en: str) -> str:
    """One of the two."""
    return zh if chinese() else en
