"""The hall's pages: the window by its keys, the reception, the phone that waits, the wall."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.cast import CENTRE, account, actor, party
from yimen.counters import actions, queries
from yimen.counters.models import Ticket, Window
from yimen.intake.models import Draft
from yimen.lib.actor import ANONYMOUS
from yimen.lib.time import at, now
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hall")]
WINDOW = f"{CENTRE}02"


def take(**what):
    point = ServicePoint.objects.get(pk=CENTRE)
    return actions.take(point, by=ANONYMOUS, at=now(), **what)


@pytest.fixture
def clerk(client):
    client.force_login(account("clerk"))
    return client


def press(client, do, **more):
    return client.post(reverse("counters:window", args=[WINDOW]), {"do": do, **more}, follow=True)


def test_a_clerk_opens_calls_and_finishes(clerk) -> None:
    take(), take(priority="elderly")
    assert "所有窗口" in press(clerk, "open").content.decode()
    page = press(clerk, "next").content.decode()
    called = queries.at_window(Window.objects.get(pk=WINDOW))
    assert called.number in page and "七十周岁以上老年人" in page
    again = press(clerk, "next")  # the key twice: the page said nobody was here
    assert "已经变了" in again.content.decode()
    assert queries.at_window(Window.objects.get(pk=WINDOW)) == called
    press(clerk, "next", current=str(called.pk))
    assert Ticket.objects.get(pk=called.pk).state == "served"


@pytest.mark.parametrize("do", ["finish", "hold", "recall", "no_show", "transfer", "intake"])
def test_a_page_left_behind_touches_nobody_else(clerk, do) -> None:
    """Two pages of one window: what the older one does is meant for whom it shows."""
    seen, now_here = take().ticket, take().ticket
    press(clerk, "open"), press(clerk, "next"), press(clerk, "next", current=str(seen.pk))
    before = Ticket.objects.get(pk=now_here.pk)
    answer = press(clerk, do, current=str(seen.pk))
    assert f"现在是 {now_here.number} 号" in answer.content.decode()
    after = Ticket.objects.get(pk=now_here.pk)
    assert (after.state, after.calls, after.seq) == ("called", before.calls, before.seq)
    assert not Draft.objects.exists()


def test_how_many_wait_is_counted_past_the_list(clerk) -> None:
    for _n in range(33):
        take()
    page = press(clerk, "open").content.decode()
    assert '<span class="hall-count">33</span>' in page and "前 30 位" in page


def test_the_intake_opens_with_the_person_filled_in(clerk) -> None:
    ticket = take(person=party("resident")).ticket
    press(clerk, "open")
    press(clerk, "next")
    answer = clerk.post(reverse("counters:window", args=[WINDOW]), {"do": "intake"})
    draft = Draft.objects.get()
    assert answer.url == reverse("intake:sitting", args=[draft.pk])
    assert draft.turn == ticket.pk
    assert draft.answers["applicant"] == str(party("resident").pk)
    assert Ticket.objects.get(pk=ticket.pk).state == "serving"
    assert "林晓棠" in clerk.get(answer.url).content.decode()
    again = clerk.post(reverse("counters:window", args=[WINDOW]), {"do": "intake"})
    assert again.url == answer.url  # the key pressed again begins no second visit


def test_what_the_rule_refuses_is_told_on_the_page(clerk) -> None:
    assert "请先开窗" in press(clerk, "next").content.decode()
    assert "没有“dance”这个操作" in press(clerk, "dance").content.decode()


def test_reception_gives_a_ticket_and_brings_one_back(clerk) -> None:
    address = reverse("counters:reception", args=[CENTRE])
    made = clerk.post(address, {"who": "林晓棠", "desk": "civil"}, follow=True)
    assert made.status_code == 200 and "B001" in made.content.decode()
    assert Ticket.objects.get(number="B001").person == party("resident")
    wrong = clerk.post(address, {"who": "没有这个人"})
    assert wrong.status_code == 422 and "没有找到这个人" in wrong.content.decode()
    assert "没有这个人" in wrong.content.decode()  # what was typed is still there
    assert "今天没有这个号" in clerk.get(address, {"q": "Z999"}).content.decode()


def test_a_phone_waits_is_called_and_may_come_back(client) -> None:
    cache.clear()
    joined = client.post(reverse("counters:join", args=[CENTRE]), {"desk": "general"})
    assert joined.status_code == 302 and joined.url.startswith("/q/")
    page = client.get(joined.url)
    assert "下一个就是您" in page.content.decode() and page.headers["Refresh"] == "15"
    actions.open_window(WINDOW, by=actor("clerk"), at=now())
    actions.call_next(WINDOW, by=actor("clerk"), at=now())
    assert "请到 2 号窗口" in client.get(joined.url).content.decode()
    for _ in range(2):
        actions.recall(WINDOW, by=actor("clerk"), at=now())
    actions.no_show(WINDOW, by=actor("clerk"), at=now())
    client.post(joined.url, {"do": "come_back"})
    assert Ticket.objects.get().state == "waiting"
    client.post(joined.url, {"do": "leave"})
    assert Ticket.objects.get().state == "left"
    assert client.get("/q/not-a-secret/").status_code == 404


def test_joining_is_slowed_and_shut_out_of_hours(client, settings) -> None:
    cache.clear()
    settings.YIMEN_TICKETS_AN_HOUR = 1
    address = reverse("counters:join", args=[CENTRE])
    assert client.post(address, {"desk": "general"}).status_code == 302
    assert client.post(address, {"desk": "general"}).status_code == 409
    with at(now().replace(hour=20)):
        assert "不在取号时间内" in client.get(address).content.decode()
    assert client.post(address, {"desk": "moon"}).status_code == 422


def test_the_wall_shows_numbers_and_nobody(client) -> None:
    take(person=party("resident"), priority="pregnant")
    actions.open_window(WINDOW, by=actor("clerk"), at=now())
    actions.call_next(WINDOW, by=actor("clerk"), at=now())
    take(person=party("resident"), priority="pregnant")
    text = client.get(reverse("counters:wall", args=[CENTRE])).content.decode()
    assert "G001" in text and "2 号窗口" in text and "孕" not in text and "林晓棠" not in text
    shown = client.get(reverse("counters:snapshot", args=[CENTRE])).json()
    assert shown["waiting"] == 1 and shown["windows"][1]["serving"] == "G001"
    assert set(shown["windows"][1]) == {
        "code", "name", "name_en", "state", "serving", "calls", "called_at"
    }  # fmt: skip
    led = client.get(f"/api/v1/centres/{CENTRE}/queue/stream")
    assert led.status_code == 302 and led.url.endswith(f"/halls/{CENTRE}/")
    assert client.get("/wall/99999999999/").status_code == 404


def test_english_is_whole(clerk, settings) -> None:
    clerk.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    secret = take(priority="elderly").secret
    press(clerk, "open")
    press(clerk, "next")
    ticket = Ticket.objects.get()
    for path in (
        reverse("counters:windows"), reverse("counters:window", args=[WINDOW]),
        reverse("counters:reception", args=[CENTRE]), reverse("counters:ticket", args=[ticket.pk]),
        reverse("counters:phone", args=[secret]), reverse("counters:join", args=[CENTRE]),
        reverse("counters:wall", args=[CENTRE]), reverse("counters:halls"),
    ):  # fmt: skip
        text = clerk.get(path).content.decode()
        main = re.search(r"<main.*?</main>", text, re.S)
        words = re.sub(r"<[^>]+>", "", main[0]).replace("沈若溪", "")
        assert not re.search(r"[\u4e00-\u9fff]", words), (
            path,
            re.findall(r"[\u4e00-\u9fff]+", words),
        )


def test_outsiders_find_no_hall(client) -> None:
    for name, status in (("resident", 404), ("officer", 404), ("clerk2", 404), ("clerk", 200)):
        client.force_login(account(name))
        answer = client.get(reverse("counters:window", args=[WINDOW]))
        assert answer.status_code == status, name


def test_a_long_wait_shows_its_minutes(clerk) -> None:
    take()
    press(clerk, "open")
    with at(now() + timedelta(minutes=25)):
        page = clerk.get(reverse("counters:window", args=[WINDOW])).content.decode()
    assert "25 分钟" in page
