"""Home visits in a real browser: every page with axe at both widths, and the way without network."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.browser.conftest import DESK, PHONE
from tests.cast import CENTRE, account, actor, party
from tests.homeservice.conftest import CARD, point
from yimen.custody.models import Paper
from yimen.homeservice import actions
from yimen.homeservice.actions import Wish
from yimen.homeservice.models import Route, Stop, Visit, WayAct
from yimen.lib.time import now, today
from yimen.matters.loaders import demo as matters

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, databases=["default", "journal"]),
]
# what the browser keeps: addresses of kept pages and files, and the words of them
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const one of await cache.keys()) found.push(one.url + " " + await (await cache.match(one)).text());
  }
  return found;
}"""
READY = f"async () => (await ({KEPT})()).filter(one => one.includes('.js ')).length > 1"
NOTHING = f"async () => (await ({KEPT})()).length === 0"


def until(page: Page, says: str) -> None:
    """Wait for what a promise answers; `wait_for_function` would take the promise itself for yes."""
    for _turn in range(100):
        if page.evaluate(f"({says})()"):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"never: {says}")


def asked(who: str = "mother") -> Visit:
    wish = Wish(matters=(CARD,))
    return actions.ask(point(), party(who), wish, channel="counter", by=actor("clerk"), at=now())


def on_the_way(*who: str) -> Route:
    matters()
    return actions.plan(
        point(), day=today(), half="am", going=[account("clerk").pk],
        visits=[asked(w).pk for w in who], by=actor("assistant"), at=now(),
    )  # fmt: skip


@pytest.mark.parametrize(("width", "language"), [(DESK, "zh-hans"), (PHONE, "en")])
def test_every_page(cast, page_as, site, assert_accessible, assert_fits, width, language):
    route = on_the_way("mother", "pang")
    waiting = asked("guo")
    visit = route.stops.order_by("place").first().visit
    look = {
        "clerk": [reverse("homeservice:way"), reverse("homeservice:new") + f"?person={party('mo').pk}"],
        "assistant": [
            reverse("homeservice:visits"), reverse("homeservice:visits") + "?tab=over",
            reverse("homeservice:visit", args=[visit.pk]), reverse("homeservice:visit", args=[waiting.pk]),
            reverse("homeservice:routes"), reverse("homeservice:route_new"),
            reverse("homeservice:route", args=[route.pk]),
        ],
        "resident2": [reverse("homeservice:ask"), reverse("homeservice:mine")],
        None: [reverse("homeservice:about"), reverse("homeservice:kiosk", args=[CENTRE])],
    }  # fmt: skip
    for who, addresses in look.items():
        page = page_as(who, width=width, language=language)
        for address in addresses:
            assert page.goto(site(address)).status == 200, address
            assert_accessible(page)
            assert_fits(page)


def press(page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def test_an_hour_without_network_loses_nothing_and_counts_once(cast, page_as, site):
    stop = on_the_way("mother").stops.get()
    page = page_as("clerk", width=PHONE)
    way = site(reverse("homeservice:way"))
    page.goto(way)
    until(page, READY)
    page.context.set_offline(True)
    press(page, "到了")
    press(page, "见到本人，核对了证件")
    page.get_by_text("没有网络：2 条已记在手机上").wait_for()
    assert WayAct.objects.count() == 0
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "赵秀珍" not in kept and "梧桐" not in kept and "0031" not in kept

    page.reload()  # the telephone had put the page to sleep: it comes back without network
    page.get_by_text("赵秀珍").wait_for()
    page.get_by_text("见到本人", exact=True).wait_for()
    press(page, "委托书签好了")
    page.locator("form[data-act=take] input[type=checkbox]").first.check()
    press(page, "收了材料")
    press(page, "这一家办好了")
    page.get_by_text("没有网络：5 条已记在手机上").wait_for()
    assert page.get_by_text("赵秀珍").count() == 0  # we have left: the name is gone at once
    happened = page.evaluate("JSON.parse(Object.values(localStorage)[0])[0].at")

    page.context.set_offline(False)
    page.get_by_text("没有网络").wait_for(state="hidden", timeout=30_000)
    stop.refresh_from_db()
    assert (stop.state, WayAct.objects.count()) == ("done", 5)
    assert stop.arrived_at.isoformat()[:19] == happened[:19]
    assert Paper.objects.filter(case_number=stop.visit.number).count() == 1
    assert page.evaluate("localStorage.length") == 0
    until(page, NOTHING)  # the route is done
    page.goto(way)
    assert page.get_by_role("link", name=stop.visit.number).count() == 1  # to be handed in


def test_what_does_not_fit_is_said_and_the_next_person_finds_nothing(cast, page_as, site):
    route = on_the_way("mother", "pang")
    mother = route.stops.get(visit__person=party("mother"))
    page = page_as("clerk", width=PHONE)
    page.goto(site(reverse("homeservice:way")))
    until(page, READY)
    page.context.set_offline(True)
    card = page.locator(f"[data-stop='{mother.pk}']")
    card.get_by_role("button", name="到了", exact=True).click()
    actions.drop(Stop.objects.get(pk=mother.pk), by=actor("assistant"), at=now())
    page.context.set_offline(False)
    page.get_by_text("这一家现在是“改期”").wait_for(timeout=30_000)
    page.get_by_role("button", name="知道了").click()
    page.wait_for_load_state()
    assert page.get_by_text("赵秀珍").count() == 0 and page.get_by_text("庞玉珠").count() == 1
    words = "".join(page.evaluate(KEPT))
    assert "庞玉珠" in words and "赵秀珍" not in words
    page.locator(".y-who summary").click()
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url(site("/"))
    assert page.evaluate(KEPT) == [] and page.evaluate("localStorage.length") == 0


def test_without_scripts_the_plain_forms_do_the_same(cast, page_as, site):
    stop = on_the_way("mother").stops.get()
    page = page_as("clerk", width=PHONE, scripts=False)
    page.goto(site(reverse("homeservice:way")))
    for name in ("到了", "见到本人，核对了证件", "这一家办好了"):
        press(page, name)
    stop.refresh_from_db()
    assert stop.state == "done" and stop.ended_at - stop.arrived_at < timedelta(minutes=1)
