"""Fill the virtual environment this runs in: pinned packages with hashes, then Yimen itself.

Runs before anything is installed, so it uses the standard library only. uv makes it quick; where
uv cannot be had, pip does the same from the same file.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PINS = ROOT / "requirements-dev.txt"
UV = "uv==0.13.9"
QUIET = ["--quiet", "--disable-pip-version-check"]


def _run(*words: str) -> bool:
    return subprocess.run(words, cwd=ROOT).returncode == 0


def _pip(*words: str) -> bool:
    return _run(sys.executable, "-m", "pip", "install", *QUIET, *words)


def _uv() -> list[str] | None:
    """uv in this environment, fetched when missing."""
    program = Path(sys.executable).parent / "uv"
    if not program.exists() and not _pip(UV):
        return None
    # Certificates of the machine, not uv's own: many offices sit behind an inspecting proxy.
    return [str(program), "pip", "install", "--system-certs", "--python", sys.executable]


def install() -> bool:
    """Packages, then an editable Yimen. Returns whether it worked."""
    fast = _uv()
    if fast and _run(*fast, "--require-hashes", "-r", str(PINS)):
        return _run(*fast, "--quiet", "--no-deps", "--no-build-isolation", "-e", ".")
    print("uv could not; trying pip (slower)", flush=True)
    return _pip("--require-hashes", "-r", str(PINS)) and _pip(
        "--no-deps", "--no-build-isolation", "-e", "."
    )


if __name__ == "__main__":
    if sys.prefix == sys.base_prefix:
        raise SystemExit("Run this inside the virtual environment: make env")
    if not install():
        raise SystemExit("Packages could not be installed; see the lines above.")
