from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.cast import CENTRE, account, actor, party
from yimen.homeservice import actions
from yimen.homeservice.actions import Told, Wish
from yimen.homeservice.models import Route, Stop, Visit
from yimen.lib.ids import new_id
from yimen.lib.time import ZONE, at
from yimen.matters.loaders import demo as matters
from yimen.places.models import ServicePoint

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
TUESDAY = date(2026, 11, 24)
CARD = "social-card-006"  # the catalogue offers it at home


def point() -> ServicePoint:
    return ServicePoint.objects.get(pk=CENTRE)


def asked(who: str = "mother", by: str = "clerk", **wish: Any) -> Visit:
    values = {"matters": (CARD,), **wish}
    return actions.ask(
        point(), party(who), Wish(**values), channel="counter", by=actor(by), at=MONDAY
    )


def planned(
    *visits: Visit, day: date = TUESDAY, half: str = "am", going: tuple[str, ...] = ("clerk",)
) -> Route:
    return actions.plan(
        point(), day=day, half=half, going=[account(g).pk for g in going],
        visits=[v.pk for v in visits], by=actor("assistant"), at=MONDAY,
    )  # fmt: skip


def clock(hour: int, minute: int = 0, day: date = TUESDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def did(
    stop: Stop,
    act: str,
    when: datetime,
    *,
    by: str = "clerk",
    late: int = 0,
    key: Any = None,
    **papers: str,
) -> str:
    """One act, `late` minutes on the way to us."""
    told = Told(key or new_id(), actions.way.Act(act), when, papers)
    return actions.step(stop.pk, told, by=actor(by, when.date()), at=when + timedelta(minutes=late))


@pytest.fixture
def monday(cast: None) -> Iterator[None]:
    """The community with its catalogue, on a Monday morning at nine."""
    with at(MONDAY):
        matters()
        yield
