"""Keep this release's data for the tests of the next one. Run it once, when a release is made:

    python -m tests.upgrade.make        writes tests/upgrade/v0.1.0.tar.xz

It is an ordinary `yimen backup --keys` of the demonstration with two uploads, packed again more
tightly. All people in it are invented, and so are the keys.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from chaos.site import ROOT, environment

HERE = Path(__file__).resolve().parent
UPLOADS = """
from tests.files.samples import pdf, picture
from yimen.files.actions import store
from yimen.lib.actor import system
from yimen.lib.time import now
for name, content in (("a.jpg", picture()), ("b.pdf", pdf())):
    store(content, name=name, purpose="upgrade", street="310199001", by=system(), at=now())
"""
# xz does better with what is not compressed yet
DUMP = """
from yimen.config.archive import postgres
postgres("pg_dump", "--format=custom", "--compress=0", "--no-owner", "--no-privileges", "-f", {path!r})
"""


def yimen(folder: Path, *words: str, text: str | None = None) -> None:
    """One command of the program, with a data folder of its own."""
    subprocess.run(
        [sys.executable, "-m", "yimen", *words],
        env=environment(folder), cwd=ROOT, input=text, text=True, check=True,
    )  # fmt: skip


def tighter(folder: Path, kept: Path) -> None:
    """The dump again without its own compression; the list of digests follows."""
    from yimen.config import archive

    yimen(folder, "shell", text=DUMP.format(path=str(kept / archive.DUMP)))
    manifest = json.loads((kept / archive.MANIFEST).read_text())
    manifest["digests"][archive.DUMP] = archive.digest(kept / archive.DUMP)
    (kept / archive.MANIFEST).write_text(json.dumps(manifest, indent=1))


def main() -> None:
    from yimen.config.cli import own_version

    target = HERE / f"v{own_version()}.tar.xz"
    with tempfile.TemporaryDirectory(prefix="yimen-upgrade-") as made:
        folder = Path(made)
        folder.chmod(0o711)
        yimen(folder, "init")
        yimen(folder, "import", "demo")
        yimen(folder, "shell", text=UPLOADS)
        yimen(folder, "backup", str(folder / "kept"), "--keys")
        tighter(folder, folder / "kept")
        with tarfile.open(target, "w:xz", preset=9) as out:
            out.add(folder / "kept", arcname="kept")
    print(f"{target}: {target.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
