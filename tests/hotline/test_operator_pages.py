"""What the operator's pages ask of the database: bounded, however many requests, calls and callers of
one event there are. They are asked for all day, the small part about ringing calls every 1.5 s."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.world import matter
from tests.cast import STREET, account, actor, party
from yimen.hotline import actions
from yimen.hotline.actions import Taken
from yimen.lib.actor import system
from yimen.lib.time import ZONE, at, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
PLACE = f"{STREET}001"
MOST = {"/desk/line/": 20, "/desk/line/ringing/": 6, "/desk/line/addresses/?q=wtl": 5}
ON_CALL = {"/desk/line/": 18, "/desk/line/ringing/": 6}


@pytest.fixture(autouse=True)
def _monday(cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def live(count: int) -> None:
    """So many requests, a third of them about one event, calls that gave up, calls that ring."""
    first = None
    for n in range(count):
        with at(MONDAY - timedelta(minutes=3 * count - n)):
            along = first if n % 3 == 0 else None
            d = actions.take(
                Taken("urgent.water", "水管爆了", place=PLACE, party=party("resident").pk, same_as=along),
                by=actor("clerk"), at=now(),
            )  # fmt: skip
            first = first or d.case.help_request.pk
            row = ring(n)
            actions.gone(row.pk, street=STREET, by=system(STREET, "phone"), at=now())
    for n in range(count, count + 4):
        ring(n)


def ring(n: int):
    return actions.ring(
        street=STREET, line="one", exchange_id=f"p{n}", number=f"1990000{1000 + n}",
        by=system(STREET, "phone"), at=now(),
    )  # fmt: skip


def asked(client: Client, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connections["default"]) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("on_call", [False, True])
def test_pages_of_the_line_ask_a_bounded_number_of_questions(on_call: bool) -> None:
    client = Client()
    client.force_login(account("clerk"))
    live(2)
    if on_call:
        actions.answer(number="19900000088", by=actor("clerk"), at=now())
    most = ON_CALL if on_call else MOST
    few = {path: asked(client, path) for path in most}
    assert all(few.values()), "nothing was counted"
    for n in range(100, 106):
        ring(n)
    live_more()
    many = {path: asked(client, path) for path in most}
    assert many == few, "more rows, more questions"
    assert all(many[path] <= most[path] for path in most), many


def live_more() -> None:
    for n in range(12):
        actions.take(
            Taken("street.light", "路灯不亮", place=PLACE, party=party("resident").pk),
            by=actor("clerk"), at=now(),
        )  # fmt: skip
        row = ring(200 + n)
        actions.gone(row.pk, street=STREET, by=system(STREET, "phone"), at=now())
