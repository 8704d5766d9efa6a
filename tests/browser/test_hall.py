"""The hall behind the machine in a real browser: windows, appointments, rosters, articles, laws.

Axe, phone width, by keys alone, and without scripts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE
from tests.cast import CENTRE, account, actor, load_cast, party
from yimen.bookings import actions as bookings
from yimen.bookings.models import Booking, Resource
from yimen.contacts import actions as contacts
from yimen.counters import actions
from yimen.counters.loaders import load
from yimen.counters.models import Ticket
from yimen.knowledge import actions as knowledge
from yimen.knowledge import loaders as laws
from yimen.knowledge.models import Article, Document
from yimen.lib import time
from yimen.lib.actor import ANONYMOUS
from yimen.places.models import ServicePoint
from yimen.workforce import loaders as workforce
from yimen.workforce.models import Check, Duty, Swap

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
]
WINDOW = f"/desk/hall/windows/{CENTRE}02/"
YEAR = timedelta(days=365)
WINDOWS = [(DESK, "zh-hans"), (PHONE, "en")]


@pytest.fixture(autouse=True)
def hall(
    cast_once: None, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ServicePoint]:
    """The demonstration's hall with its people on a Monday at nine, for the server's threads too."""
    load_cast()
    cache.clear()
    real = time.now() - time._OFFSET
    monday = datetime(2026, 11, 23, 9, tzinfo=time.ZONE)
    monkeypatch.setattr(time, "_OFFSET", monday - real)
    load()
    yield ServicePoint.objects.get(pk=CENTRE)
    cache.clear()


def take() -> Ticket:
    point = ServicePoint.objects.get(pk=CENTRE)
    return actions.take(point, by=ANONYMOUS, at=time.now()).ticket


def book(days: int = 0) -> Booking:
    day = time.now().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=days)
    return bookings.book(
        Resource.objects.get(centre=CENTRE, code="general"), person=party("resident"),
        starts=day, channel="desk", by=actor("clerk"), at=time.now(),
    )  # fmt: skip


def article() -> Article:
    text = knowledge.Text("独轮车要上牌吗？", "不用上牌。", time.today() + YEAR)
    made = knowledge.write(text, by=actor("clerk"), at=time.now())
    return knowledge.publish(made.pk, by=actor("editor"), at=time.now())


def addresses() -> dict[str | None, list[str]]:
    """Every page of the hall's houses that stands for itself, by whose desk it is."""
    ticket, booked, later, written = take(), book(), book(1), article()
    asked = contacts.ask("几点开门？", by=actor("clerk"), at=time.now()).enquiry
    duty = Duty.objects.filter(account=account("clerk"), day__gt=time.today()).earliest("day")
    resource, document = booked.resource_id, Document.objects.first()
    assert document
    booking, roster = "/desk/hall/appointments/", f"/desk/roster/{CENTRE}/"
    return {
        "director": [
            "/desk/hall/", WINDOW, f"/desk/hall/reception/{CENTRE}/", f"/desk/hall/tickets/{ticket.pk}/",
            f"{booking}{CENTRE}/", f"{booking}{CENTRE}/new/", f"{booking}{CENTRE}/new/?desk=general",
            "/desk/hall/figures/", f"/desk/hall/figures/{CENTRE}/",
            f"/desk/hall/figures/{CENTRE}/tickets/", "/desk/bookings/", f"/desk/bookings/{booked.pk}/",
            f"/desk/bookings/{later.pk}/change/", f"/desk/bookings/hours/{resource}/", "/desk/staff/",
            "/desk/staff/contracts/new/", "/desk/roster/", f"{roster}assign/", f"{roster}need/",
            f"{roster}draft/", f"{roster}2026-12/", "/desk/training/", "/desk/training/courses/new/",
            "/desk/training/sessions/new/", "/desk/training/certificates/new/", "/desk/facilities/",
            f"/desk/facilities/{CENTRE}/", "/desk/announcements/", "/desk/outbox/", "/desk/errands/",
        ],
        "clerk": [
            "/desk/my-roster/", f"/desk/duties/{duty.pk}/swap/", "/desk/my-roster/leave/",
            "/desk/enquiries/", "/desk/enquiries/new/", f"/desk/enquiries/{asked.number}/",
            "/desk/answers/", "/desk/answers/new/", f"/desk/answers/{written.pk}/", "/desk/inbox/",
        ],
        "editor": [
            "/desk/laws/", "/desk/laws/new/", f"/desk/laws/{document.pk}/",
            f"/desk/answers/{written.pk}/edit/",
        ],
        "resident": [
            "/my/bookings/", f"/my/bookings/{booked.pk}/", f"/my/bookings/{later.pk}/change/",
            f"/book/{CENTRE}/general/",
        ],
        None: [
            "/book/", f"/book/{CENTRE}/", f"/join/{CENTRE}/", "/wall/",
            "/laws/?q=告知", f"/laws/{document.pk}/", f"/answers/{written.series}/", "/ask/",
            "/ask/answer/",
        ],
    }  # fmt: skip


def test_pages_are_accessible_and_fit(
    page_as: Callable[..., Page], site: Callable[[str], str], assert_accessible: Any,
    assert_fits: Any,
) -> None:  # fmt: skip
    workforce.demo()
    laws.demo()
    doors = addresses()
    for width, language in WINDOWS:
        for who, paths in doors.items():
            page = page_as(who, width=width, language=language)
            said: list[str] = []
            page.on("console", lambda m, said=said: said.append(m.text) if m.type == "error" else 0)
            for path in paths:
                answer = page.goto(site(path))
                assert answer is not None and answer.status == 200, path
                assert_accessible(page)
                assert_fits(page)
                assert not said, (path, said)


@pytest.mark.parametrize("screen", [(1920, 1080), (1080, 1920)])
def test_the_wall_is_accessible_and_fits(
    page_as: Callable[..., Page], site: Callable[[str], str], assert_accessible: Any,
    assert_fits: Any, screen: tuple[int, int],
) -> None:  # fmt: skip
    """What cannot be read from ten metres is not scrolled to either."""
    take()
    actions.open_window(f"{CENTRE}02", by=actor("clerk"), at=time.now())
    called = actions.call_next(f"{CENTRE}02", by=actor("clerk"), at=time.now())
    page = page_as(None, width=screen[0], height=screen[1])
    page.goto(site(f"/wall/{CENTRE}/"))
    assert called and page.locator("#calls").get_by_text(called.number).is_visible()
    assert_accessible(page)
    assert_fits(page)
    assert page.evaluate("document.documentElement.scrollHeight") <= screen[1]


def test_one_key_a_person_at_the_window(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    """Alt+N ends the visit and calls the next: a clerk with forty in the queue presses it forty
    times, and never needs the mouse."""
    tickets = [take() for _n in range(3)]
    page = page_as("clerk")
    page.goto(site(WINDOW))

    def press(key: str) -> str:
        with page.expect_navigation():
            page.keyboard.press(f"Alt+{key}")
        return page.locator(".hall-now__number").inner_text()

    press("o")
    assert [press("n") for _n in range(3)] == [t.number for t in tickets]
    assert press("f") == "–"
    ended = Ticket.objects.filter(state="served")
    assert ended.count() == 3


def test_without_scripts_booked_and_checked_in(
    page_as: Callable[..., Page], site: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_as("resident", scripts=False, width=PHONE)
    page.goto(site(f"/book/{CENTRE}/general/"))
    page.get_by_role("button", name="预约这个时间").click()
    assert page.get_by_text("请选一个时间").first.is_visible()
    page.locator("input[name=starts]:not([disabled])").first.check()
    page.get_by_role("button", name="预约这个时间").click()
    made = Booking.objects.get()
    assert page.get_by_text(made.code).first.is_visible()
    monkeypatch.setattr(time, "_OFFSET", time._OFFSET + (made.starts_at - time.now()))
    desk = page_as("clerk", scripts=False)
    desk.goto(site(f"/desk/hall/appointments/{CENTRE}/"))
    desk.get_by_role("button", name="签到").click()
    assert desk.get_by_text(f"号码 {Ticket.objects.get().number}").is_visible()


def test_without_scripts_a_swap_is_asked_and_answered(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    workforce.demo()
    page = page_as("clerk", scripts=False)
    page.goto(site("/desk/my-roster/"))
    page.get_by_role("link", name="找人换班").first.click()
    ask, answers = page.get_by_role("button", name="请对方回答"), page.locator("[name=of]")
    ask.click()
    assert page.get_by_role("alert").first.is_visible(), "nobody chosen is told"
    for n in range(1, answers.locator("option").count()):  # rest and posts rule some out
        answers.select_option(index=n)
        ask.click()
        if Swap.objects.exists():
            break
    swap = Swap.objects.get()
    other = page_as(swap.asked_of.username, scripts=False)
    other.goto(site("/desk/my-roster/"))
    other.get_by_role("button", name="同意").first.click()
    swap.refresh_from_db()
    assert swap.state == "accepted" and swap.answered_at is not None


def test_without_scripts_the_daily_look_names_what_was_left_out(
    page_as: Callable[..., Page], site: Callable[[str], str]
) -> None:
    workforce.demo()
    Check.objects.all().delete()  # nobody has looked today
    page = page_as("clerk", scripts=False, width=PHONE)
    page.goto(site(f"/desk/facilities/{CENTRE}/"))
    boxes = page.locator("main input[type=radio][value=ok]")
    for n in range(1, boxes.count()):
        boxes.nth(n).check()
    page.get_by_role("button", name="保存").click()
    assert page.get_by_text("的情况。").first.is_visible()
    assert page.locator("main input:checked").count() == boxes.count() - 1
    boxes.first.check()
    page.get_by_role("button", name="保存").click()
    assert page.get_by_text("全部齐全可用").first.is_visible()
    assert Check.objects.count() == boxes.count()
