"""Twenty scripted calls by keyboard alone: how many seconds of an operator's hands and head each
takes. The time is reckoned, not measured, by the keystroke-level model (Card, Moran and Newell,
1980): a key 0.28 s (a typist of 40 words a minute), a thought before each field 1.35 s; Chinese text by
its pinyin, three keys a character and one to choose a word of two. So the figure is the same on every
machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest
from playwright.sync_api import Page

from tests.cast import STREET, actor
from yimen.contacts.models import Enquiry
from yimen.hotline.models import HelpRequest, LineCall
from yimen.knowledge import actions as knowledge
from yimen.lib.time import now, today
from yimen.matters.loaders import load
from yimen.matters.models import MatterVersion

pytestmark = pytest.mark.browser
DATA = Path(__file__).resolve().parent.parent.parent / "data"
KEY, THOUGHT, CHARACTER = 0.28, 1.35, 3.5  # seconds, seconds, keys
MOST = 60  # seconds, the median

ARTICLES = {
    "老年综合津贴多少钱": "六十五岁起，每月按年龄段发，到社区事务受理服务中心办。",
    "居住证怎么签注": "到期前三十天内，带身份证到受理中心，或者网上办。",
    "周末有人上班吗": "周六上午九点到十一点半有人值班，周日休息。",
}
# what the caller wants to know, and the words by which it is looked up
ASKED = [
    ("老年津贴", "老年综合津贴"), ("居住证签注", "居住证签注"), ("周末上班吗", "周末上班"),
    ("津贴多少钱", "津贴多少钱"), ("居住证到期了", "居住证"), ("周六有人吗", "周末有人上班"),
    ("老人津贴怎么办", "老年综合津贴"), ("居住证带什么", "居住证怎么签注"),
    ("几点下班", "周末有人上班"), ("老年津贴哪里办", "老年综合津贴"),
]  # fmt: skip
# need as typed, what happened, address as typed (empty: the committee is chosen)
TAKEN = [
    ("水龙头", "厨房水龙头关不上", "wtl 1 2 301"), ("路灯", "小区门口路灯不亮", "zhonglou 15 1"),
    ("噪声", "楼上半夜装修", "wtl 1 3 402"), ("助餐", "想订中午的饭", ""),
    ("爆管", "楼道水管爆了", "wtl 1 5"), ("停车", "车位被占", "zhonglou 15 1"),
    ("门锁", "钥匙断在锁里", "wtl 1 2 502"), ("陪诊", "下周三去医院想有人陪", ""),
    ("垃圾", "垃圾三天没有收", ""), ("电灯", "楼道灯坏了", "wtl 1 2"),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _line(site: Callable[[str], str]) -> None:
    if not MatterVersion.objects.filter(matter_id="help-001").exists():
        load(*sorted((DATA / "matters").glob("help-*.json")))
    for title, body in ARTICLES.items():
        text = knowledge.Text(title, body, today().replace(year=today().year + 1, day=1))
        made = knowledge.write(text, by=actor("clerk"), at=now())
        knowledge.publish(made.pk, by=actor("editor"), at=now())


class Hands:
    """Presses the keys of one call and adds up what they cost."""

    def __init__(self, page: Page) -> None:
        self.page, self.seconds = page, 0.0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.seconds += KEY * (1 + key.count("+"))

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.seconds += KEY * len(text)

    def dial(self, number: str) -> None:
        """Digits at once: pressed one by one as fast as this they would be a scanner's."""
        self.page.keyboard.insert_text(number)
        self.seconds += KEY * len(number)

    def say(self, text: str) -> None:
        """Free text in Chinese, as an input method writes it."""
        self.page.keyboard.insert_text(text)
        self.seconds += KEY * CHARACTER * len(text)

    def think(self) -> None:
        self.seconds += THOUGHT


def begin(page: Page, site: Callable[[str], str], n: int) -> Hands:
    """A call that no exchange announces: the worst case, its number is typed."""
    page.goto(site("/desk/line/"))
    hands = Hands(page)
    page.get_by_label("来电号码").focus()
    hands.think()
    hands.dial(f"199000007{n:02d}")
    hands.press("Enter")
    page.get_by_role("heading", name="正在通话").wait_for()
    return hands


def answered(page: Page, hands: Hands, asked: str, looked_up: str) -> None:
    hands.think()
    hands.press("Alt+a")
    hands.say(looked_up)
    page.locator("#answers-list [role=option]").first.wait_for()
    hands.think()
    hands.press("ArrowDown", "Enter")
    assert page.get_by_label("怎么答的").input_value(), asked
    hands.think()
    hands.press("Alt+d")
    page.get_by_text("通话结束").wait_for()


def taken(page: Page, hands: Hands, need: str, what: str, where: str) -> None:
    page.get_by_label("什么求助").focus()
    hands.think()
    hands.say(need)
    hands.press("Tab")
    hands.think()
    hands.say(what)
    hands.press("Tab")
    hands.think()
    if where:
        hands.type(where)
        page.locator("#find-list [role=option]").first.wait_for()
        hands.press("ArrowDown", "Enter")
    else:
        hands.press("Tab", "ArrowDown")
    assert page.get_by_label("哪个居村委").input_value().startswith(STREET)
    hands.think()
    hands.press("Alt+s")
    page.get_by_text("已登记并派出").wait_for()


def test_half_are_answered_and_the_median_call_takes_a_minute_at_most(page_as, site) -> None:
    page, took = page_as("clerk"), []
    for n, (asked, looked_up) in enumerate(ASKED):
        hands = begin(page, site, n)
        answered(page, hands, asked, looked_up)
        took.append(hands.seconds)
    for n, (need, what, where) in enumerate(TAKEN):
        hands = begin(page, site, 50 + n)
        taken(page, hands, need, what, where)
        took.append(hands.seconds)
    assert len(took) == 20 and median(took) <= MOST and max(took) <= 1.5 * MOST, took
    assert Enquiry.objects.filter(channel="phone", state="answered").count() == len(ASKED)
    assert HelpRequest.objects.count() == len(TAKEN)
    assert not LineCall.objects.filter(ended_at=None).exists()
