"""Where an installed Chromium is, for tests and screenshots."""

from __future__ import annotations

import os
import shutil
import sys

from yimen.config import debian

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REMEDY = "no Chromium here; install it (Debian: sudo apt-get install chromium) and run again"
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


def find() -> str | None:
    """The path of a Chromium; CHROMIUM in the environment wins."""
    named = os.environ.get("CHROMIUM")
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def install() -> bool:
    """As root on a Debian, fetch it; elsewhere only say how."""
    if find():
        return True
    debian.install("Chromium for the browser tests", "chromium")
    return find() is not None


if __name__ == "__main__":
    if not install():
        print(REMEDY, file=sys.stderr)
        raise SystemExit(1 if os.environ.get("CI") else 0)
