from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest

from tests.cast import CENTRE, account, actor
from yimen.lib.time import ZONE, at
from yimen.places.models import ServicePoint
from yimen.supervision import actions, loaders, queries
from yimen.supervision.models import Visit

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=ZONE)
DECEMBER = datetime(2026, 12, 1, 9, 0, tzinfo=ZONE)
NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def monday(cast: None) -> Iterator[datetime]:
    with at(MONDAY):
        loaders.load()
        yield MONDAY


@pytest.fixture
def plan(monday: datetime) -> Callable[..., Visit]:
    def made(*, announced: bool = False, **more: Any) -> Visit:
        given = {
            "month": NOVEMBER, "announced": announced, "supervisor": account("supervisor"),
            "planned_on": date(2026, 11, 20) if announced else None, "by": actor("supervisor"),
            "at": monday,
        } | more  # fmt: skip
        return actions.plan(ServicePoint.objects.get(pk=CENTRE), **given)

    return made


def fill(visit: Visit, *, at: datetime = MONDAY, **levels: str) -> Visit:
    """A finished sheet: everything met but what is named."""
    by = actor("supervisor")
    found = {
        item.code: actions.Found(levels.get(item.code, "met"))
        for item in queries.items_of(visit.benchmark_id)
    }
    actions.save_sheet(visit, found, by=by, at=at)
    return actions.finish(visit, visited_on=at.date(), by=by, at=at)


@pytest.fixture
def shown(plan: Callable[..., Visit]) -> Iterator[Visit]:
    """An unannounced visit of November, shown on the first of December; E3 and C1 lost points."""
    from yimen.supervision import ticks

    visit = fill(plan(), E3="not", C1="partly")
    with at(DECEMBER):
        assert ticks.shown(DECEMBER) == 1
        visit.refresh_from_db()
        yield visit
