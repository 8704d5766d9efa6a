"""The operator in a browser: accessible, by keyboard, few keys, what is typed survives, what is near
appears while typing."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page

from tests.cast import STREET, actor
from yimen.hotline import actions
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest, LineCall, Transfer
from yimen.lib.time import now
from yimen.matters.loaders import load
from yimen.matters.models import MatterVersion

pytestmark = pytest.mark.browser
DATA = Path(__file__).resolve().parent.parent.parent / "data"


@pytest.fixture(autouse=True)
def _matters(site: Callable[[str], str]) -> None:
    if not MatterVersion.objects.filter(matter_id="help-001").exists():
        load(*sorted((DATA / "matters").glob("help-*.json")))


class Keys:
    """Presses keys and counts them; free text does not count."""

    def __init__(self, page: Page) -> None:
        self.page, self.count = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += len(text)

    def say(self, text: str) -> None:
        self.page.keyboard.insert_text(text)


def calling(page: Page, site: Callable[[str], str], number: str = "19900000081") -> None:
    page.goto(site("/desk/line/"))
    page.get_by_label("来电号码").fill(number)
    page.get_by_role("button", name="接起来电").click()
    page.get_by_role("heading", name="正在通话").wait_for()


def ended() -> None:
    LineCall.objects.filter(ended_at=None).update(ended_at=now(), outcome="wrong", draft={})


def test_an_ordinary_request_in_few_keys(page_as, site) -> None:
    page = page_as("clerk")
    calling(page, site)
    page.get_by_label("什么求助").focus()
    keys = Keys(page)
    keys.say("水龙头")  # what the caller says, in a few words: the need is found by it
    keys.press("Tab")
    keys.say("厨房水龙头关不上，一直漏")
    keys.press("Tab")
    keys.type("wtl 1 2 301")  # found by the initials of the road
    page.locator("[role=option]").first.wait_for()
    keys.press("ArrowDown", "Enter")  # the address, and with it the neighbourhood
    assert page.get_by_label("哪个居村委").input_value() == f"{STREET}001"
    with page.expect_request(
        lambda request: request.method == "POST" and "/take/" in request.url
    ) as sent:
        keys.press("Alt+s")
    page.get_by_text("已登记并派出").wait_for()
    assert keys.count <= 45
    filled = {name for name, _value in parse_qsl(sent.value.post_data)}
    assert {"need", "what", "place", "where"} <= filled
    assert len(filled - {"csrfmiddlewaretoken", "do"}) <= 8, filled
    row = HelpRequest.objects.get(need="repair.water")
    assert row.place == f"{STREET}001" and row.case.facts["where"] == "梧桐路1弄2号301室"


def test_an_address_is_found_by_keyboard_and_may_be_typed_freely(
    page_as, site, assert_accessible
) -> None:
    ended()
    page = page_as("clerk")
    calling(page, site, "19900000084")
    where = page.get_by_label("具体在哪里")
    where.focus()
    page.keyboard.type("zhonglou 15 1")
    options = page.locator("[role=option]")
    options.nth(3).wait_for()
    assert "钟楼路15弄1号" in options.first.inner_text() and options.count() == 4  # 1, 10, 11, 12
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert where.get_attribute("aria-activedescendant") == "find-1"
    assert_accessible(page)
    page.keyboard.press("Escape")
    assert where.get_attribute("aria-expanded") == "false"
    assert where.input_value() == "zhonglou 15 1", "Escape changes nothing"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text("河边第三棵树下")
    page.get_by_text("没有这个门牌").wait_for()
    assert where.input_value() == "河边第三棵树下"
    ended()


def test_what_is_typed_survives_and_what_is_near_appears(page_as, site) -> None:
    first = actions.take(
        Taken("urgent.water", "爆管", place=f"{STREET}002", name="李"), by=actor("clerk"), at=now()
    )
    page = page_as("clerk")
    calling(page, site, "19900000082")
    page.get_by_label("什么求助").fill("爆管漏水")
    page.get_by_label("哪个居村委").select_option(f"{STREET}002")
    page.get_by_label("什么事").fill("楼道全是水")
    page.get_by_text(first.case.number).wait_for()
    page.reload()
    assert page.get_by_label("什么事").input_value() == "楼道全是水"
    page.get_by_label(first.case.number).check()
    page.get_by_role("button", name="登记并派出").click()
    page.get_by_text("已并入").wait_for()
    assert HelpRequest.objects.exclude(event=None).get().event.case == first.case


def test_the_alarm_takes_one_key_and_less_than_ten_seconds(page_as, site) -> None:
    page = page_as("clerk")
    calling(page, site, "19900000083")
    begun = time.monotonic()
    page.keyboard.press("Alt+y")
    page.get_by_text("通话没有断").wait_for()
    assert time.monotonic() - begun < 10
    assert Transfer.objects.get().to == "120"
    page.keyboard.press("Alt+d")
    page.get_by_role("button", name="接起来电").wait_for()
    assert not LineCall.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("width", [1280, 390])
def test_after_the_alarm_the_rest_is_written_down(
    page_as, site, assert_accessible, width: int
) -> None:
    """What was typed is kept without waiting for the draft, and the talk goes on."""
    ended()
    Transfer.objects.all().delete()
    page = page_as("clerk", width=width)
    calling(page, site, f"1990000{width:04}")
    page.get_by_label("什么事").fill("老人倒在厨房，叫不醒")
    page.get_by_label("哪个居村委").select_option(f"{STREET}002")
    page.get_by_role("button", name="120 急救").click()
    page.get_by_text("通话没有断").wait_for()
    made = Transfer.objects.get().request
    assert made.case.facts["what"] == "老人倒在厨房，叫不醒" and made.place == f"{STREET}002"
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("具体在哪里").fill("河边第三棵树下")
    page.get_by_label("求助人姓名").fill("吴秀英")
    page.get_by_role("button", name="补记").click()
    page.get_by_text("已补记").wait_for()
    assert page.get_by_text("河边第三棵树下").count() == 1
    page.get_by_role("button", name="说完了，挂断").click()
    page.get_by_role("button", name="接起来电").wait_for()
    assert made.added.get().where == "河边第三棵树下"
    Transfer.objects.all().delete()


def test_enter_in_a_field_never_presses_the_alarm(page_as, site) -> None:
    ended()
    page = page_as("clerk")
    calling(page, site, "19900000084")
    page.get_by_label("姓名（新来电人）").press("Enter")
    page.locator(".govuk-error-summary").wait_for()
    assert not Transfer.objects.exists()
    ended()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_accessible_and_no_wider_than_the_screen(
    page_as, site, assert_accessible, width: int, language: str
) -> None:
    ended()
    d = actions.take(Taken("care.meal", "送饭", name="赵"), by=actor("clerk"), at=now())
    actions.reply(d.case.number, done=True, text="明天起", by=actor("officer"), at=now())
    row = HelpRequest.objects.get(case=d.case)
    page = page_as("clerk", width=width, language=language)
    paths = [
        f"/desk/line/back/{row.pk}/",
        "/desk/line/rates/",
        "/desk/line/rates/requests/?by=need&key=care.meal",
        "/desk/line/",
    ]
    for path in paths:
        page.goto(site(path))
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.locator("form[action$='/answer/'] button").click()
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "with a call"
    ended()
