"""A Monday in March 2026, a few matters in force, and machines with tokens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache

from tests.api.calling import Machine
from tests.cases.world import MONDAY, matter
from tests.cast import account
from yimen.lib import time
from yimen.lib.actor import system
from yimen.people.actions import issue_token

MATTERS = ("civil-affairs-001", "civil-affairs-008", "medical-insurance-001", "civil-affairs-018")


@pytest.fixture(autouse=True)
def monday(cast: None) -> Iterator[datetime]:
    """The clock stands still; tests move it where days matter."""
    cache.clear()
    with time.at(MONDAY) as moment:
        for code in MATTERS:
            matter(code)
        yield moment


@pytest.fixture
def machine() -> Any:
    """`machine("clerk")`: somebody's programs."""

    def made(username: str | None) -> Machine:
        if username is None:
            return Machine("")
        return Machine(issue_token(account(username), by=system(), at=time.now()))

    return made
