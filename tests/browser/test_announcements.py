"""An announcement in a browser: written at the counter for a place, looked at in every form, released
by the director, seen on the web, at the machine and over the hall's display; corrected; withdrawn."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.cast import CENTRE, STREET
from yimen.counters.loaders import load
from yimen.counters.models import Window
from yimen.notices.models import Announcement

pytestmark = pytest.mark.browser
TEXT = "梧桐路 1 弄爆管，现在停水，下午三点前修好。电话 021-0000 1200"
RIGHT = "梧桐路 1 弄爆管，现在停水，晚上八点前修好。电话 021-0000 1200"


@pytest.fixture(autouse=True)
def _hall(site: Callable[[str], str], settings) -> None:
    settings.YIMEN_KIOSKS = ["127.0.0.1"]
    cache.clear()
    if not Window.objects.exists():
        load()


def seen(page: Page, site: Callable[[str], str], text: str, paths: list[str]) -> None:
    for path in paths:
        page.goto(site(path))
        expect(page.get_by_text(text).first, path).to_be_visible()


def test_written_released_seen_corrected_and_withdrawn(
    page_as, site, assert_accessible, assert_fits
) -> None:
    clerk = page_as("clerk", width=PHONE)  # axe needs scripts: without them it never ends
    clerk.goto(site("/desk/announcements/"))
    assert_accessible(clerk)
    clerk.get_by_role("button", name="写公告").click()
    assert_accessible(clerk)
    clerk.get_by_role("button", name="下一步").click()
    assert clerk.get_by_role("alert").is_visible(), "what is missing is said"
    clerk.get_by_label("公告内容").fill(TEXT)
    clerk.get_by_label("给哪里的人").select_option(f"{STREET}001")
    clerk.get_by_label("紧急").check()
    clerk.get_by_role("button", name="下一步").click()
    shown = clerk.locator("main").inner_text()
    assert "幺二零零" in shown, "as it is read out"
    assert "【" in shown and "给哪里的人" in shown, "as a text message, and for whom"
    assert clerk.get_by_role("button", name="发布").count() == 0, "somebody else releases it"
    assert_accessible(clerk)
    assert_fits(clerk)
    row = Announcement.objects.get()
    front = page_as(None, width=PHONE, language="en")
    assert front.goto(site(f"/announcements/{row.pk}/")).status == 404, "a draft is nobody's"

    wall = page_as(None, width=1920, height=1080)
    wall.goto(site(f"/wall/{CENTRE}/"))
    expect(wall.locator("#urgent")).to_be_hidden()
    director = page_as("director", width=DESK)
    director.goto(site(f"/desk/announcements/{row.pk}/"))
    assert_accessible(director)
    director.get_by_role("button", name="发布").click()
    director.get_by_text("公告已发布").wait_for()
    wall.reload()
    expect(wall.locator("#urgent").get_by_text(TEXT)).to_be_visible(timeout=20_000)
    assert_accessible(wall)
    assert wall.evaluate("document.documentElement.scrollHeight") <= 1080
    seen(front, site, TEXT, ["/", "/announcements/", f"/announcements/{row.pk}/"])
    assert_accessible(front)
    assert_fits(front)
    machine = page_as(None, width=1080, height=1920)
    seen(machine, site, TEXT, [f"/kiosk/{CENTRE}/"])
    assert machine.evaluate("document.documentElement.scrollHeight") <= 1920
    assert_accessible(machine)

    # the hour was wrong: corrected, and everybody reads the new one
    director.get_by_role("button", name="更正", exact=True).click()
    director.get_by_label("公告内容").fill(RIGHT)
    director.get_by_role("button", name="更正并发布").click()
    director.get_by_text("以前是这样说的").wait_for()
    wall.reload()
    expect(wall.locator("#urgent").get_by_text(RIGHT)).to_be_visible(timeout=20_000)
    assert TEXT not in wall.locator("#urgent").inner_text()
    seen(front, site, RIGHT, ["/", "/announcements/"])
    seen(machine, site, RIGHT, [f"/kiosk/{CENTRE}/"])
    director.get_by_role("button", name="撤下").click()
    director.get_by_role("button", name="撤下").wait_for(state="detached")
    wall.reload()
    expect(wall.locator("#urgent")).to_be_hidden()


def test_the_name_of_the_line_is_changed(page_as, site, assert_accessible, assert_fits) -> None:
    for width, language in ((DESK, "zh-hans"), (PHONE, "en")):
        page = page_as("director", width=width, language=language)
        for path in ("/desk/line/gateway/", "/desk/line/gateway/daily/"):
            page.goto(site(path))
            assert_accessible(page)
            assert_fits(page)
    page = page_as("director", scripts=False)
    page.goto(site("/desk/line/gateway/"))
    page.get_by_label("中心名称", exact=True).fill("百步亭便民中心")
    page.get_by_label("热线号码").fill("021-0000 1200")
    page.get_by_role("button", name="保存").click()
    page.goto(site("/"))
    assert "百步亭便民中心" in page.content() and "021-0000 1200" in page.content()
