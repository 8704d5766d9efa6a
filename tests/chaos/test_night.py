"""A short night of the help line beside kills of web and worker, against `yimen serve` as it is
started; the long one is `python -m chaos.night`."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos import night
from chaos.site import Site


@pytest.fixture
def place() -> Iterator[Path]:
    """Where another user (PostgreSQL's) may enter, unlike pytest's own folders."""
    made = Path(tempfile.mkdtemp(prefix="yimen-night-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.slow
def test_nothing_of_a_night_is_lost_while_web_and_worker_are_killed(place: Path) -> None:
    outcome = night.run(place, count=60, kills=2, seats=6, speed=60)
    shown = outcome.text()
    assert outcome.good, shown
    assert set(outcome.back_s) == {"web", "worker"}, shown
    report = outcome.report
    assert report.offered == 60 and report.away > 0, shown
    assert len(report.told.cases) > 15 and report.told.enquiries and report.told.messages, shown
    _seen_when_lost(place)


def _seen_when_lost(place: Path) -> None:
    """The same books with one number more than the site gave: the comparison says so."""
    books = json.loads((place / "night.json").read_text())
    books["cases"].append("31019900101202611290999999")
    (place / "wrong.json").write_text(json.dumps(books))
    said = Site(place).run("chaos.night", "--books", str(place / "wrong.json"))
    assert "request 31019900101202611290999999 is lost" in said.stdout, said.stdout + said.stderr
