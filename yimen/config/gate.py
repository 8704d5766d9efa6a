"""`make test`: everything that must hold before a change goes in, each step with its time.

All steps run even when one fails, so that one look shows everything. One embedded server serves
the whole run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent
SOURCES = ["yimen", "tests", "bench", "chaos", "conftest.py", "hatch_build.py"]

STEPS: dict[str, list[str]] = {
    "format": [f"{BIN}/ruff", "format", "--check", "--quiet", *SOURCES],
    "lint": [f"{BIN}/ruff", "check", "--quiet", *SOURCES],
    "types": [f"{BIN}/mypy"],
    "import contract": [f"{BIN}/lint-imports", "--no-cache"],
    "translations compile": [f"{BIN}/yimen", "compilepo"],
    "system check": [f"{BIN}/yimen", "check", "--fail-level", "WARNING"],
    "missing migrations": [f"{BIN}/yimen", "makemigrations", "--check", "--dry-run"],
    "tests": [f"{BIN}/pytest", "-n", "2", "--dist", "loadfile", "-q", "--durations=10"],
}
# Debian's package for a program that some tests call
PROGRAMS = {"sip-tester": "sipp", "espeak-ng": "espeak-ng"}


def environment() -> dict[str, str]:
    """A data folder of its own, the keys of the tests, the real clock unless a test sets it."""
    env = {key: value for key, value in os.environ.items() if key not in ("YIMEN_NOW", "DOORS")}
    env.setdefault("YIMEN_DATA", str(ROOT / "var" / "test"))
    env["DJANGO_SETTINGS_MODULE"] = "yimen.config.settings"
    return env


def run(names: list[str]) -> list[str]:
    """Run the steps; returns the names of those that failed."""
    failed = []
    for name in names:
        print(f"\n--- {name}", flush=True)
        begun = time.monotonic()
        done = subprocess.run(STEPS[name], cwd=ROOT)
        print(f"--- {name}: {'FAILED' if done.returncode else 'ok'}, "
              f"{time.monotonic() - begun:.0f} s", flush=True)  # fmt: skip
        if done.returncode:
            failed.append(name)
    return failed


def main(argv: list[str]) -> int:
    os.environ.update(environment())
    os.environ.pop("YIMEN_NOW", None)
    sys.path.insert(0, str(ROOT))
    from yimen.config import chromium, debian, testing

    if not chromium.install():
        print(chromium.REMEDY, flush=True)
        if os.environ.get("CI"):
            return 1
    if missing := [package for package, program in PROGRAMS.items() if not shutil.which(program)]:
        # the tests of calls by SIP are skipped, with the remedy, where these cannot be had
        debian.install("Programs for the tests of the telephone", *missing)
    _ = testing  # importing it brought the server up for the whole run
    begun = time.monotonic()
    failed = run(argv or list(STEPS))
    verdict = f"FAILED: {', '.join(failed)}" if failed else "all good"
    print(f"\n{verdict} ({time.monotonic() - begun:.0f} s)", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
