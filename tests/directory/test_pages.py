"""Pages of the directory: the public list, paper, the desk, a neighbour's own."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import account, actor, party
from yimen.directory import actions
from yimen.directory.loaders import demo
from yimen.directory.models import Asking, Helper, Service, Unit
from yimen.lib.time import ZONE, at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)
SATURDAY = datetime(2026, 11, 28, 10, 0, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def _town(cast):
    with at(MONDAY):
        demo()
        yield


def signed_in(username: str) -> Client:
    client = Client()
    client.force_login(account(username))
    return client


def test_the_public_list_searched_filtered_and_printed() -> None:
    client = Client()
    page = client.get("/services/").content.decode()
    assert "助餐送餐" in page and "每餐 12 元起" in page
    found = client.get("/services/", {"q": "电梯"}).content.decode()
    assert "电梯困人" in found and "助餐送餐" not in found
    assert "没有找到" in client.get("/services/", {"q": "火箭"}).content.decode()
    free = client.get("/services/", {"fee": "free"}).content.decode()
    assert "居家照护" not in free and "邻里调解" in free
    paper = client.get("/services/sheet.pdf")
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")


def test_a_director_changes_a_unit_and_sees_what_is_wrong() -> None:
    client = signed_in("director")
    there = "/desk/units/canteen/"
    typed = {"name": "梧桐里示例社区食堂", "sort": "social", "phone": "021-0000-0303",
             "weekday": "10:30-13:00，16:30-19:00", "weekend": "", "is_active": "on",
             "fee_meal": "low", "price_meal": "每餐 12 元起"}  # fmt: skip
    assert client.post(there, typed | {"fee_meal": "paid", "price_meal": ""}).status_code == 422
    wrong = client.post(there, typed | {"weekday": "下午"})
    assert wrong.status_code == 422 and "读不懂" in wrong.content.decode()
    assert "下午" in wrong.content.decode(), "what was typed is kept"
    assert client.post(there, typed).status_code == 302
    unit = Unit.objects.get(code="canteen")
    assert unit.hours == {"weekday": [["10:30", "13:00"], ["16:30", "19:00"]], "weekend": []}
    again = client.post("/desk/units/new/", typed | {"code": "canteen"})
    assert again.status_code == 422 and "已经有这个代码" in again.content.decode()


def test_the_list_of_units_asks_no_query_for_each(django_assert_max_num_queries) -> None:
    client = signed_in("director")
    client.get("/desk/units/")  # what processes keep in memory is read by the first that asks
    with CaptureQueriesContext(connection) as few:
        client.get("/desk/units/")
    for n in range(6):
        Unit.objects.create(street="310199001", code=f"more-{n}", sort="team", name="站",
                            phone="021", changed_at=MONDAY)  # fmt: skip
    with django_assert_max_num_queries(len(few)):
        client.get("/desk/units/")


def test_a_service_stops_and_leaves_the_list() -> None:
    client = signed_in("director")
    row = Service.objects.get(code="meal")
    names = ("name", "what", "audience", "when", "fee", "price")
    typed = {n: getattr(row, n) for n in names}
    assert client.post("/desk/services/meal/", typed).status_code == 302
    assert "助餐送餐" not in Client().get("/services/").content.decode()


def test_officers_read_units_and_change_nothing() -> None:
    client = signed_in("officer")
    assert "示例抢修中心" in client.get("/desk/units/").content.decode()
    assert client.get("/desk/units/canteen/").status_code == 200
    assert client.post("/desk/units/canteen/", {}).status_code == 403
    assert client.get("/desk/services/meal/").status_code == 403
    assert client.get("/desk/helpers/").status_code == 404
    assert client.get("/desk/concerns/").status_code == 404


def test_from_the_offer_to_the_vetting() -> None:
    client = signed_in("resident")
    assert client.post("/my/help/", {"division": "310199001001"}).status_code == 422
    typed = {"division": "310199001001", "services": ["company"], "times": ["weekend_day"],
             "weekly": "1", "consent": "on"}  # fmt: skip
    assert client.post("/my/help/", typed).status_code == 302
    made = Helper.objects.get(party=party("resident"))
    desk = signed_in("assistant")
    assert party("resident").name in desk.get("/desk/helpers/").content.decode()
    assert desk.post(f"/desk/helpers/{made.pk}/", {"do": "vet"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "ready"
    assert client.post(f"/my/help/{made.pk}/", {"do": "pause"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "paused"


def test_others_find_nothing_of_what_a_neighbour_was_asked() -> None:
    one = Helper.objects.get(party=party("resident2"))
    made = Asking.objects.create(
        street=one.street, helper=one, job="case:1", service=Service.objects.get(code="company"),
        meeting="public", brief="陪去菜场", when=SATURDAY, asked_by=account("clerk"),
        asked_at=MONDAY,
    )  # fmt: skip
    mine = signed_in("resident2")
    assert "陪去菜场" in mine.get(f"/my/help/{made.pk}/").content.decode()
    for who in ("resident", "officer"):
        assert signed_in(who).get(f"/my/help/{made.pk}/").status_code == 404
    assert mine.post(f"/my/help/{made.pk}/", {"do": "yes"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "accepted"


def test_the_second_neighbour_answers_on_their_own_page() -> None:
    one = Helper.objects.get(party=party("resident2"))
    other = actions.offer_help(
        "310199001003", services=["company"], times=["weekend_day"], weekly=1, consent=True,
        by=actor("resident"), at=MONDAY,
    )  # fmt: skip
    made = Asking.objects.create(
        street=one.street, helper=one, second=other, job="case:1", meeting="two", when=SATURDAY,
        service=Service.objects.get(code="company"), brief="陪去菜场", asked_by=account("clerk"),
        asked_at=MONDAY,
    )  # fmt: skip
    there, first, second = f"/my/help/{made.pk}/", signed_in("resident2"), signed_in("resident")
    assert "我来" in second.get(there).content.decode()
    assert second.post(there, {"do": "yes"}).status_code == 302
    waits = second.get(there).content.decode()
    assert "我来" not in waits and "去不了了" in waits and "帮完了" not in waits
    sees = first.get(there).content.decode()
    assert "另一位邻居" in sees and "答应了" in sees and other.party.name not in sees
    desk = signed_in("clerk").get(f"/desk/helpers/{one.pk}/").content.decode()
    assert f"{one.party.name} 等回答" in desk and f"{other.party.name} 答应了" in desk
    assert first.post(there, {"do": "yes"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "accepted"
    assert "帮完了" in second.get(there).content.decode()
    second.post(there, {"do": "no"})
    made.refresh_from_db()
    assert made.state == "declined" and "帮完了" not in first.get(there).content.decode()
