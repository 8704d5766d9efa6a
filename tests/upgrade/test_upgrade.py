"""The data of every release that was kept comes into this version whole, in an empty place.

A change that breaks this needs a migration, never another dump: the dumps are made once.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos.site import ROOT, environment

KEPT = sorted(Path(__file__).parent.glob("v*.tar.xz"))


class Place:
    """An empty data folder, and the files on "another disk"."""

    def __init__(self, above: Path) -> None:
        self.data, self.files = above / "data", above / "elsewhere" / "files"
        self.data.mkdir(mode=0o711)
        self.files.parent.mkdir()
        self.env = environment(self.data, YIMEN_FILES=str(self.files))

    def yimen(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "yimen", *words],
            env=self.env, cwd=ROOT, capture_output=True, text=True, timeout=500,
        )  # fmt: skip

    def ask(self, query: str) -> int:
        return int(self.yimen("dbshell", "--", "-Atc", query).stdout)


@pytest.fixture
def above() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="yimen-upgrade-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def entries(said: str) -> int:
    """How many entries `yimen verify` found good."""
    found = re.search(r"ok entries=(\d+) streams=\d+ roots=\d+", said)
    assert found, said
    return int(found[1])


def test_there_is_something_to_upgrade_from() -> None:
    assert KEPT


@pytest.mark.slow
@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.name.removesuffix(".tar.xz"))
def test_an_old_release_comes_into_this_one_whole(kept: Path, above: Path) -> None:
    with tarfile.open(kept) as packed:
        packed.extractall(above, filter="data")
    place = Place(above)
    done = place.yimen("restore", str(above / "kept"), "--keys")
    assert done.returncode == 0, done.stdout + done.stderr
    before = entries(done.stdout)
    assert "ok files=2" in done.stdout
    assert {p.name for p in (above / "kept" / "files").rglob("*") if p.is_file()} == {
        p.name for p in place.files.rglob("*") if p.is_file()
    }, "files come back to where YIMEN_FILES is"
    assert place.ask("SELECT count(*) FROM cases_case") > 50

    # what comes after stands on the old chains
    for tick in ("cases.sweep", "ledger.roots"):
        done = place.yimen("tick", tick)
        assert done.returncode == 0, done.stderr
    again = place.yimen("verify")
    assert again.returncode == 0 and entries(again.stdout) >= before, again.stdout

    # a torn file is found
    next(path for path in place.files.glob("??/??/*")).write_bytes(b"torn")
    torn = place.yimen("checkfiles")
    assert torn.returncode == 1 and "reason=unreadable" in torn.stdout
