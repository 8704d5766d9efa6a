"""The demonstration's figures: its days are counted at once, so that the board has a past."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from yimen.lib.time import now
from yimen.reports.ticks import daily


def demo(*_paths: Path, say: Callable[[str], None] = lambda _line: None) -> int:
    """Count the days that the demo community has lived. Returns how many."""
    return daily(now())
