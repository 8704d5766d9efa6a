"""The two measures and the seats, as pure rules and on the page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cast import STREET, account, actor
from yimen.hotline import actions, figures, measures
from yimen.hotline.measures import Rung
from yimen.lib.actor import system
from yimen.lib.queues import within
from yimen.lib.time import ZONE, at, now

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
PAGE = "/desk/line/service/"
rung = st.integers(0, 60).flatmap(
    lambda n: st.integers(0, n).flatmap(
        lambda p: st.integers(0, p).map(lambda soon: Rung(n, p, soon))
    )
)


@given(st.lists(rung, max_size=20))
def test_the_whole_is_the_sum_of_its_parts(parts) -> None:
    whole = measures.total(parts)
    assert whole.came == sum(p.came for p in parts)
    assert whole.picked + whole.gave_up == whole.came and whole.in_time <= whole.picked
    for share in (whole.connected, whole.prompt):
        assert share is None or 0 <= share <= 1
    assert (whole.connected is None) == (whole.came == 0)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0, 60), min_size=24, max_size=24), st.integers(60, 300))
def test_every_hour_has_a_seat_and_enough_by_the_formula(calls, service) -> None:
    plan = measures.advise(calls, service, wait_s=15, share=0.9, seed=1)
    assert [one.hour for one in plan] == list(range(24))
    assert all(one.seats >= 1 for one in plan)
    for one in plan:
        assert one.formula == within(one.seats, one.calls / 3600, service, 15) >= 0.9


def test_more_calls_never_need_fewer_seats_by_the_formula_and_the_play_agrees() -> None:
    quiet = measures.advise([2.0] * 24, 210, wait_s=15, share=0.95, seed=3)
    busy = measures.advise([40.0] * 24, 210, wait_s=15, share=0.95, seed=3)
    assert all(b.seats > q.seats for b, q in zip(busy, quiet, strict=True))
    played = [one.played for one in busy if one.played is not None]
    assert sum(played) / len(played) >= 0.93


def test_the_play_sees_what_the_formula_forgets() -> None:
    """One hour of rush and too few seats: the next hour still pays for it."""
    calls = [0.0] * 8 + [120.0, 10.0] + [0.0] * 14
    seats = [1] * 8 + [3, 1] + [1] * 14
    seen = measures.play(calls, seats, 210, wait_s=15, seed=5)
    assert within(1, 10 / 3600, 210, 15) > seen[9] + 0.2


@pytest.fixture
def calls(cast):
    """Two days: three in time, one late, one that gave up, one still ringing."""
    clerk, by = actor("clerk"), system(STREET, "phone")

    def rings(n: int, moment: datetime, after: int | None, *, picked: bool = True) -> None:
        with at(moment):
            row = actions.ring(
                street=STREET, line="one", exchange_id=f"m{n}", number=f"199000001{n:02d}", by=by,
                at=now(),
            )  # fmt: skip
        if after is None:
            return
        with at(moment + timedelta(seconds=after)):
            if picked:
                call = actions.pick_up(row.pk, by=clerk, at=now())
                actions.hang_up(call, outcome="wrong", by=clerk, at=now() + timedelta(seconds=90))
            else:
                actions.gone(row.pk, street=STREET, by=by, at=now())

    sunday = MONDAY - timedelta(days=1, hours=6)
    rings(1, sunday, 5)
    rings(2, sunday + timedelta(minutes=10), 15)
    rings(3, MONDAY - timedelta(hours=8), 16)
    rings(4, MONDAY - timedelta(hours=8, minutes=-20), 30, picked=False)
    rings(5, MONDAY - timedelta(minutes=20), 3)
    rings(6, MONDAY - timedelta(seconds=5), None)
    with at(MONDAY):
        yield


@pytest.mark.django_db
def test_figures_by_day_and_hour_and_the_calls_behind(calls) -> None:
    who, first, last = actor("clerk"), (MONDAY - timedelta(days=1)).date(), MONDAY.date()
    days = figures.by_day(who, first, last)
    assert days == {first: Rung(2, 2, 2), last: Rung(3, 2, 1)}
    hours = figures.by_hour(who, first, last)
    assert hours == {3: Rung(2, 2, 2), 1: Rung(2, 1, 0), 8: Rung(1, 1, 1)}
    for what, n in (("came", 5), ("picked", 4), ("in_time", 3), ("late", 1), ("gave_up", 1)):
        assert figures.behind(who, first, last, hour=None, what=what).count() == n
    assert figures.behind(who, first, last, hour=1, what="gave_up").count() == 1
    assert not figures.by_day(actor("officer"), first, last)


@pytest.mark.django_db
def test_the_page_and_what_it_opens(calls, django_assert_max_num_queries) -> None:
    client = Client()
    client.force_login(account("clerk"))
    page = client.get(PAGE).content.decode()
    assert "80%" in page and "75%" in page, "four of five connected, three of four in time"
    assert "建议坐席" in page
    behind = client.get(f"{PAGE}calls/?first=2026-03-01&last=2026-03-02&what=gave_up")
    text = behind.content.decode()
    assert text.count("没等到接") == 1 and "199" not in text.split("<main")[1]
    for strange in ("hour=99", "hour=x", "what=no", "first=2026-99-99", "last=x"):
        assert client.get(f"{PAGE}calls/?{strange}").status_code == 200
    with django_assert_max_num_queries(40):
        client.get(PAGE)
    client.force_login(account("auditor"))
    assert client.get(PAGE).status_code == 200
    client.force_login(account("officer"))
    assert client.get(PAGE).status_code == client.get(f"{PAGE}calls/").status_code == 404
