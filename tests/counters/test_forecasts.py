"""Advice from the hall's own past: like days only, nothing of the day itself, held-out days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client

from tests.cast import CENTRE, account
from tests.counters.conftest import MONDAY
from yimen.counters import forecasts
from yimen.counters.loaders import load
from yimen.counters.models import Desk, Ticket
from yimen.lib.time import ZONE, at
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
TODAY = MONDAY.date()


def tickets(day: date, count: int, *, hour: int = 9, window_s: int = 300) -> None:
    desk = Desk.objects.filter(centre=CENTRE).first()
    begin = datetime.combine(day, time(hour), ZONE)
    rows = []
    for n in range(count):
        taken = begin + timedelta(seconds=1800 * n / count)
        rows.append(
            Ticket(
                street=CENTRE[:9], centre_id=CENTRE, day=day, number=f"Z{n:03d}", desk=desk,
                desk_code=desk.code, channel="kiosk", taken_at=taken, rank_at=taken,
                state="served", ended_at=taken + timedelta(minutes=9), window_s=window_s,
            )
        )  # fmt: skip
    Ticket.objects.bulk_create(rows)


@pytest.fixture
def hall() -> ServicePoint:
    load()
    for week in range(1, 5):
        monday = TODAY - timedelta(weeks=week)
        tickets(monday, 40)
        tickets(monday + timedelta(days=1), 20, window_s=600)
        tickets(monday + timedelta(days=5), 8)  # a Saturday
    return ServicePoint.objects.get(pk=CENTRE)


def test_a_monday_is_told_by_mondays(hall, django_assert_max_num_queries) -> None:
    forecasts.counted(CENTRE, TODAY, TODAY)  # calendars are kept in memory from here on
    found = forecasts.forecast(hall, TODAY, before=TODAY)
    assert found.arrivals == 40 and len(found.days) == 4
    assert [s.clock for s in found.slots] == ["09:00"]
    assert found.service_s == pytest.approx(300)
    with django_assert_max_num_queries(3):
        saturday = forecasts.forecast(hall, TODAY + timedelta(days=5), before=TODAY)
    assert saturday.arrivals == 8


def test_the_day_itself_and_what_came_after_say_nothing(hall) -> None:
    tickets(TODAY, 100)
    assert forecasts.forecast(hall, TODAY, before=TODAY).arrivals == 40


def test_a_day_of_the_week_that_was_never_open_goes_by_those_that_work_alike(hall) -> None:
    thursday = TODAY + timedelta(days=3)
    found = forecasts.forecast(hall, thursday, before=TODAY)
    assert found.arrivals == 30, "Mondays and Tuesdays"


def test_advice_is_held_against_days_it_had_not_seen(hall) -> None:
    held = forecasts.held_out(hall, before=TODAY)
    assert len(held) == 9, "the first Saturday had none before it"
    assert held[0].day == TODAY - timedelta(days=2)
    assert all(one.kept for one in held if one.day.weekday() == 0)
    crowd = TODAY - timedelta(weeks=1)
    Ticket.objects.filter(day=crowd).delete()
    tickets(crowd, 200)
    worse = {one.day: one for one in forecasts.held_out(hall, before=TODAY)}[crowd]
    assert worse.came == 200 and not worse.kept and worse.told >= 0.9


def page(who: str, **asked: str) -> tuple[int, str]:
    client = Client()
    client.force_login(account(who))
    with at(MONDAY):
        answer = client.get(f"/desk/hall/figures/{CENTRE}/staffing/", asked)
    return answer.status_code, answer.content.decode()


def test_the_director_asks_what_if(hall) -> None:
    status, plain = page("director", day=f"{TODAY:%Y-%m-%d}")
    assert status == 200 and "大约来 40 人" in plain
    _status, crowded = page("director", day=f"{TODAY:%Y-%m-%d}", arrivals="100")
    assert "按您的假设" in crowded
    status, wrong = page("director", windows="0")
    assert status == 422 or "按您的假设" not in wrong
    _status, checked = page("director", check="1")
    assert "守住" in checked


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "昨天"])
def test_a_slip_in_the_day_is_told(hall, day: str) -> None:
    status, text = page("director", day=day)
    assert status == 422 and "govuk-error-message" in text


def test_a_hall_without_a_past_says_so() -> None:
    load()
    status, text = page("director")
    assert status == 200 and "还没有相似的日子" in text


@pytest.mark.parametrize("who", ["clerk", "officer", "resident"])
def test_who_does_not_run_the_hall_finds_nothing(hall, who: str) -> None:
    assert page(who)[0] == 404
