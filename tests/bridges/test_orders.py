"""Orders of a city platform: taken once, two clocks, returned within the limit, answered until it is
acknowledged, joined with what the caller told us."""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from tests.bridges import orders
from tests.bridges.orders import City, run_errands, said, take
from tests.cases.world import matter
from tests.cast import STREET, account, actor, body
from yimen.bridges import actions, ticks
from yimen.bridges.actions.erasing import HOLDER
from yimen.bridges.models import Order, OrderAnswer
from yimen.bridges.orders import queries, rules
from yimen.bridges.orders.mapping import Mapping, mapping
from yimen.cases.dossier import load
from yimen.cases.models import Case
from yimen.hotline import actions as line
from yimen.hotline.models import HelpRequest
from yimen.ledger.models import Entry, Errand
from yimen.ledger.verify import verify
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE, at, now
from yimen.notices.models import Message
from yimen.people.actions import issue_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def catalogue(cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


@pytest.fixture
def city():
    made = City()
    yield made
    made.close()


@pytest.fixture
def open_one(city):
    return orders.platform(city.url)


def answered(order: Order, text: str = "已换水管") -> None:
    officer = next(
        a for a in map(actor, ("officer6", "officer", "officer7"))
        if order.case.lead_id in a.bodies()
    )  # fmt: skip
    line.reply(order.case.number, done=True, text=text, by=officer, at=now())


def called_back(order: Order, solved: str) -> None:
    row = HelpRequest.objects.get(case=order.case)
    line.call_back(row, reached=True, solved=solved, by=actor("clerk"), at=now())


def test_an_order_becomes_one_case_with_two_numbers(open_one) -> None:
    order = take(open_one)
    d = load(order.case.number)
    assert d.case.stage == "handling" and d.case.external_number == "SH20260302001"
    row = HelpRequest.objects.get(case=d.case)
    assert (row.need, row.line, row.place) == ("repair.water", "city", f"{STREET}001")
    assert d.case.facts["what"].startswith("楼道漏水\n五楼")
    assert (order.due_at, order.return_by) == (
        MONDAY + timedelta(days=3), MONDAY + timedelta(hours=8)
    )  # fmt: skip
    entry = Entry.objects.get(stream=f"order:{order.pk}")
    assert entry.act == "take" and entry.account == account("machine").pk
    written = "".join(str(e.data) for e in Entry.objects.all())
    assert not any(w in written for w in ("漏水", "钱女士", "19900000061"))
    assert verify().fault is None


def test_told_again_it_is_the_same_and_other_words_are_refused(open_one) -> None:
    first = take(open_one)
    again, new = actions.take_order(open_one, said(), by=actor("machine"), at=now())
    assert again == first and not new and Case.objects.count() == 1
    later = said(due_at=MONDAY + timedelta(days=5))
    moved, _new = actions.take_order(open_one, later, by=actor("machine"), at=now())
    assert moved.due_at == MONDAY + timedelta(days=5)
    with pytest.raises(Refused, match="内容不能再改"):
        actions.take_order(open_one, said(text="别的事"), by=actor("machine"), at=now())
    assert Case.objects.count() == 1


def test_what_no_code_fits_waits_to_be_sorted(open_one) -> None:
    order = take(open_one, category="99.7")
    assert order.unsorted and HelpRequest.objects.get(case=order.case).need == "street"
    assert list(queries.listed(actor("clerk"), "unsorted", now())) == [order]
    actions.sort_order(order, by=actor("clerk"), at=now())
    assert not queries.listed(actor("clerk"), "unsorted", now()).exists()


def test_codes_find_their_nearest_parent() -> None:
    assert Mapping({"01": "repair", "01.02": "repair.light"}, "street").need("01.02.3") == (
        "repair.light", False,
    )  # fmt: skip
    assert mapping("12345").need("01.77") == ("repair", False)
    assert mapping("12345").need("") == ("street", True)


def test_within_the_limit_an_order_goes_back_and_ends_when_they_take_it(open_one, city) -> None:
    order = take(open_one)
    with at(order.return_by):  # the limit itself counts
        actions.return_order(order, reason="not_ours", text="在邻街道", by=actor("clerk"), at=now())
        assert load(order.case.number).case.stage == "handling", "ours until they take it back"
        city.reply = {"accepted": True}
        run_errands()
    order.refresh_from_db()
    case = load(order.case.number).case
    assert (order.state, case.stage, case.ending) == ("returned", "closed", "void")
    told = city.got[0]
    assert told["type"] == "cn.yimen.order.return"
    assert told["data"]["result"] == "not_ours" and told["data"]["text"] == "在邻街道"


def test_after_the_limit_and_after_a_refusal_it_stays(open_one, city) -> None:
    order = take(open_one)
    given = {"reason": "not_ours", "text": "在邻街道", "by": actor("clerk")}
    with at(order.return_by + timedelta(seconds=1)), pytest.raises(Refused, match="退单期限"):
        actions.return_order(order, **given, at=now())
    actions.return_order(order, **given, at=now())
    with pytest.raises(Refused, match="正在等"):
        actions.return_order(order, **given, at=now())
    actions.judge_return(order, accepted=False, by=actor("machine"), at=now())
    order.refresh_from_db()
    assert (order.state, order.return_refused) == ("open", True)
    assert load(order.case.number).case.stage == "handling"
    with pytest.raises(Refused, match="不能再退"):
        actions.return_order(order, **given, at=now())
    with pytest.raises(Refused, match="没有申请退单"):
        actions.judge_return(order, accepted=True, by=actor("machine"), at=now())


def test_an_answer_is_tried_again_until_it_arrives(open_one, city) -> None:
    order = take(open_one)
    answered(order)
    assert (ticks.answers(now()), ticks.answers(now())) == (1, 0)
    city.status = 503
    run_errands()
    waiting = Errand.objects.get(name="bridges.answer")
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert list(queries.listed(actor("clerk"), "waiting", now())) == [order]
    Errand.objects.filter(pk=waiting.pk).update(state="failed")
    assert list(queries.listed(actor("clerk"), "failed", now())) == [order]
    Errand.objects.filter(pk=waiting.pk).update(state="waiting")
    city.status = 200
    run_errands()
    answer = OrderAnswer.objects.get()
    assert answer.sent_at and answer.acknowledged_at
    data = city.got[-1]["data"]
    assert (data["their_number"], data["result"], data["text"]) == (
        "SH20260302001", "granted", "已换水管",
    )  # fmt: skip
    assert {event["id"] for event in city.got} == {f"order-answer:{answer.pk}"}
    assert not queries.listed(actor("clerk"), "waiting", now()).exists()


def test_every_round_is_told_with_what_the_caller_said(open_one, city) -> None:
    order = take(open_one)
    answered(order)
    called_back(order, "no")  # before anybody read the answer
    ticks.answers(now())
    answered(order, "又换了阀门")
    ticks.answers(now())
    called_back(order, "yes")
    ticks.answers(now())
    rows = OrderAnswer.objects.order_by("round", "sort").values_list("round", "sort", "result")
    assert list(rows) == [
        (1, "called_back", "no"), (1, "reply", "answered"),
        (2, "called_back", "yes"), (2, "reply", "granted"),
    ]  # fmt: skip
    texts = OrderAnswer.objects.filter(sort="reply").order_by("round")
    assert list(texts.values_list("text", flat=True)) == ["已换水管", "又换了阀门"]


def test_their_clock_warns_once(open_one) -> None:
    order = take(open_one)
    assert ticks.order_clocks(now()) == 0
    with at(order.due_at - timedelta(hours=23)):
        assert (ticks.order_clocks(now()), ticks.order_clocks(now())) == (1, 0)
        assert list(queries.listed(actor("clerk"), "due", now())) == [order]
    assert Message.objects.get(template="bridge.order_due").to_body == order.case.lead
    assert rules.nearer([None, order.due_at, order.return_by]) == order.return_by


def ours(phone: str = "19900000061") -> HelpRequest:
    asked = line.Taken("repair.water", "水管漏了", place=f"{STREET}001", name="钱女士", phone=phone)
    d = line.take(asked, by=actor("clerk"), at=now())
    return HelpRequest.objects.get(case=d.case)


def test_what_came_both_ways_is_offered_and_joined(open_one) -> None:
    mine, order = ours(), take(open_one)
    ours("19900000062")  # another caller
    own = order.case.number
    assert list(queries.the_same(actor("clerk"), order, now())) == [mine]
    actions.join_order(order, mine.pk, by=actor("clerk"), at=now())
    order.refresh_from_db()
    assert order.case == mine.case and order.joined
    assert load(own).case.ending == "void"
    assert load(mine.case.number).case.external_number == order.their_number
    with pytest.raises(Refused, match="直接找过我们"):
        actions.return_order(order, reason="not_ours", text="x", by=actor("clerk"), at=now())


def test_only_a_quoted_number_of_the_same_caller_joins_by_itself(open_one) -> None:
    mine = ours()
    number = mine.case.number
    quoted = take(open_one, "A1", our_number=number)
    assert quoted.case == mine.case and quoted.joined
    slip = take(open_one, "A2", our_number=number, phone="19900000063")
    assert slip.case != mine.case and not slip.joined


def test_a_platform_without_an_interface_is_worked_by_hand() -> None:
    closed = orders.platform()
    order = take(closed)
    answered(order)
    ticks.answers(now())
    assert not Errand.objects.filter(name="bridges.answer").exists()
    answer = OrderAnswer.objects.get()
    actions.acknowledge(order, answer.pk, by=actor("clerk"), at=now())
    answer.refresh_from_db()
    assert answer.acknowledged_at == now()


def test_words_told_about_somebody_go_with_them(open_one) -> None:
    order = take(open_one)
    answered(order)
    ticks.answers(now())
    who = [order.case.applicant_id]
    assert HOLDER.tell(who)["order_answers"][0]["text"] == "已换水管"
    assert HOLDER.erase(who, by=actor("admin"), at=now()) == 1
    assert OrderAnswer.objects.get().text == ""


def test_who_is_complained_of_learns_nothing(open_one) -> None:
    civil = body("bo-civil-affairs")
    order = take(open_one, category="07.01", complained_of=("bo-civil-affairs",))
    assert order.case.lead_id != civil.pk and order.case.excluded_bodies == [civil.pk]
    assert not queries.visible_to(actor("officer")).exists()
    with pytest.raises(Invalid, match="没有代码"):
        take(open_one, "A3", complained_of=("nobody",))


def test_strangers_to_an_order(open_one, city) -> None:
    order = take(open_one)
    with pytest.raises(Unseen):
        actions.take_order(open_one, said("B1"), by=actor("resident"), at=now())
    for who in ("officer3", "resident"):
        with pytest.raises(Unseen):
            actions.sort_order(order, by=actor(who), at=now())
    with pytest.raises(Forbidden):
        actions.sort_order(order, by=actor("officer6"), at=now())


# -- by the API ----------------------------------------------------------------------------------


def payload(number: str = "SH20260302001", **more: object) -> dict[str, object]:
    given = said(number)
    moments = {n: getattr(given, n).isoformat() for n in ("received_at", "due_at", "return_by")}
    names = ("their_number", "title", "text", "category", "place", "where", "name", "phone")
    return {n: getattr(given, n) for n in names} | moments | more


def post(token: str, path: str, data: dict[str, object]):
    return Client().post(
        f"/api/v1/{path}", json.dumps(data), content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip


def test_the_door_for_platforms(open_one) -> None:
    token = issue_token(account("machine"), by=actor("admin"), at=now())
    first = post(token, "orders", payload())
    assert first.status_code == 201, first.content
    assert post(token, "orders", payload()).status_code == 200
    assert post(token, "orders", payload(text="别的")).status_code == 409
    naive = payload("B2", received_at="2026-03-02T09:00:00")
    assert post(token, "orders", naive).status_code == 422
    path = "orders/SH20260302001"
    seen = Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
    assert seen.json()["number"] == first.json()["number"]
    assert "漏水" not in seen.content.decode() and "199" not in seen.content.decode()[:0]
    assert post(token, f"{path}/acts", {"act": "accept_return"}).status_code == 409
    assert post(token, f"{path}/acts", {"act": "eat"}).status_code == 422
    number = first.json()["number"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert Client().get(f"/api/v1/cases/{number}", headers=bearer).status_code == 404
    other = issue_token(account("partner"), by=actor("admin"), at=now())
    assert post(other, "orders", payload("B3")).status_code == 404
    assert post("nothing", "orders", payload("B3")).status_code == 401


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_two_deliveries_at_once_are_one() -> None:
    closed = orders.platform()
    gate, made = threading.Barrier(2), []

    def deliver() -> None:
        try:
            with at(MONDAY):
                gate.wait()
                made.append(actions.take_order(closed, said(), by=actor("clerk"), at=now()))
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(new for _order, new in made) == [False, True]
    assert len({order.pk for order, _new in made}) == 1 and Case.objects.count() == 1
