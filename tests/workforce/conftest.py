from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from yimen.lib.time import ZONE, at
from yimen.places.models import ServicePoint
from yimen.workforce import loaders

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


@pytest.fixture
def monday(cast: None) -> Iterator[datetime]:
    with at(MONDAY):
        yield MONDAY


@pytest.fixture
def place(monday: datetime, monkeypatch: pytest.MonkeyPatch) -> ServicePoint:
    """The first centre with its posts, shifts, colleagues and needs; nobody on duty yet."""
    content = loaders.read() | {"leave": []}
    monkeypatch.setattr(loaders, "read", lambda: content)
    monkeypatch.setattr(loaders, "_roster", lambda *_args: 0)
    loaders.demo()
    return ServicePoint.objects.get(pk="31019900101")
