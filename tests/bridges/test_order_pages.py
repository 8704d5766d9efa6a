"""Desk pages of orders: the list by both clocks, typing in, sorting, returning, copying over, sending
again; two operators at once."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from tests.bridges import orders
from tests.bridges.orders import City, run_errands, said, take
from tests.cases.browsing import client
from tests.cases.browsing import said as words
from tests.cases.world import matter
from tests.cast import STREET, account, actor, body
from yimen.bridges import actions, ticks
from yimen.bridges.models import Order, OrderAnswer, System
from yimen.bridges.orders import queries, showing
from yimen.cases.dossier import load
from yimen.cases.models import Case
from yimen.hotline import actions as line
from yimen.hotline.models import HelpRequest
from yimen.ledger.models import Entry, Errand
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE, at, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
LIST = "/desk/orders/"


@pytest.fixture(autouse=True)
def catalogue(cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def page(order: Order, what: str = "") -> str:
    return f"{LIST}{order.pk}/{what}"


def answered(order: Order, text: str = "已换水管") -> None:
    order.refresh_from_db()
    officer = next(
        a for a in map(actor, ("officer6", "officer", "officer7", "officer8"))
        if order.case.lead_id in a.bodies()
    )  # fmt: skip
    line.reply(order.case.number, done=True, text=text, by=officer, at=now())
    ticks.answers(now())


def typed(number: str = "SH20260302009", **more: Any) -> dict[str, Any]:
    from yimen.bridges.models import Platform

    return {
        "platform": str(Platform.objects.get().pk), "their_number": number, "text": "路灯不亮",
        "need": "路灯", "place": f"{STREET}001", "due_at": "2026-03-05T12:00",
        "name": "孙先生", "phone": "19900000069",
    } | more  # fmt: skip


def test_the_list_shows_both_numbers_both_clocks_and_what_is_to_be_done() -> None:
    closed = orders.platform()
    soon = take(closed, "A1", due_at=MONDAY + timedelta(hours=3))
    later = take(closed, "A2", due_at=MONDAY + timedelta(days=9), phone="19900000062")
    over = take(closed, "A3", due_at=MONDAY + timedelta(minutes=1), phone="19900000063")
    browser = client("clerk")
    with at(MONDAY + timedelta(minutes=30)):
        everything = words(browser.get(LIST))
        assert all(o.their_number in everything for o in (soon, later, over))
        assert all(o.case.number in everything for o in (soon, later, over))
        assert "还有 2 小时" in everything and "刚刚过期" in everything
        due = browser.get(LIST, {"show": "due"})
        html = due.content.decode()
        assert html.index(">A3<") < html.index(">A1<") and ">A2<" not in html
        assert 'class="is-red"' in html and 'class="is-yellow"' in html
    assert "这里没有工单" in words(browser.get(LIST, {"show": "unsorted"}))
    assert "A2" in words(browser.get(LIST, {"q": " a2 "}))
    assert "A2" in words(browser.get(LIST, {"q": later.case.number}))
    assert "没有这个编号" in words(browser.get(LIST, {"q": "A"}))


def test_our_own_clock_alone_makes_an_order_due() -> None:
    order = take(orders.platform(), due_at=None)
    assert not queries.listed(actor("clerk"), "due", now()).exists()
    with at(order.case.due_at - timedelta(hours=2)):
        assert list(queries.listed(actor("clerk"), "due", now())) == [order]


def test_pages_of_the_list_keep_the_order_of_the_clocks() -> None:
    closed = orders.platform()
    for n in range(32):
        take(closed, f"N{n:02}", due_at=MONDAY + timedelta(minutes=n + 1), phone=f"199000001{n:02}")
    browser = client("clerk")
    first = browser.get(LIST, {"show": "due"})
    assert ">N00<" in first.content.decode() and ">N31<" not in first.content.decode()
    cursor = first.context["page"].next
    second = browser.get(LIST, {"show": "due", "cursor": cursor}).content.decode()
    assert ">N31<" in second and ">N00<" not in second


def test_typed_in_by_hand_with_a_need_it_is_sent_at_once() -> None:
    orders.platform()
    browser = client("clerk")
    answer = browser.post(f"{LIST}new/", typed())
    order = Order.objects.get()
    assert answer.status_code == 302 and answer["Location"] == page(order)
    row = HelpRequest.objects.get(case=order.case)
    assert (row.need, row.line, order.unsorted, order.by_hand) == (
        "street.light", "city", False, True,
    )  # fmt: skip
    assert order.due_at == datetime(2026, 3, 5, 12, tzinfo=ZONE)
    assert order.return_by == now() + timedelta(hours=24)
    assert Entry.objects.get(stream=f"order:{order.pk}").account == account("clerk").pk
    seen = words(browser.get(page(order)))
    assert all(w in seen for w in (order.their_number, order.case.number, "路灯不亮", "人工录入"))


def test_what_is_wrong_is_said_and_what_was_typed_stays() -> None:
    orders.platform()
    answer = client("clerk").post(f"{LIST}new/", typed(" ", need="飞船", due_at="2026-03-01T08:00"))
    assert answer.status_code == 422 and "路灯不亮" in answer.content.decode()
    assert "没有这样的求助" in words(answer) and not Order.objects.exists()
    answer = client("clerk").post(f"{LIST}new/", typed(due_at="2026-03-01T08:00"))
    assert answer.status_code == 422 and "不能早于" in words(answer)


def test_by_push_and_by_hand_it_is_one() -> None:
    city = City()
    try:
        given = orders.platform(city.url)
        browser = client("clerk")
        pushed = take(given)
        again = browser.post(f"{LIST}new/", typed(pushed.their_number), follow=True)
        assert "已经收下过" in words(again) and Order.objects.count() == Case.objects.count() == 1
        pushed.refresh_from_db()
        assert pushed.due_at == MONDAY + timedelta(days=3), "the platform's own word counts"
        browser.post(f"{LIST}new/", typed("B7"))
        hand = Order.objects.get(their_number="B7")
        same, new = actions.take_order(given, said("B7"), by=actor("machine"), at=now())
        assert (same, new, same.by_hand) == (hand, False, False)
        assert same.due_at == MONDAY + timedelta(days=3) and Case.objects.count() == 2
        with pytest.raises(Refused, match="内容不能再改"):
            actions.take_order(given, said("B7", text="别的"), by=actor("machine"), at=now())
    finally:
        city.close()


def test_typed_in_again_only_the_clocks_on_the_sheet_move() -> None:
    orders.platform()
    browser = client("clerk")
    browser.post(f"{LIST}new/", typed())
    before = Order.objects.get()
    browser.post(f"{LIST}new/", typed(due_at="", text="写错了"))
    assert Order.objects.get().due_at == before.due_at
    browser.post(f"{LIST}new/", typed(due_at="2026-03-06T12:00"))
    after = Order.objects.get()
    assert after.due_at == datetime(2026, 3, 6, 12, tzinfo=ZONE)
    assert after.return_by == before.return_by and Case.objects.count() == 1


def test_an_unsorted_order_is_sorted_to_a_need_and_sent_anew() -> None:
    order = take(orders.platform(), category="99")
    first = order.case
    browser = client("clerk")
    assert "分拣" in words(browser.get(page(order)))
    assert "平台工单" in words(browser.get("/desk/"))
    browser.post(page(order, "sort/"), {"need": "噪声"})
    order.refresh_from_db()
    row = HelpRequest.objects.get(case=order.case)
    assert (row.need, order.unsorted) == ("quarrel.noise", False)
    assert order.case != first and load(first.number).case.ending == "void"
    assert order.case.facts["what"] == first.facts["what"]
    assert order.case.applicant_id == first.applicant_id
    assert order.case.external_number == order.their_number
    assert order.case.lead_id != first.lead_id
    late = browser.post(page(order, "sort/"), {"need": "路灯"})
    assert late.status_code == 409 and "已经分拣好了" in words(late)


def test_sorted_to_where_it_is_nothing_begins_anew() -> None:
    order = take(orders.platform(), category="99")
    client("clerk").post(page(order, "sort/"), {"need": "street"})
    order.refresh_from_db()
    assert not order.unsorted and Case.objects.count() == 1


def test_what_complains_of_a_body_stays_hidden_from_it_when_sorted() -> None:
    order = take(orders.platform(), category="99", complained_of=("bo-civil-affairs",))
    actions.sort_order(order, need="complaint.office", by=actor("clerk"), at=now())
    order.refresh_from_db()
    assert len(order.case.excluded_bodies) == 1
    assert not queries.visible_to(actor("officer")).exists()


def test_an_answered_order_is_not_sorted_into_another_procedure() -> None:
    order = take(orders.platform(), category="99")
    answered(order)
    with pytest.raises(Refused, match="已经答复"):
        actions.sort_order(order, need="quarrel.noise", by=actor("clerk"), at=now())


def test_returned_with_a_reason_of_theirs_until_the_limit() -> None:
    order = take(orders.platform())
    browser = client("clerk")
    assert "不属于本街道的职责" in words(browser.get(page(order)))
    given = {"reason": "weather", "text": "在邻街道"}
    assert browser.post(page(order, "return/"), given).status_code == 422
    given["reason"] = "wrong_place"
    with at(order.return_by + timedelta(seconds=1)):
        evening = client("clerk")
        late = evening.post(page(order, "return/"), given)
        assert late.status_code == 409 and "已经过了对方的退单期限" in words(late)
        assert "填写退单" not in words(evening.get(page(order)))
    assert browser.post(page(order, "return/"), given).status_code == 302
    second = browser.post(page(order, "return/"), given)
    assert second.status_code == 409 and "正在等对方确认" in words(second)
    seen = words(browser.get(page(order)))
    assert "退单：地点不在本街道" in seen and "说明：在邻街道" in seen
    answer = OrderAnswer.objects.get()
    browser.post(page(order, "act/"), {"do": "copied", "which": str(answer.pk)})
    answer.refresh_from_db()
    assert answer.sent_at == now() and answer.acknowledged_at is None
    browser.post(page(order, "act/"), {"do": "accepted"})
    order.refresh_from_db()
    assert order.state == "returned" and load(order.case.number).case.ending == "void"


def test_refused_by_the_platform_it_is_worked_on_and_not_returned_again() -> None:
    order = take(orders.platform())
    browser = client("clerk")
    given = {"reason": "not_ours", "text": "在邻街道"}
    browser.post(page(order, "return/"), given)
    browser.post(page(order, "act/"), {"do": "refused"})
    again = browser.post(page(order, "return/"), given)
    assert again.status_code == 409 and "已经拒绝过退单" in words(again)


def test_the_answer_stands_ready_to_paste_and_is_marked_when_copied() -> None:
    order = take(orders.platform())
    answered(order)
    browser = client("clerk", language="en")
    seen = words(browser.get(page(order)))
    lines = (f"工单编号：{order.their_number}", f"我方编号：{order.case.number}", "说明：已换水管")
    assert all(one in seen for one in lines), "Chinese, whoever reads the page"
    assert list(queries.listed(actor("clerk"), "waiting", now())) == [order]
    answer = OrderAnswer.objects.get()
    for _n in range(2):  # a colleague at the same time: once is enough
        browser.post(page(order, "act/"), {"do": "copied", "which": str(answer.pk)})
    assert Entry.objects.filter(stream=f"order:{order.pk}", act="copy").count() == 1
    answer.refresh_from_db()
    assert answer.sent_at == answer.acknowledged_at == now()
    seen = words(client("clerk").get(page(order)))
    assert "已抄给对方" in seen and "工单编号：" not in seen
    assert not queries.listed(actor("clerk"), "waiting", now()).exists()


def test_what_could_not_be_sent_is_sent_again_with_one_key_or_copied() -> None:
    city = City()
    try:
        order = take(orders.platform(city.url))
        answered(order)
        answer = OrderAnswer.objects.get()
        browser = client("clerk")
        with pytest.raises(Refused, match="由系统发送"):
            actions.copy_over(order, answer.pk, by=actor("clerk"), at=now())
        Errand.objects.filter(name="bridges.answer").update(state="failed", attempts=8)
        assert order.their_number in words(browser.get(LIST, {"show": "failed"}))
        seen = browser.get(page(order))
        assert "试过 8 次" in words(seen) and 'data-key="r"' in seen.content.decode()
        browser.post(page(order, "act/"), {"do": "again", "which": str(answer.pk)})
        run_errands()
        answer.refresh_from_db()
        assert answer.acknowledged_at and len(city.got) == 1
        told = browser.post(page(order, "act/"), {"do": "again", "which": str(answer.pk)})
        assert told.status_code == 302 and len(city.got) == 1
    finally:
        city.close()


def test_a_platform_with_an_interface_says_itself_whether_it_takes_back() -> None:
    city = City()
    try:
        order = take(orders.platform(city.url))
        given: dict[str, Any] = {"by": actor("clerk"), "at": now()}
        actions.return_order(order, reason="not_ours", text="在邻街道", **given)
        with pytest.raises(Forbidden, match="由对方自己"):
            actions.judge_return(order, accepted=True, **given)
    finally:
        city.close()


def test_what_was_joined_does_not_lose_the_case_of_the_caller() -> None:
    closed = orders.platform()
    asked = line.Taken(
        "repair.water", "水管漏了", place=f"{STREET}001", name="钱女士", phone="19900000061"
    )
    mine = line.take(asked, by=actor("clerk"), at=now()).case
    order = take(closed)
    browser = client("clerk")
    row = HelpRequest.objects.get(case=mine)
    assert mine.number in words(browser.get(page(order)))
    browser.post(page(order, "act/"), {"do": "join", "which": str(row.pk)})
    order.refresh_from_db()
    assert order.case == mine
    other = line.take(asked, by=actor("clerk"), at=now()).case
    again = HelpRequest.objects.get(case=other)
    answer = browser.post(page(order, "act/"), {"do": "join", "which": str(again.pk)})
    assert answer.status_code == 409 and load(mine.number).case.ending == ""


def test_the_demonstration_has_an_order_for_every_thing_to_do() -> None:
    from yimen.bridges.loaders import demo

    with at(MONDAY + timedelta(days=3)):
        demo()
        clerk, moment = actor("clerk"), now()
        found = {n: queries.listed(clerk, n, moment).count() for n in queries.FILTERS}
    assert found == {"open": 5, "due": 2, "waiting": 1, "failed": 0, "unsorted": 1, "all": 5}


def test_the_second_number_and_its_clock_stand_with_the_case_and_on_the_line() -> None:
    order = take(orders.platform(), "A1", due_at=MONDAY + timedelta(hours=3))
    officer = next(w for w in ("officer6", "officer", "officer7")
                   if order.case.lead_id in actor(w).bodies())  # fmt: skip
    case = f"/desk/cases/{order.case.number}/"
    for who, opens in (("clerk", True), (officer, False)):
        seen = client(who).get(case)
        assert "A1" in words(seen) and "还有 3 小时" in words(seen)
        assert (page(order) in seen.content.decode()) is opens
    browser = client("clerk")
    for path in ("/desk/line/", f"/desk/line/requests/{order.case.number}/dispatch/"):
        seen = browser.get(path)
        assert page(order) in seen.content.decode() and "还有 3 小时" in words(seen), path


def test_found_by_every_second_number_for_who_may_see_the_case() -> None:
    closed = orders.platform()
    asked = line.Taken(
        "repair.water", "水管漏了", place=f"{STREET}001", name="钱女士", phone="19900000061"
    )
    mine = line.take(asked, by=actor("clerk"), at=now()).case
    take(closed, "20260302001", our_number=mine.number)
    take(closed, "ZX7", our_number=mine.number)
    for number in ("20260302001", "zx7"):
        found = client("clerk").post("/desk/search/", {"q": number})
        assert found.status_code == 302 and mine.number in found["Location"], number
        stranger = client("officer3").post("/desk/search/", {"q": number}, follow=True)
        assert mine.number not in stranger.content.decode()
    listed = client("clerk").get("/desk/cases/", {"q": "ZX7"})
    assert mine.number in listed.content.decode()


def test_the_number_of_a_sorted_order_leads_to_the_case_that_goes_on() -> None:
    order = take(orders.platform(), "Q5", category="99")
    actions.sort_order(order, need="quarrel.noise", by=actor("clerk"), at=now())
    order.refresh_from_db()
    found = client("clerk").post("/desk/search/", {"q": "Q5"})
    assert found.status_code == 302 and order.case.number in found["Location"]


def test_an_administrator_makes_a_system_a_platform_once() -> None:
    system, _secret = actions.connect(
        street=STREET, code="city", name="运行平台", body=body("bo-civil-affairs"), sort="closed",
        by=actor("admin"), at=now(),
    )  # fmt: skip
    given = {"mapping_name": "12345", "hours": "8"}
    admin, path = client("admin"), "/desk/bridges/city/platform/"
    assert client("clerk").post(path, given).status_code == 403
    assert admin.post(path, given).status_code == 302
    assert system.platforms.get().return_hours == 8
    assert admin.post(path, given).status_code == 409
    assert Entry.objects.filter(stream="system:city", act="platform").exists()
    assert "运行平台" in words(client("clerk").get(f"{LIST}new/"))


def test_an_interface_needs_an_account_of_its_own() -> None:
    given = {"code": "city", "name": "运行平台", "body": body("bo-civil-affairs")}
    more: dict[str, Any] = {"by": actor("admin"), "at": now()}
    system, _secret = actions.connect(
        street=STREET, sort="open", url="http://127.0.0.1:9/", **given, **more
    )
    for who in (None, account("clerk")):
        with pytest.raises(Invalid):
            actions.connect_platform(system, mapping_name="12345", account=who, hours=8, **more)
    account_ = account("machine")
    actions.connect_platform(system, mapping_name="12345", account=account_, hours=8, **more)
    other, _secret = actions.connect(
        street=STREET, sort="open", url="http://127.0.0.1:9/", **given | {"code": "two"}, **more
    )
    with pytest.raises(Invalid, match="另一个平台"):
        actions.connect_platform(other, mapping_name="12345", account=account_, hours=8, **more)


def test_strangers_find_no_order() -> None:
    order = take(orders.platform())
    for who in ("officer", "resident", "machine"):
        assert client(who).get(LIST).status_code == 404
        assert client(who).get(page(order)).status_code == 404
    for what in ("act/", "sort/", "return/"):
        assert client("officer").post(page(order, what)).status_code == 404
    assert client("clerk").post(page(order, "act/"), {"do": "eat"}).status_code == 404
    with pytest.raises(Unseen):
        actions.take_order(order.platform, said("B1"), by=actor("partner"), at=now())


def test_words_of_the_clock() -> None:
    due = MONDAY + timedelta(days=5)
    steps = {
        timedelta(0): "还有 5 天", timedelta(days=3, minutes=1): "还有 47 小时",
        timedelta(days=4, hours=23, minutes=30): "不到 1 小时", timedelta(days=5): "不到 1 小时",
        timedelta(days=5, minutes=1): "刚刚过期", timedelta(days=5, hours=2): "已过 2 小时",
        timedelta(days=9): "已过 4 天",
    }  # fmt: skip
    assert {step: showing.left(due, MONDAY + step) for step in steps} == steps


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_two_operators_return_at_once_and_one_is_told() -> None:
    order = take(orders.platform())
    gate, heard = threading.Barrier(2), []

    def give_back() -> None:
        try:
            with at(MONDAY):
                gate.wait()
                actions.return_order(
                    order, reason="not_ours", text="在邻街道", by=actor("clerk"), at=now()
                )
                heard.append("")
        except Refused as refused:
            heard.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=give_back) for _n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(heard) == ["", "no_return"]
    assert OrderAnswer.objects.count() == 1 and System.objects.count() == 1
