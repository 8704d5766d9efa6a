"""Where an installed Chromium is, for tests and screenshots."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

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
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    print("Chromium for the browser tests: apt-get install chromium ...", flush=True)
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-qy", "--no-install-recommends", "chromium"]):
        if subprocess.run(["apt-get", *words], env=env, stdout=subprocess.DEVNULL).returncode:
            return False
    return find() is not None


if __name__ == "__main__":
    if not install():
        print(REMEDY, file=sys.stderr)
        raise SystemExit(1 if os.environ.get("CI") else 0)
