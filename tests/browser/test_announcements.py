"""An announcement in a browser: written at the counter, looked at, released by the director; an
urgent one takes the hall's display until it is withdrawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page

from tests.cast import CENTRE, load_cast
from yimen.counters.loaders import load
from yimen.notices.models import Announcement

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
]
TEXT = "梧桐路 1 弄爆管，现在停水，下午三点前修好。电话 021-0000 1200"


@pytest.fixture(autouse=True)
def hall(cast_once: None, transactional_db: None) -> Iterator[None]:
    load_cast()
    cache.clear()
    load()
    yield
    cache.clear()


def test_written_looked_at_released_and_over_the_display(
    page_as: Callable[..., Page], site: Callable[[str], str], assert_accessible: Any,
    assert_fits: Any,
) -> None:  # fmt: skip
    clerk = page_as("clerk", width=390, scripts=False)
    clerk.goto(site("/desk/announcements/"))
    assert_accessible(clerk)
    clerk.get_by_role("link", name="写公告").click()
    assert_accessible(clerk)
    clerk.get_by_role("button", name="下一步").click()
    assert clerk.get_by_role("alert").is_visible(), "what is missing is said"
    clerk.get_by_label("公告内容").fill(TEXT)
    clerk.get_by_label("紧急").check()
    clerk.get_by_role("button", name="下一步").click()
    assert "幺二零零" in clerk.content() and "【" in clerk.content()
    assert clerk.get_by_role("button", name="发布").count() == 0, "somebody else releases it"
    assert_accessible(clerk)
    row = Announcement.objects.get()

    wall = page_as(None, width=1920, height=1080)
    wall.goto(site(f"/wall/{CENTRE}/"))
    assert wall.locator("#urgent").is_hidden()
    director = page_as("director", width=1280)
    director.goto(site(f"/desk/announcements/{row.pk}/"))
    assert_accessible(director)
    assert_fits(director)
    director.get_by_role("button", name="发布").click()
    wall.locator("#urgent").get_by_text(TEXT).wait_for(timeout=20_000)
    assert_accessible(wall)
    assert wall.evaluate("document.documentElement.scrollHeight") <= 1080

    front = page_as(None, width=390, language="en")
    for path in ("/", "/announcements/", f"/announcements/{row.pk}/"):
        front.goto(site(path))
        assert TEXT in front.content(), path
        assert_accessible(front)
        assert_fits(front)
    director.get_by_role("button", name="撤下").click()
    wall.locator("#urgent").wait_for(state="hidden", timeout=20_000)


def test_the_name_of_the_line_is_changed(
    page_as: Callable[..., Page], site: Callable[[str], str], assert_accessible: Any,
    assert_fits: Any,
) -> None:  # fmt: skip
    for width, language in ((1280, "zh-hans"), (390, "en")):
        page = page_as("director", width=width, language=language)
        for path in ("/desk/line/gateway/", "/desk/line/gateway/daily/"):
            page.goto(site(path))
            assert_accessible(page)
            assert_fits(page)
    page = page_as("director", scripts=False)
    page.goto(site("/desk/line/gateway/"))
    page.get_by_label("名称", exact=True).fill("百步亭便民中心")
    page.get_by_label("号码").fill("021-0000 1200")
    page.get_by_role("button", name="保存").click()
    page.goto(site("/"))
    assert "百步亭便民中心" in page.content() and "021-0000 1200" in page.content()
