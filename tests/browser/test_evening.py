"""An evening on the line, played by people at their screens and a telephone that calls in: a request
that goes round, an emergency, a burst pipe, a lonely neighbour, and then the month (HLP-1 to 9)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from tests.browser.evening import Desk, Telephone, answer, told, town, work
from tests.cast import STREET, facts
from tests.phone.conftest import sounds  # noqa: F401  (a fixture)
from yimen.hotline import reckoning
from yimen.hotline.models import CallBack, Dispatch, HelpRequest, LineCall, Transfer
from yimen.hotline.rules import Asked
from yimen.lib.time import today
from yimen.people.models import Disclosure

pytestmark = pytest.mark.browser
NIGHT, DAY = "示例抢修中心", "梧桐示例物业服务站"


@pytest.fixture(autouse=True)
def _town(site: Callable[[str], str], settings) -> None:
    town(settings)


@pytest.fixture
def clerk(page_as, site) -> Desk:
    return Desk(page_as("clerk"), site)


@pytest.fixture
def second(page_as, site) -> Desk:
    return Desk(page_as("clerk2"), site)


def on_phone(page_as, who: str) -> Page:
    page: Page = page_as(who, width=390)
    page.set_default_timeout(20_000)
    return page


def test_a_request_goes_round_until_the_caller_calls_it_solved(
    clerk: Desk, page_as, site, sounds, assert_accessible
) -> None:  # fmt: skip
    clerk.open()
    caller = Telephone(facts("resident")["phone"]).rings(sounds)
    clerk.pick_up()
    assert "林**" in clerk.page.content() and facts("resident")["phone"] not in clerk.page.content()
    caller.hung_up()
    assert any('"PJSIP/8001,30"' in order for order in caller.orders), "joined to the operator"
    number = clerk.take("爆管", "厨房水管爆了，水漫到客厅", "wtl 1 2 301")
    assert LineCall.objects.get(requests__case__number=number).outcome == "request"

    # sent by one key, returned by the unit with its reason
    clerk.press("Alt+d")
    clerk.page.get_by_role("heading", name="派给谁").wait_for()
    clerk.press(clerk.key_of(NIGHT))
    clerk.says(f"已派给{NIGHT}")
    repair = on_phone(page_as, "partner")
    repair.goto(site(f"/unit/jobs/{number}/"))
    repair.get_by_text("不归我们办，退回").click()
    repair.get_by_label("为什么退回").fill("水管属于小区，归物业")
    repair.get_by_role("button", name="退回").click()
    repair.get_by_text("已退回").first.wait_for()

    # it stands in the list again and goes to another
    clerk.open()
    clerk.page.get_by_role("heading", name="要派的").wait_for()
    clerk.page.get_by_role("link", name=number, exact=True).first.press("Enter")
    clerk.says("水管属于小区，归物业")
    assert_accessible(clerk.page)
    clerk.press(clerk.key_of(DAY))
    clerk.says(f"已派给{DAY}")
    property_ = on_phone(page_as, "partner2")
    work(property_, site, number, "换了阀门")

    housing = page_as("officer6")
    answer(housing, site, number, "已经换好阀门")
    clerk.calls_back(number, "没有解决", "不满意")

    # the second round lies with the head of the unit in charge
    row = HelpRequest.objects.get(case__number=number)
    assert row.case.round == 2 and row.case.stage == "handling"
    head = page_as("head2")
    answer(head, site, number, "整根管子换了，不漏了")
    clerk.calls_back(number, "解决了", "满意")
    row.case.refresh_from_db()
    assert row.case.stage == "closed"
    assert [c.solved for c in CallBack.objects.filter(request=row).order_by("round")] == [
        "no",
        "yes",
    ]
    sent = Dispatch.objects.filter(request=row, round=1, by__isnull=False).order_by("number")
    assert [d.state for d in sent] == ["returned", "done"]
    assert Disclosure.objects.filter(about=number, reason="热线回拨").count() == 2


def test_a_life_in_danger_is_handed_over_and_stays_ours(clerk: Desk, site) -> None:
    clerk.open()
    assert told(site, "ring", "e1", "19900000091")["known"]
    clerk.pick_up()
    clerk.press("Alt+y")
    clerk.says("通话没有断")
    made = Transfer.objects.select_related("request__case", "request__call").get()
    assert made.to == "120" and made.learned_at is None
    assert (made.at - made.request.call.answered_at).total_seconds() < 10
    clerk.page.get_by_role("button", name="三方已接通").press("Enter")
    clerk.says("三方通话已登记")
    made.request.case.refresh_from_db()
    assert made.request.case.stage == "handling", "ours until the outcome is known"
    clerk.page.get_by_role("textbox", name="结果").fill("救护车 19:20 送到医院")
    clerk.press("Enter")
    clerk.says("结果已登记")
    made.refresh_from_db()
    assert made.learned_at and made.outcome == "救护车 19:20 送到医院"
    assert made.request.call.ended_at is None, "the caller is not cut off"
    clerk.press("Alt+d")
    clerk.page.get_by_role("heading", name="求助热线").wait_for()


def figures(page: Page, caption: str) -> dict[str, tuple[int, str]]:
    """What a small table of the month says: name, count, and where the count leads."""
    table = page.get_by_role("table", name=caption)
    rows = table.locator("tbody tr")
    return {
        row.locator("th").inner_text(): (
            int(row.locator("td").first.inner_text()),
            row.locator("td a").first.get_attribute("href") or "",
        )
        for row in rows.all()
    }


def test_the_month_is_what_the_ledger_says_and_every_figure_opens(
    clerk: Desk, page_as, site, assert_accessible
) -> None:
    clerk.open()
    told(site, "ring", "m1", "19900000095")  # a call that brings no request counts too
    clerk.pick_up()
    clerk.page.get_by_label("这通电话怎样结束").select_option("wrong")
    clerk.page.get_by_role("button", name="结束通话", exact=True).press("Enter")
    clerk.page.get_by_role("heading", name="求助热线").wait_for()

    first = today().replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    assert reckoning.differences(STREET, first, last) == []
    recorded = sum(reckoning.rebuild(STREET, first, last)["lead"].values(), Asked())
    assert (recorded.closed, recorded.reached, recorded.solved) == (1, 2, 1)

    page: Page = page_as("director")
    page.goto(site(f"/desk/line/rates/month/?month={first:%Y-%m}"))
    page.get_by_text("每个数字都一致").wait_for()
    assert_accessible(page)
    total = page.get_by_role("table", name="各单位的三率").locator("tfoot td")
    shown = [int(total.nth(n).inner_text()) for n in (0, 4, 5)]
    assert shown == [recorded.closed, recorded.reached, recorded.unreached]
    opens = [cell.get_attribute("href") for cell in total.locator("a").all()]
    ends = figures(page, "电话怎样结束")
    assert {name: n for name, (n, _href) in ends.items()} == {"已登记求助": 2, "打错": 1}
    needs = figures(page, "什么求助")
    assert {name: n for name, (n, _href) in needs.items()} == {"紧急抢修": 1, "生命危险": 1}
    counts = [n for n, _href in (*ends.values(), *needs.values())]
    hrefs = [href for _n, href in (*ends.values(), *needs.values())]
    for n, href in zip([*counts, recorded.closed], [*hrefs, opens[0]], strict=True):
        page.goto(site(href))
        assert page.locator("tbody tr").count() == n, href
    page.goto(site(opens[4]))  # those who were reached, in both rounds
    assert page.locator("tbody tr").inner_text().count("→") == 1
    assert_accessible(page)

    answer_ = page.request.get(site(f"/desk/line/rates/facts.csv?first={first}&last={last}"))
    rows = list(csv.DictReader(answer_.body().decode("utf-8-sig").splitlines()))
    assert sum(int(row["taken"]) for row in rows) == 2
    assert sum(int(row["answered"]) for row in rows) == recorded.closed
    assert sum(int(row["second_rounds"]) for row in rows) == 1
