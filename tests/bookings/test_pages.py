"""The pages of bookings: one's own, at the desk, and the hours."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from tests.bookings.conftest import MONDAY
from tests.bookings.test_booking import TUESDAY_TEN, book
from tests.cast import account, party
from yimen.bookings import actions, queries, ticks
from yimen.bookings.models import Booking, Closure
from yimen.lib.actor import system

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def sign_in(client, who):
    client.force_login(account(who))
    return client


def test_a_resident_follows_moves_and_cancels(client, windows) -> None:
    made = book(windows)
    sign_in(client, "resident")
    page = client.get(reverse("bookings:mine")).content.decode()
    assert made.code in page and "2026年11月24日" in page
    change = reverse("bookings:change", args=[made.pk])
    shown = client.get(change, {"day": "2026-11-25"}).content.decode()
    assert 'value="2026-11-25T14:00"' in shown and "12:00" not in shown
    assert client.post(change, {}).status_code == 200
    assert client.post(change, {"starts": "2026-11-25T12:00"}).status_code == 409
    answer = client.post(change, {"starts": "2026-11-25T14:00"}, follow=True)
    assert "预约已改期" in answer.content.decode()
    file = client.get(reverse("bookings:ics", args=[made.pk]))
    assert file["Content-Type"].startswith("text/calendar") and b"20261125T060000Z" in file.content
    client.post(reverse("bookings:one", args=[made.pk]))
    assert Booking.objects.get(pk=made.pk).state == "cancelled"
    late = client.post(change, {"starts": "2026-11-26T14:00"})
    assert late.status_code == 409 and "已取消" in late.content.decode()


def test_others_find_nothing(client, windows) -> None:
    made = book(windows)
    for who, there in (("resident2", []), ("officer", []), ("clerk2", []), ("clerk", ["desk_one"])):
        sign_in(client, who)
        for name in ("one", "ics", "change", "desk_one", "desk_change"):
            code = client.get(reverse(f"bookings:{name}", args=[made.pk])).status_code
            assert (code == 200) == (name.startswith("desk") and "desk_one" in there), (who, name)


def test_who_was_displaced_takes_an_offer_with_one_button(client, windows) -> None:
    made = book(windows)
    begin = TUESDAY_TEN.replace(hour=8)
    by = system(windows.street)
    actions.close(windows, starts=begin, ends=begin + timedelta(hours=9), by=by, at=MONDAY)
    ticks.closed(MONDAY)
    page = sign_in(client, "resident").get(reverse("bookings:one", args=[made.pk])).content.decode()
    first = re.search(r'name="starts" value="([^"]+)"', page).group(1)
    assert first == "2026-11-25T09:00"
    client.post(reverse("bookings:change", args=[made.pk]), {"starts": first})
    row = Booking.objects.get(pk=made.pk)
    assert row.state == "booked" and f"{row.starts_at:%Y-%m-%d}" == "2026-11-25"


def test_the_director_sets_hours_and_a_clerk_reads_them(client, windows) -> None:
    url = reverse("bookings:hours", args=[windows.pk])
    page = sign_in(client, "director").get(url).content.decode()
    assert "工作日 09:00-11:00 2\n工作日 13:00-16:00 2\n休息日 09:00-11:00 1" in page
    given = {"do": "set", "is_active": "on", "online": "on", "slot_min": "20", "ahead_days": "7",
             "notice_min": "0", "lines": "工作日 8:30－11:30 3\n工作日 13:00-16:00 1 一三五"}  # fmt: skip
    wrong = client.post(url, given | {"lines": "周一 上午"})
    assert wrong.status_code == 422 and "第 1 行读不懂" in wrong.content.decode()
    assert "周一 上午" in wrong.content.decode()
    assert client.post(url, given | {"lines": "工作日 11:30-8:30 3"}).status_code == 422
    assert client.post(url, given).status_code == 302
    windows.refresh_from_db()
    days = queries.days(windows, MONDAY)
    assert len(days[date(2026, 11, 24)]) == 9 and len(days[date(2026, 11, 25)]) == 18
    client.post(url, {"do": "close", "day": "2026-11-24"})
    assert date(2026, 11, 24) not in queries.days(windows, MONDAY)
    client.post(url, {"do": "reopen", "closure": str(Closure.objects.get().pk)})
    assert date(2026, 11, 24) in queries.days(windows, MONDAY)
    sign_in(client, "clerk")
    assert "do" not in re.findall(r'name="(do)"', client.get(url).content.decode())
    assert client.post(url, given).status_code == 403
    assert sign_in(client, "officer").get(url).status_code == 404


def test_somebody_without_a_record_is_told_how(client, windows) -> None:
    sign_in(client, "resident")
    account_ = account("resident")
    type(account_).objects.filter(pk=account_.pk).update(party=None)
    assert "绑定我的资料" in client.get(reverse("bookings:mine")).content.decode()
    assert party("resident")
