"""A burst-pipe evening: two operators at once, six callers, one event, one job, everybody told once;
and a lonely neighbour, visited by two others (HLP-1, HLP-2, HLP-4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.evening import Desk, answer, told, town, work
from tests.cast import actor, body, party
from yimen.directory.models import Asking, Concern, Helper
from yimen.hotline import actions
from yimen.hotline.models import HelpRequest, LineCall
from yimen.lib.time import now
from yimen.notices.models import Message

pytestmark = pytest.mark.browser
NIGHT = "示例抢修中心"


@pytest.fixture(autouse=True)
def _town(site: Callable[[str], str], settings) -> None:
    town(settings)


@pytest.fixture
def desks(page_as, site) -> tuple[Desk, Desk]:
    one, two = Desk(page_as("clerk"), site), Desk(page_as("clerk2"), site)
    one.open()
    two.open()
    return one, two


def test_six_callers_about_one_pipe(desks, page_as, site, assert_accessible) -> None:
    one, two = desks
    told(site, "ring", "p1", "19900000241")
    one.pick_up()
    head = one.take("爆管", "楼道全是水", "wtl 1 2 301")
    for n in (2, 4):
        told(site, "ring", f"p{n}", f"1990000024{n}")
        one.pick_up()
        told(site, "ring", f"p{n + 1}", f"1990000024{n + 1}")
        two.pick_up(f"199****024{n + 1}")
        assert LineCall.objects.filter(ended_at=None).count() == 2, "both talk at the same time"
        one.take("爆管", "水从楼上下来", "wtl 1 2 202", same_as=head)
        two.take("漏水", "一楼也有水", "wtl 1 2 101", same_as=head)
    told(site, "ring", "p6", "19900000246")
    two.pick_up()
    last = two.take("爆管漏水", "电梯里进水了", "wtl 1 2 402")  # joined afterwards, with a reason

    row = HelpRequest.objects.get(case__number=head)
    page = two.open(f"/desk/line/events/{row.pk}/")
    page.get_by_label("或者输入编号").fill(last)
    page.get_by_label("为什么是同一件事").fill("同一栋楼，同一根水管")
    page.get_by_role("button", name="并为同一件事").press("Enter")
    two.says("已并为同一件事")
    assert HelpRequest.objects.filter(event=row).count() == 5
    assert_accessible(page)

    # one job for all of them, and everybody is told once, whoever presses
    one.open(f"/desk/line/requests/{head}/dispatch/")
    one.press(one.key_of(NIGHT))
    one.says(f"已派给{NIGHT}")
    one.open(f"/desk/line/events/{row.pk}/")
    one.press("Alt+g")
    one.says("已告诉 6 位来电人")
    page.reload()
    two.press("Alt+g")
    two.says("已经告诉过每一位来电人")
    assert Message.objects.filter(template="line.event_working").count() == 6

    repair = page_as("partner", width=390)
    repair.goto(site("/unit/"))
    assert repair.locator("button[value=sign]").count() == 1, "six callers, one job"
    work(repair, site, head, "关了总阀，换了一段管子")
    housing = page_as("officer6")
    housing.goto(site(f"/desk/line/requests/{head}/reply/"))
    expect(housing.get_by_text("另有 5 人反映了同一件事")).to_be_visible()
    answer(housing, site, head, "水管已换，恢复供水")

    # each caller is asked; the two operators share the list
    numbers = list(
        HelpRequest.objects.filter(event=row)
        .order_by("taken_at")
        .values_list("case__number", flat=True)
    )
    one.calls_back(head, "解决了", "满意")
    two.calls_back(numbers[0], "解决了")
    for number in numbers[1:]:
        other = HelpRequest.objects.get(case__number=number)
        actions.call_back(other, reached=True, solved="yes", by=actor("clerk"), at=now())
    everybody = HelpRequest.objects.filter(case__number__in=[head, *numbers])
    assert {r.case.stage for r in everybody.select_related("case")} == {"closed"}


def offers(page_as, site, who: str) -> None:
    """A neighbour offers to help, on the telephone."""
    page = page_as(who, width=390)
    page.goto(site("/my/help/"))
    page.get_by_label("您住在哪个居村委").select_option(index=1)
    page.get_by_label("陪聊代买").check()
    for label in ("工作日白天", "休息日白天"):
        page.get_by_label(label).check()
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="报名").click()
    page.get_by_text("核实以后再联系您").first.wait_for()


def test_a_lonely_neighbour(desks, page_as, site, assert_accessible, assert_fits) -> None:
    one, _two = desks
    offers(page_as, site, "resident")  # resident2 offered before and is vetted
    Helper.objects.update(times=[code for code, _label in Helper.TIMES])
    vets = page_as("assistant")
    vets.goto(site(f"/desk/helpers/{Helper.objects.get(party=party('resident')).pk}/"))
    vets.get_by_role("button", name="见过面，核实合适").click()
    vets.get_by_text("已登记").first.wait_for()

    told(site, "ring", "n1", "19900000282")
    one.pick_up()
    number = one.take("陪聊", "82 岁，一个人住，想有人说说话", "wtl 40 2", name="钱奶奶")
    row = HelpRequest.objects.get(case__number=number)
    assert row.case.applicant.name == "钱奶奶" and row.case.applicant.phone_mask
    one.press("Alt+d")
    one.page.get_by_role("heading", name="邻里帮手").wait_for()
    one.press("Alt+l")
    page = one.page
    page.get_by_role("heading", name="请邻里帮手").wait_for()
    first, second = (Helper.objects.get(party=party(key)) for key in ("resident", "resident2"))
    page.locator(f"[name=helper][value='{first.pk}']").check()
    page.get_by_label("帮什么忙").select_option("company")
    page.get_by_label("两人一起上门").check()
    page.get_by_label("说给帮手听").fill("陪老人说说话，在居委会门口碰头")
    one.press("Alt+s")
    one.says("上门要两个人")  # nobody is sent to a home alone
    page.get_by_label("第二个人").select_option(str(second.pk))
    one.press("Alt+s")
    one.says("已经请了")
    assert_accessible(page)

    # both are asked, each says yes; the first goes, and is thanked; nothing leads to who it is
    helps, goes_along = page_as("resident", width=390), page_as("resident2", width=390)
    for who in (helps, goes_along):
        who.goto(site("/my/help/"))
        who.get_by_role("table").get_by_role("link").first.click()
        assert "钱" not in who.locator("main").inner_text()
    helps.get_by_role("button", name="我来").click()
    helps.get_by_text("两个人都答应了才去").wait_for()
    assert_accessible(helps)
    goes_along.get_by_role("button", name="我来").click()
    goes_along.get_by_text("请按时一起去").wait_for()
    helps.reload()
    helps.get_by_role("button", name="帮完了").click()
    helps.get_by_text("已帮忙").wait_for()
    assert_accessible(helps)
    assert_fits(helps)
    page.reload()
    page.get_by_role("button", name="道谢").press("Enter")
    page.get_by_text("已道谢").first.wait_for()
    helps.reload()
    helps.get_by_text("都谢谢您").wait_for()
    assert Asking.objects.get().thanked_at

    # the second saw something: it goes to the organ whose it is
    goes_along.get_by_text("我担心有人有危险").click()
    goes_along.get_by_label("看到了什么").fill("家里没有吃的，手上有瘀伤")
    goes_along.get_by_role("button", name="告诉中心负责人").click()
    goes_along.get_by_text("中心负责人已经收到").wait_for()
    clerks = page.goto(site("/desk/concerns/"))
    assert clerks and (clerks.status == 404 or "瘀伤" not in page.content())
    director = page_as("director")
    director.goto(site("/desk/concerns/"))
    director.get_by_text("手上有瘀伤").wait_for()
    assert_accessible(director)
    director.get_by_label("转给").select_option(str(body("bo-civil-affairs").pk))
    director.get_by_role("button", name="转交").click()
    director.get_by_text("已转交").first.wait_for()
    assert Concern.objects.get().to == body("bo-civil-affairs")
    organ = page_as("officer")
    organ.goto(site("/desk/concerns/"))
    organ.get_by_text("手上有瘀伤").wait_for()

    answer(organ, site, number, "两位邻居每周来一次，民政已上门")
    one.calls_back(number, "解决了", "满意")
    row.case.refresh_from_db()
    assert row.case.stage == "closed"
