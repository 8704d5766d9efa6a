from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from yimen.counters.loaders import load
from yimen.lib.time import ZONE, at

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


@pytest.fixture
def hall(cast: None) -> Iterator[None]:
    """The demonstration's halls on a Monday morning."""
    load()
    with at(MONDAY):
        yield
