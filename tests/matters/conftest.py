"""The shipped catalogue, loaded once for the tests of this house."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from yimen.matters import loaders, search

DATA = Path(__file__).resolve().parent.parent.parent / "data"


def matter_json(code: str) -> dict[str, Any]:
    return dict(json.loads((DATA / "matters" / f"{code}.json").read_text(encoding="utf-8")))


@pytest.fixture
def catalogue(db: None) -> Iterator[None]:
    """Everything that `yimen import demo` loads for this house; kept once in a template table
    would be faster, but the shipped vectors make it a few seconds a module at most."""
    search._kept.clear()
    loaders.demo()
    yield
    search._kept.clear()


@pytest.fixture(scope="module")
def catalogue_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The catalogue for a whole module of tests that only read."""
    with django_db_blocker.unblock():
        with transaction.atomic():
            search._kept.clear()
            loaders.demo()
            yield
            transaction.set_rollback(True)
        search._kept.clear()
        connection.close()
