"""Sending somebody, in a browser without scripts: the list, the page, the price, the telephone, the
neighbours, and who is not told that the page exists."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cases.world import matter
from tests.cast import STREET, account, actor, body, party
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.directory import actions as directory_acts
from yimen.directory import loaders as directory
from yimen.directory.models import Asking, Helper, Unit
from yimen.hotline import actions, proposing
from yimen.hotline.actions import Taken
from yimen.hotline.models import Dispatch, HelpRequest
from yimen.lib.time import ZONE, at, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
LINE = "/desk/line/"


@pytest.fixture(autouse=True)
def _monday(cast):
    with at(MONDAY):
        for n in range(1, 9):
            matter(f"help-00{n}")
        directory.demo()
        yield


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(account(username))
    return client


def take(need: str, **more) -> str:
    asked = Taken(need, "请帮忙", place=f"{STREET}001", party=party("resident").pk, **more)
    return actions.take(asked, by=actor("clerk"), at=now()).case.number


def there(number: str, page: str = "dispatch") -> str:
    return f"{LINE}requests/{number}/{page}/"


def said(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_a_request_is_sent_returned_and_stands_in_the_list() -> None:
    number, clerk = take("quarrel.noise"), signed_in("clerk")
    assert there(number) in said(clerk, f"/desk/cases/{number}/") and there(number) in said(
        clerk, LINE
    )
    page = said(clerk, there(number))
    assert "能办“邻里调解”" in page and "按责任表" in page and 'data-key="1"' in page
    clerk.post(there(number), {"to": "body:bo-civil-affairs"})
    assert "要派的" not in said(clerk, LINE)
    assert "先撤回" in said(clerk, there(number))
    for task in load(number).open_tasks:
        perform(number, "return", by=actor("officer"), task=str(task.pk), reason="不归民政")
    assert "要派的" in said(clerk, LINE) and "退回" in said(clerk, there(number))
    clerk.post(there(number), {"to": "unit:mediation"})
    made = Dispatch.objects.get(unit__code="mediation")
    assert clerk.post(there(number), {"do": "recall", "dispatch": str(made.pk)}).status_code == 422
    clerk.post(there(number), {"do": "recall", "dispatch": str(made.pk), "text": "派错了"})
    made.refresh_from_db()
    assert made.state == "withdrawn" and "派错了" in said(clerk, there(number))


def test_the_price_is_asked_for_before_the_key_works() -> None:
    Unit.objects.filter(code="care-station").update(body=None)  # not on the platform: rung up
    number, clerk = take("care.bath"), signed_in("clerk")
    assert "先问价格" in said(clerk, there(number))
    assert clerk.post(there(number), {"to": "unit:care-station"}).status_code == 409
    ask = f"{there(number)}?ask=care-station"
    assert "每小时 45 元起" in said(clerk, ask)
    assert clerk.post(ask, {"price": "", "agreed": "yes"}).status_code == 422
    clerk.post(ask, {"price": "每小时 45 元", "said_by": "caller", "agreed": "yes"})
    shown = clerk.post(there(number), {"to": "unit:care-station"}, follow=True).content.decode()
    assert "021-0000-0304" in shown and "本人同意" in shown
    made = Dispatch.objects.get(unit__code="care-station")
    steps = [("took", "", "signed"), ("reported", "下午到", "signed"), ("done", "洗好了", "done")]
    for do, text, state in steps:
        clerk.post(there(number), {"do": do, "dispatch": str(made.pk), "text": text})
        made.refresh_from_db()
        assert made.state == state
    assert "洗好了" in said(signed_in("officer"), f"{LINE}requests/{number}/reply/")


def test_neighbours_are_asked_in_twos_and_thanked() -> None:
    before = Helper.objects.get(party=party("resident2"), state__in=Helper.OPEN)
    directory_acts.end(before, by=actor("resident2"), at=now())
    helper = directory_acts.offer_help(
        f"{STREET}001", services=["company"], times=["weekday_day"], weekly=2, consent=True,
        by=actor("resident2"), at=now(),
    )  # fmt: skip
    directory_acts.vet(helper, by=actor("assistant"), at=now())
    number, clerk = take("company"), signed_in("clerk")
    path = f"{there(number, 'neighbours')}?when=2026-03-03T10:00"
    assert str(helper.pk) in said(clerk, path)
    asked = {"helper": str(helper.pk), "service": "company", "meeting": "two", "brief": "陪去菜场"}
    assert clerk.post(path, asked).status_code == 422, "nobody goes to a home alone"
    assert clerk.post(path, asked | {"second": "me"}).status_code == 302
    row = Asking.objects.get()
    assert row.job == f"case:{number}" and row.escort_id == account("clerk").pk
    assert "等回答" in said(clerk, there(number))
    directory_acts.answer(row, accept=True, by=actor("resident2"), at=now())
    for do in ("done", "thank"):
        clerk.post(there(number, "neighbours"), {"do": do, "asking": str(row.pk)})
    row.refresh_from_db()
    assert row.thanked_at and "已道谢" in said(clerk, there(number))


def test_nobody_else_is_told_that_there_is_such_a_page() -> None:
    number = take("complaint.office", excluded=(body("bo-civil-affairs").pk,))
    for who in ("officer", "officer6", "head", "resident", "supervisor"):
        for page in ("dispatch", "neighbours"):
            assert signed_in(who).get(there(number, page)).status_code == 404
    assert "body:bo-civil-affairs" not in said(signed_in("clerk"), there(number))
    assert HelpRequest.objects.count() == 1


def back_from(number: str, who: str, reason: str) -> None:
    for task in load(number).open_tasks:
        perform(number, "return", by=actor(who), task=str(task.pk), reason=reason)


def test_who_gave_it_back_is_named_with_the_reason_and_stands_last() -> None:
    number, clerk = take("quarrel.noise"), signed_in("clerk")
    first = to(number)
    assert first[0] == "unit:mediation"
    Unit.objects.filter(code="mediation").update(body=body("bo-civil-affairs"))
    clerk.post(there(number), {"to": "unit:mediation"})
    with at(MONDAY.replace(hour=14, minute=25)):
        back_from(number, "officer", "不归民政，是物业的事")
        clerk = signed_in("clerk")  # a new shift
        name = Unit.objects.get(code="mediation").name
        assert f"{name} · 退回 · 不归民政，是物业的事" in said(clerk, LINE)
        page = said(clerk, there(number))
        assert "退回过：不归民政，是物业的事，03-02 14:25" in page
        assert "14:25 退回" in page and "09:00 派出" in page
        last = offered(number)[-1]
        assert last.to == "unit:mediation" and last.came_back
        assert set(to(number)) == set(first)


def offered(number: str) -> list[proposing.Proposal]:
    row = HelpRequest.objects.get(case__number=number)
    return proposing.proposals(row, load(number), now())


def test_a_unit_that_gave_it_back_is_not_offered_first_as_its_body() -> None:
    number, clerk = take("urgent.water"), signed_in("clerk")
    unit = next(u for u in Unit.objects.exclude(body=None) if f"unit:{u.code}" in to(number))
    clerk.post(there(number), {"to": f"unit:{unit.code}"})
    made = Dispatch.objects.get(unit=unit)
    for task in load(number).open_tasks:
        if task.body_id == unit.body_id:
            perform(number, "return", by=actor("partner"), task=str(task.pk), reason="没有人手")
    made.refresh_from_db()
    assert made.state == "sent", "the minute has not brought it yet"
    last = offered(number)[-1]
    assert last.to == f"unit:{unit.code}" and "没有人手" in last.against[-1]


def to(number: str) -> list[str]:
    return [p.to for p in offered(number)]


def test_what_the_matrix_named_has_no_box_to_recall_it_by() -> None:
    number, clerk = take("quarrel.noise"), signed_in("clerk")
    page = said(clerk, there(number))
    assert "按责任表自动派的" in page and "为什么撤回" not in page
    clerk.post(there(number), {"to": "body:bo-civil-affairs"})
    assert "为什么撤回" in said(clerk, there(number))


def test_the_list_of_what_came_back_asks_no_query_for_each(django_assert_max_num_queries) -> None:
    clerk = signed_in("clerk")

    def returned() -> None:
        number = take("quarrel.noise")
        clerk.post(there(number), {"to": "body:bo-civil-affairs"})
        back_from(number, "officer", "不归民政")

    returned()
    said(clerk, LINE)
    with CaptureQueriesContext(connection) as few:
        said(clerk, LINE)
    most = len(few)
    for _n in range(3):
        returned()
    with django_assert_max_num_queries(most):
        said(clerk, LINE)


def test_whom_nothing_proposes_is_found_by_name_priced_and_sent() -> None:
    number, clerk = take("quarrel.noise"), signed_in("clerk")
    care = Unit.objects.get(code="care-station")
    assert care.name not in said(clerk, there(number)) and "没有别的单位" not in said(
        clerk, there(number)
    )
    found = there(number) + f"?q={care.name[:3]}"
    page = said(clerk, found)
    assert care.name in page and "目录里它没有这项服务" in page and "先问价格" in page
    ask = f"{there(number)}?ask=care-station&q={care.name[:3]}"
    answer = clerk.post(ask, {"price": "50 元", "said_by": "caller", "agreed": "yes"})
    assert answer.status_code == 302 and "q=" in answer.url
    assert 'value="unit:care-station"' in said(clerk, answer.url.partition("#")[0])
    clerk.post(found, {"to": "unit:care-station"})
    assert Dispatch.objects.get(unit=care).price.price == "50 元"
    assert "没有别的单位叫这个名字" in said(clerk, there(number) + "?q=没有这家")


def test_who_is_complained_of_is_not_found_by_name_either() -> None:
    civil = body("bo-civil-affairs")
    asked = take("complaint.office", excluded=(civil.pk,))
    other = take("quarrel.noise")
    row, d = HelpRequest.objects.get(case__number=asked), load(asked)
    assert not proposing.others(row, d, now(), civil.name, set())
    row, d = HelpRequest.objects.get(case__number=other), load(other)
    assert [p.to for p in proposing.others(row, d, now(), civil.name, set())] == [
        "body:bo-civil-affairs"
    ]
    assert not proposing.others(row, d, now(), civil.name, {"body:bo-civil-affairs"})
