"""The hall's figures: each opens exactly to its tickets, counted days say what the tickets said."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from django.urls import reverse

from tests.cast import CENTRE, account, actor
from yimen.counters import actions, queries, ticks
from yimen.counters.figures import FIGURES, PARTS, behind, part
from yimen.counters.models import HallDay, Ticket
from yimen.lib.actor import ANONYMOUS
from yimen.lib.time import at, now
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hall")]
WINDOW, PAGE = f"{CENTRE}02", f"/desk/hall/figures/{CENTRE}/"


def took(minutes: float, window_min: float, *, wait: float, **what) -> Ticket:
    """A ticket taken `minutes` after nine, called after `wait` and done `window_min` later."""
    point, by = ServicePoint.objects.get(pk=CENTRE), actor("clerk")
    with at(now() + timedelta(minutes=minutes)):
        ticket = actions.take(point, by=ANONYMOUS, at=now(), **what).ticket
        actions.call_next(WINDOW, by=by, at=now() + timedelta(minutes=wait))
        actions.finish(WINDOW, by=by, at=now() + timedelta(minutes=wait + window_min))
    return ticket


@pytest.fixture
def day(hall: None) -> None:
    """Four served, one of them late in the day and one after a long wait; one missed; one left."""
    point, by = ServicePoint.objects.get(pk=CENTRE), actor("clerk")
    actions.open_window(WINDOW, by=by, at=now())
    took(0, 6, wait=2)
    took(20, 10, wait=3, priority="elderly", desk="civil")
    took(60, 8, wait=25)
    took(7 * 60 + 20, 20, wait=5)  # 16:25 to 16:45
    with at(now() + timedelta(minutes=90)):
        actions.take(point, by=ANONYMOUS, at=now())
        actions.call_next(WINDOW, by=by, at=now())
        for _ in range(2):
            actions.recall(WINDOW, by=by, at=now())
        actions.no_show(WINDOW, by=by, at=now() + timedelta(minutes=2))
        gone = actions.take(point, by=ANONYMOUS, at=now()).ticket
        actions.leave(gone, by=by, at=now() + timedelta(minutes=30))


def tallies(by: str):
    on = now().date()
    return queries.tallies(CENTRE, on, on, by)


def test_what_a_day_came_to(day) -> None:
    every = tallies("all")[""]
    assert (every.taken, every.served, every.no_show, every.left, every.here) == (6, 4, 1, 1, 0)
    assert (every.called, every.slow, every.longest_min, every.wait_min) == (5, 1, 25, 7.0)
    assert (every.window_min, every.overtime, every.overtime_min) == (11.0, 1, 15)
    # told "at once to five minutes" each time: five came out so, 25 minutes did not
    assert (every.told, every.right, every.longer, every.shorter) == (5, 4, 1, 0)
    assert every.right_percent == 80 and every.soon_percent == 80
    assert sorted(tallies("hour")) == ["09", "10", "16"]
    assert {k: t.taken for k, t in tallies("desk").items()} == {"general": 5, "civil": 1}
    assert tallies("priority")["elderly"].served == 1


@pytest.mark.parametrize("by", PARTS)
def test_each_figure_opens_exactly_to_its_tickets(day, by) -> None:
    mine = Ticket.objects.filter(centre=CENTRE)
    for key, tally in tallies(by).items():
        for name in FIGURES:
            found = behind(part(mine, by, key), name)
            assert found.count() == getattr(tally, name), (by, key, name)


def test_counted_days_say_what_the_tickets_said(day) -> None:
    before = {by: dict(tallies(by)) for by in PARTS}
    tomorrow = now() + timedelta(days=1)
    assert ticks.daily(tomorrow) > 0
    counted = HallDay.objects.count()
    ticks.daily(tomorrow)
    assert HallDay.objects.count() == counted, "counting twice is counting once"
    assert {by: dict(tallies(by)) for by in PARTS} == before
    Ticket.objects.all().update(case_numbers=[])  # the past is read from the facts
    on = now().date()
    both = queries.tallies(CENTRE, on, on + timedelta(days=1), "all")[""]
    assert both == before["all"][""]


def test_the_page_its_lists_and_exports(client, day) -> None:
    client.force_login(account("director"))
    page = client.get(PAGE).content.decode()
    assert "80%" in page and "16:00–16:59" in page
    for by in PARTS:
        assert client.get(PAGE, {"by": by}).status_code == 200
    behind_ = client.get(f"{PAGE}tickets/", {"by": "all", "figure": "overtime"}).content.decode()
    assert behind_.count("/desk/hall/tickets/") == 1
    late = Ticket.objects.get(overtime_s__gt=0)
    assert reverse("counters:ticket", args=[late.pk]) in behind_
    text = client.get(f"{PAGE}export.csv", {"by": "hour"}).content.decode("utf-8-sig")
    assert "09:00–09:59,2,2,0,0,0,0,2,2,2.5,3,8.0,0,100,100" in text
    book = client.get(f"{PAGE}export.xlsx")
    with zipfile.ZipFile(io.BytesIO(book.content)) as packed:
        sheets = [n for n in packed.namelist() if n.startswith("xl/worksheets/sheet")]
    assert len(sheets) == len(PARTS)


def test_wrong_days_are_said_and_kept(client, day) -> None:
    client.force_login(account("director"))
    wrong = client.get(PAGE, {"first": "2026-11-24", "last": "2026-11-23"})
    assert "结束日期早于开始日期" in wrong.content.decode()
    assert "2026-11-24" in wrong.content.decode()
    assert client.get(PAGE, {"by": "person"}).status_code == 404
    assert client.get(f"{PAGE}tickets/", {"figure": "happy"}).status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("director", 200), ("auditor", 200), ("clerk", 404), ("officer", 404), ("resident", 404)],
)
def test_who_sees_them(client, day, name, status) -> None:
    client.force_login(account(name))
    assert client.get(PAGE).status_code == status
    ticket = Ticket.objects.first()
    seen = client.get(reverse("counters:ticket", args=[ticket.pk])).status_code
    assert seen == (200 if name in ("director", "auditor", "clerk") else 404)
