"""The invented community as every test meets it: a sub-district, its bodies, some thirty people.

    from tests.cast import account, actor, party, body

    pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
    actor("clerk"), account("officer"), body("bo-civil-affairs"), party("resident")

The mark is needed beside the fixture: by it the journal's connection is set up (config/testing.py).
The cast is loaded once per session; a transactional test, which empties the tables, gets it anew.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "yimen-demo"
STREET, OTHER_STREET = "310199001", "310199002"
CENTRE, CENTRE_2, OTHER_CENTRE = "31019900101", "31019900102", "31019900201"
DEMO = Path(__file__).resolve().parent.parent / "data" / "demo"


def load_cast() -> None:
    """Load the community into the database at hand; what is there already stays."""
    from yimen.bodies.loaders import demo as bodies
    from yimen.people.loaders import demo as people
    from yimen.places.loaders import community

    community()
    people()
    bodies()


@pytest.fixture(scope="session")
def cast_once(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the cast outside of any test's transaction."""
    with django_db_blocker.unblock():
        load_cast()


@pytest.fixture
def cast(cast_once: None, db: None) -> None:
    """The community is there, whatever earlier transactional tests emptied."""
    from yimen.bodies.models import MatrixRule

    if not MatrixRule.objects.exists():
        load_cast()


def account(username: str) -> Any:
    """The account of that name."""
    from yimen.people.models import Account

    return Account.objects.get(username=username)


def actor(username: str, on: date | None = None) -> Any:
    """The actor that an account is today, or on another day."""
    from yimen.bodies.queries import actor_for

    return actor_for(account(username), on)


def body(code: str, street: str = STREET) -> Any:
    """The body of that code in the demo street, else the city's."""
    from yimen.bodies.queries import body as find

    return find(street, code)


@cache
def facts(key: str) -> dict[str, Any]:
    """What `data/demo/people.json` says about a person, numbers in full."""
    rows = json.loads((DEMO / "people.json").read_text(encoding="utf-8"))["parties"]
    return next(row for row in rows if row["key"] == key)


def party(key: str) -> Any:
    """The record of somebody in `data/demo/people.json`."""
    from yimen.people.models import Party
    from yimen.people.queries import by_document

    row = facts(key)
    if row["id_number"]:
        return by_document(row["street"], row["id_type"], row["id_number"])
    return Party.objects.get(street=row["street"], name=row["name"], id_index=None)
