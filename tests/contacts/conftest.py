from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.notices.world import World, build

LEDGER = ("ledger_entry", "ledger_root", "ledger_leaf")


@pytest.fixture
def world(db: None) -> World:
    return build()


def _guards(word: str) -> None:
    with connection.cursor() as cursor:
        for table in LEDGER:
            cursor.execute(f"ALTER TABLE {table} {word} TRIGGER USER")


@pytest.fixture
def _guarded_again(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest
) -> Iterator[None]:
    yield
    with django_db_blocker.unblock():
        _guards("ENABLE")
        connection.close()


@pytest.fixture
def committed(_guarded_again: None, transactional_db: None) -> Iterator[World]:
    """A world that other connections see. The ledger refuses to be emptied, so its guards rest
    while the test database is."""
    yield build()
    _guards("DISABLE")
