"""Asking for help without an operator, in a browser: a resident on a telephone with a photograph; the
machine, the committee's form and the operator's pages about it, with axe."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.core.cache import cache
from PIL import Image

from tests.browser.conftest import DESK, PHONE
from tests.cast import CENTRE, STREET, actor, party
from tests.doors.lines import picture
from yimen.hotline import actions
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest, Inbound
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.matters.loaders import load
from yimen.matters.models import MatterVersion

pytestmark = pytest.mark.browser
DATA = Path(__file__).resolve().parent.parent.parent / "data"


@pytest.fixture(autouse=True)
def _matters(site: Callable[[str], str]) -> None:
    cache.clear()
    if not MatterVersion.objects.filter(matter_id="help-001").exists():
        load(*sorted((DATA / "matters").glob("help-*.json")))


def photograph() -> dict[str, object]:
    held = BytesIO()
    Image.new("RGB", (64, 48), "teal").save(held, "JPEG")
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


def test_a_resident_on_a_phone_with_a_photograph(page_as, site, assert_accessible, assert_fits):
    page = page_as("resident", width=PHONE)
    page.set_default_timeout(30_000)
    page.goto(site("/help/"))
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("说说什么事").fill("水龙头坏了")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="水龙头、下水道").first.click()
    page.get_by_label("什么事").fill("厨房水龙头关不上，一直漏")
    page.get_by_label("在哪里").press_sequentially("wtl 12 3 401")
    page.get_by_role("option", name="梧桐路12弄3号401室").click()
    assert page.get_by_label("哪个居委会").input_value() == f"{STREET}001"
    page.get_by_label("照片").set_input_files([photograph()])
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="提交求助").click()
    page.get_by_text("求助已收到").first.wait_for()
    assert_accessible(page)
    assert_fits(page)
    row = HelpRequest.objects.get(case__applicant=party("resident"), need="repair.water")
    assert row.case.facts["where"] == "梧桐路12弄3号401室" and row.photos.count() == 1
    assert page.get_by_text(row.case.enquiry_no).is_visible()
    # the body that acts sees the picture
    page = page_as("officer6", width=PHONE)
    page.goto(site(f"/desk/line/requests/{row.case.number}/"))
    assert page.evaluate("document.querySelector('.help-photos img').naturalWidth") == 64
    assert_accessible(page)
    assert_fits(page)


def test_without_scripts_the_list_of_addresses_is_a_button(page_as, site, assert_accessible):
    page = page_as(None, width=PHONE, scripts=False)
    page.goto(site("/help/ask/?need=urgent.water"))
    page.get_by_label("什么事").fill("楼道全是水")
    page.get_by_label("在哪里").fill("钟楼路 15 弄 1")
    page.get_by_role("button", name="找地址").click()
    assert page.get_by_label("什么事").input_value() == "楼道全是水"
    page.get_by_label("钟楼路15弄1号").check()
    page.get_by_label("怎么称呼您").fill("吴先生")
    page.get_by_role("button", name="提交求助").click()
    assert page.get_by_text("请填写“电话”").first.is_visible()
    assert page.get_by_label("什么事").input_value() == "楼道全是水"
    page.get_by_label("钟楼路15弄1号").check()
    page.get_by_label("电话", exact=True).fill("19900000067")
    page.get_by_role("button", name="提交求助").click()
    page.get_by_text("求助已收到").first.wait_for()
    row = HelpRequest.objects.get(need="urgent.water", case__applicant__name="吴先生")
    assert row.place == f"{STREET}003" and row.case.facts["where"] == "钟楼路15弄1号"


@pytest.mark.parametrize(("width", "language"), [(DESK, "en"), (PHONE, "zh-hans")])
def test_every_page(page_as, site, assert_accessible, assert_fits, width: int, language: str):
    asked = Taken(
        "urgent.water", "爆管", place=f"{STREET}001", party=party("resident").pk, photos=[picture()]
    )
    d = actions.take(asked, by=actor("resident"), at=now(), channel="web")
    message, _new = actions.get_message(
        STREET, ref=f"m{width}", number="19900000029", text="还在漏，三楼也有水",
        by=system(STREET, "gateway"), at=now(),
    )  # fmt: skip
    assert Inbound.objects.filter(state="waiting").exists()
    looks = {
        None: ["/help/", "/help/?q=水", "/help/ask/?need=danger.fire", f"/kiosk/{CENTRE}/help/",
               f"/kiosk/{CENTRE}/help/?need=urgent.water"],
        "committee": ["/desk/help/", "/desk/help/new/"],
        "clerk": ["/desk/line/", f"/desk/line/messages/{message.pk}/",
                  f"/desk/line/requests/{d.case.number}/", f"/desk/cases/{d.case.number}/"],
    }  # fmt: skip
    for who, addresses in looks.items():
        page = page_as(who, width=width, language=language)
        for address in addresses:
            assert page.goto(site(address)).status == 200, address
            assert_accessible(page)
            assert_fits(page)


def test_a_committee_tells_it_and_the_operator_finds_the_message(page_as, site, assert_accessible):
    page = page_as("committee", width=PHONE)
    page.goto(site("/desk/help/new/"))
    page.get_by_label("谁需要帮助").fill("孙爷爷")
    page.get_by_label("本人同意").check()
    page.get_by_label("什么求助").fill("助餐")
    page.get_by_label("什么事").fill("一个人住，想请人送午饭")
    page.get_by_label("在哪里").press_sequentially("wtl 40 2")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="登记并派出").click()
    page.get_by_text("已登记并派出").wait_for()
    assert_accessible(page)
    assert HelpRequest.objects.get(channel="worker").need == "care.meal"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_all_needs_stand_on_the_upright_machine(page_as, site, assert_accessible, language: str):
    page = page_as(None, width=1080, height=1920, language=language)
    page.goto(site(f"/kiosk/{CENTRE}/help/"))
    assert page.locator(".kiosk-tile").count() == 9
    assert page.evaluate("document.documentElement.scrollHeight") <= 1920
    last, bar = page.locator(".kiosk-tile").last.bounding_box(), page.locator(".kiosk-foot")
    assert last and (not bar.count() or last["y"] + last["height"] <= bar.bounding_box()["y"])
    assert_accessible(page)
