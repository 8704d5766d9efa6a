"""A small storm with every test run; the full one is `make chaos`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from chaos import storm


@pytest.fixture
def place() -> Iterator[Path]:
    """Where another user (PostgreSQL's) may enter, unlike pytest's own folders."""
    made = Path(tempfile.mkdtemp(prefix="yimen-chaos-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_while_everything_is_killed_in_turn(place: Path) -> None:
    outcome = storm.run(place, ops=150, clients=8, kills=len(storm.VICTIMS), settle_s=5)
    shown = storm.table(outcome)
    assert outcome.good, shown
    assert set(outcome.back_s) == set(storm.VICTIMS), shown
    assert outcome.done >= 150, shown
    assert outcome.answers["intake"] and outcome.answers["act"], shown
    assert outcome.figures["messages sent"], shown
