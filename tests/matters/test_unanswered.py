"""What people asked and did not find, week by week, without anybody."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cast import account, actor
from yimen.lib import time
from yimen.lib.actor import system
from yimen.lib.errors import Forbidden
from yimen.matters import actions, queries, ticks
from yimen.matters.models import FailedQuery, Unanswered
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
WEEK = date(2026, 3, 2)  # a Monday
NEXT = datetime(2026, 3, 9, 8, 35, tzinfo=time.ZONE)


def asked(text: str, times: int, on: date = WEEK, *, weak: bool = False) -> None:
    for _n in range(times):
        actions.count_failed(text, on=on, weak=weak)


def test_a_week_counts_from_monday_to_sunday_and_apart() -> None:
    asked("飞船", 2, WEEK)
    asked("飞船", 1, WEEK + timedelta(days=6), weak=True)
    asked("飞船", 1, WEEK + timedelta(days=7))
    rows = {r.week: (r.count, r.weak) for r in Unanswered.objects.all()}
    assert rows == {WEEK: (3, 1), WEEK + timedelta(days=7): (1, 0)}
    assert FailedQuery.objects.get().count == 3  # what was found in part did not fail


def test_neither_names_nor_numbers_are_kept_and_what_few_asked_is_not_shown() -> None:
    asked("王建国310199199001010028的飞船", 3)
    asked("宠物", 2)
    shown, few = queries.unanswered(WEEK)
    assert [r.text for r in shown] == ["飞船"] or "王建国" not in shown[0].text
    assert not any(c.isdigit() for r in Unanswered.objects.all() for c in r.text)
    assert few == 1 and all("宠物" not in r.text for r in shown)


def test_what_is_settled_goes_and_comes_again_when_asked_again() -> None:
    asked("飞船", 3)
    asked("飞船", 4, WEEK + timedelta(days=7))
    first, second = Unanswered.objects.order_by("week")
    with pytest.raises(Forbidden):
        actions.settle(first, by=actor("clerk"), at=time.now())
    actions.settle(first, by=actor("editor"), at=time.now())
    assert queries.unanswered(WEEK)[0] == []
    assert queries.unanswered(second.week)[0] == [second]
    assert queries.asked_in_weeks(["飞船"], second.week) == {"飞船": 1}


def test_editors_are_told_on_monday_once_and_old_weeks_go() -> None:
    asked("飞船", 3)
    asked("飞船", 3, WEEK - timedelta(days=7 * 60))
    with time.at(NEXT):
        assert ticks.unanswered(NEXT) >= 2
        ticks.unanswered(NEXT)
    told = Message.objects.filter(template="matters.unanswered", to_account=account("editor"))
    assert told.count() == 1
    assert [r.week for r in Unanswered.objects.all()] == [WEEK]


def test_nobody_is_told_of_an_empty_list() -> None:
    asked("飞船", 2)
    assert actions.tell_unanswered("310199001", by=system(), at=NEXT) == 0


def test_the_database_knows_mondays() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Unanswered.objects.create(week=WEEK + timedelta(days=1), text="飞船")


def test_searches_are_counted_and_the_editor_settles_them(client: Client) -> None:
    cache.clear()
    week = time.today() - timedelta(days=time.today().weekday())
    for address in ("/matters/?q=飞船", "/laws/?q=飞船"):
        assert client.get(address).status_code == 200
    row = Unanswered.objects.get(week=week)
    assert row.count == 2
    Unanswered.objects.update(week=week - timedelta(days=7), count=5)
    client.force_login(account("editor"))
    page = client.get("/desk/catalogue/unanswered/").content.decode()
    assert row.text in page
    assert client.post(f"/desk/catalogue/unanswered/{row.pk}/settle/").status_code == 302
    assert row.text not in client.get("/desk/catalogue/unanswered/").content.decode()
    assert client.get("/desk/catalogue/unanswered/?back=99").status_code == 200
    client.force_login(account("clerk"))
    assert client.get("/desk/catalogue/unanswered/").status_code == 403
