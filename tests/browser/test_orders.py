"""An order of a city platform, from the sheet to the answer that is copied back: typed in, sorted,
returned with a reason, answered, sent again with one key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.bridges import orders
from tests.cast import STREET, actor
from yimen.bridges import ticks
from yimen.bridges.models import Order, OrderAnswer, Platform
from yimen.hotline import actions as line
from yimen.ledger.models import Errand
from yimen.lib.time import now
from yimen.matters.loaders import load as load_matters
from yimen.matters.models import MatterVersion

pytestmark = pytest.mark.browser
DATA = Path(__file__).resolve().parent.parent.parent / "data"
SILENT = "http://127.0.0.1:9/"  # nobody listens there


@pytest.fixture(autouse=True)
def _world(site: Callable[[str], str]) -> None:
    if not MatterVersion.objects.filter(matter_id="help-005").exists():
        load_matters(*sorted((DATA / "matters").glob("help-*.json")))
    if not Platform.objects.exists():
        orders.platform(code="by-hand")
        orders.platform(SILENT, code="by-wire")


def platform(code: str) -> Platform:
    return Platform.objects.get(system__code=code)


def answer(order: Order) -> None:
    officer = next(
        a for a in map(actor, ("officer6", "officer", "officer7", "officer8"))
        if order.case.lead_id in a.bodies()
    )  # fmt: skip
    line.reply(order.case.number, done=True, text="已调解", by=officer, at=now())
    ticks.answers(now())


def type_in(page: Any, site: Callable[[str], str], number: str) -> Order:
    page.goto(site("/desk/orders/"))
    page.get_by_role("button", name="录入工单").click()
    page.get_by_label("来单平台").select_option(str(platform("by-hand").pk))
    page.get_by_label("对方编号").fill(number)
    page.get_by_label("内容").fill("楼上半夜装修")
    page.get_by_label("哪个居村委").select_option(f"{STREET}001")
    page.get_by_label("对方的期限").fill(f"{now() + timedelta(hours=30):%Y-%m-%dT%H:%M}")
    page.keyboard.press("Alt+s")
    page.get_by_text("已收下工单").wait_for()
    return Order.objects.get(their_number=number)


def test_typed_in_sorted_answered_and_copied_over(page_as, site) -> None:
    page = page_as("clerk")
    order = type_in(page, site, "H1")
    page.get_by_label("什么求助").fill("噪声")
    page.keyboard.press("Alt+s")
    page.get_by_text("已分拣，办件").wait_for()
    order.refresh_from_db()
    assert order.case.facts["need"] == "quarrel.noise"
    answer(order)
    page.reload()
    assert page.get_by_text("说明：已调解").count() == 1
    page.keyboard.press("Alt+c")
    page.get_by_text("已登记抄给对方").wait_for()
    assert OrderAnswer.objects.get(order=order).acknowledged_at
    page.goto(site("/desk/orders/?show=waiting"))
    assert page.get_by_role("link", name="H1").count() == 0


def test_returned_with_a_reason_of_theirs(page_as, site) -> None:
    page = page_as("clerk")
    type_in(page, site, "H2")
    page.get_by_text("填写退单").click()
    page.get_by_label("地点不在本街道").check()
    page.get_by_label("说明").fill("在邻街道")
    page.get_by_role("button", name="申请退单").click()
    page.get_by_text("退单：地点不在本街道").wait_for()
    page.get_by_role("button", name="对方同意").first.click()
    page.get_by_text("已登记：对方同意退单").wait_for()
    assert Order.objects.get(their_number="H2").state == "returned"


def test_what_did_not_arrive_is_sent_again_with_one_key(page_as, site) -> None:
    order = orders.take(platform("by-wire"), "W1")
    answer(order)
    Errand.objects.filter(name="bridges.answer").update(state="failed", attempts=8)
    page = page_as("clerk")
    page.goto(site("/desk/orders/?show=failed"))
    page.get_by_role("link", name="W1").click()
    page.get_by_text("试过 8 次").wait_for()
    page.keyboard.press("Alt+r")
    page.get_by_text("正在重新发送").wait_for()
    assert Errand.objects.get(name="bridges.answer").attempts < 8


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-hans"), (390, "en")])
def test_accessible_and_no_wider_than_the_screen(
    page_as, site, assert_accessible, width: int, language: str
) -> None:
    number = f"N{width}"
    order = orders.take(platform("by-hand"), number, category="99", phone=f"199000{width:05}")
    sorted_one = orders.take(platform("by-hand"), f"{number}b", phone=f"199001{width:05}")
    answer(sorted_one)
    page = page_as("clerk", width=width, language=language)
    for path in (
        "", "?show=due", "?show=failed", "?q=nothing", "new/", f"{order.pk}/", f"{sorted_one.pk}/",
    ):  # fmt: skip
        page.goto(site(f"/desk/orders/{path}"))
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
