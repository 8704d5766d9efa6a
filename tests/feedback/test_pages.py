"""Rating by number and code, the follow-up at the desk, the figures for everybody."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cases.world import hand_in
from tests.cast import account, actor
from tests.feedback.conftest import finished
from yimen.cases.dossier import Dossier
from yimen.contacts import actions as contacts
from yimen.feedback import actions, queries
from yimen.feedback.models import FollowUp, Rating
from yimen.lib.actor import ANONYMOUS
from yimen.lib.crypto import unseal

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quiet(monday: datetime) -> None:
    cache.clear()


def key_of(d: Dossier) -> dict[str, str]:
    code = unseal(d.case.enquiry_code, about=f"case:{d.case.number}")
    return {"number": d.case.enquiry_no, "code": code}


def token_of(answer: Any) -> str:
    found = re.search(r'name="token" value="([^"]+)"', answer.content.decode())
    assert found, "no rating form came"
    return found[1]


def test_number_and_code_then_five_levels(client: Client) -> None:
    d = finished()
    assert client.get("/rate/").status_code == 200
    token = token_of(client.post("/rate/", key_of(d)))
    missing = client.post("/rate/give/", {"token": token})
    assert missing.status_code == 422
    thanks = client.post("/rate/give/", {"token": token, "level": "1", "text": "等了很久"})
    assert thanks.status_code == 200 and "再评价一次" in thanks.content.decode()
    rating = Rating.objects.get()
    assert (rating.level, rating.solved, rating.named) == (1, "unanswered", False)
    again = client.post("/rate/give/", {"token": token, "level": "5"})
    assert again.status_code == 409 and Rating.objects.count() == 1
    answer = client.post("/rate/", key_of(d))
    assert answer.status_code == 200 and "待整改" in answer.content.decode()
    assert "等了很久" not in answer.content.decode(), "the office knows number and code too"


def test_a_page_left_open_leads_back_and_identity_numbers_stay_out(client: Client) -> None:
    d = finished()
    assert client.get("/rate/give/")["Location"] == "/rate/"
    token = token_of(client.post("/rate/", key_of(d)))
    said = {"token": token, "level": "1", "text": "我是310199198605204281，等了很久"}
    refused = client.post("/rate/give/", said)
    assert refused.status_code == 422 and "请删去再提交" in refused.content.decode()
    assert "等了很久" in refused.content.decode(), "what was typed stays"
    assert not Rating.objects.exists()


def test_the_applicant_reads_the_own_rating_and_the_answer_to_it(client: Client) -> None:
    d = finished()
    client.force_login(account("resident"))
    page = f"/rate/case/{d.case.number}/"
    client.post("/rate/give/", {"token": token_of(client.get(page)), "level": "1", "text": "太慢"})
    said = client.get(page)
    assert said.status_code == 200
    for words in ("非常不满意", "太慢", "待整改", "还没有答复"):
        assert words in said.content.decode()


def test_wrong_keys_and_forged_tokens(client: Client) -> None:
    d = finished()
    wrong = {**key_of(d), "code": "00000x"}
    assert client.post("/rate/", wrong).status_code == 404
    assert client.post("/rate/give/", {"token": "forged", "level": "5"}).status_code == 409
    assert client.post("/rate/", {"number": "W00000000", "code": "1"}).status_code == 404


def test_not_before_it_is_finished(client: Client) -> None:
    going = hand_in("civil-affairs-008", missing=True)
    answer = client.post("/rate/", key_of(going))
    assert answer.status_code == 409 and "办结以后" in answer.content.decode()


def test_staff_cannot_rate(client: Client) -> None:
    d = finished()
    client.force_login(account("officer"))
    assert client.get("/rate/").status_code == 403
    assert client.post("/rate/", key_of(d)).status_code == 403


def test_the_applicant_rates_without_a_code(client: Client) -> None:
    d = finished()
    client.force_login(account("resident"))
    token = token_of(client.get(f"/rate/case/{d.case.number}/"))
    client.post("/rate/give/", {"token": token, "level": "4", "attitude": "5", "named": "on"})
    assert Rating.objects.get().indicators == {"attitude": 5}
    client.force_login(account("resident2"))
    assert client.get(f"/rate/case/{d.case.number}/").status_code == 404


def test_an_answered_question_is_rated_too(client: Client, monday: datetime) -> None:
    asked = contacts.ask("几点开门？", by=actor("clerk"), at=monday)
    key = {"number": asked.enquiry.number, "code": asked.code}
    assert client.post("/rate/", key).status_code == 409
    contacts.answer(asked.enquiry, "八点半", by=actor("clerk"), at=monday)
    token = token_of(client.post("/rate/", key))
    client.post("/rate/give/", {"token": token, "level": "2"})
    assert FollowUp.objects.get().body_id == asked.enquiry.first_body_id


def bad(named: bool) -> FollowUp:
    rated = queries.of_case(finished().case)
    actions.rate(
        rated, level=1, by=actor("resident"), named=named, text="等太久", at=_now(),
    )  # fmt: skip
    return FollowUp.objects.select_related("rating").get()


def _now() -> datetime:
    from yimen.lib.time import now

    return now()


def test_the_desk_does_not_learn_who_rated(client: Client) -> None:
    followup = bad(named=False)
    client.force_login(account("director"))
    page = client.get(f"/desk/ratings/{followup.rating_id}/").content.decode()
    assert "等太久" in page and "未留名" in page
    assert followup.rating.ref not in page
    assert followup.rating.ref not in client.get("/desk/ratings/").content.decode()


def test_the_rater_who_gave_a_name_can_be_found(client: Client) -> None:
    followup = bad(named=True)
    client.force_login(account("director"))
    page = client.get(f"/desk/ratings/{followup.rating_id}/").content.decode()
    assert followup.rating.ref in page


def test_the_follow_up_page_by_page(client: Client) -> None:
    followup = bad(named=True)
    names = [n for n in ("officer", "officer2", "head") if followup.body_id in actor(n).bodies()]
    client.force_login(account(names[0]))
    where = f"/desk/ratings/{followup.rating_id}/"
    assert "登记回访" in client.get(where).content.decode()
    early = client.post(f"{where}fix/", {"text": "已改"})
    assert early.status_code == 409 and "已改" in early.content.decode(), "what was typed stays"
    assert client.post(f"{where}call/", {"text": ""}).status_code == 422
    assert client.post(f"{where}call/", {"text": "已打电话"}).status_code == 302
    assert client.post(f"{where}appeal/", {"text": "记录不符"}).status_code == 302
    assert client.post(f"{where}decide/", {"text": "x", "mistaken": "yes"}).status_code == 403
    client.force_login(account("supervisor"))
    assert "复核申诉" in client.get(where).content.decode()
    assert client.post(f"{where}decide/", {"text": "属实", "mistaken": "no"}).status_code == 302
    client.force_login(account(names[0]))
    assert client.post(f"{where}fix/", {"text": "增开窗口"}).status_code == 302
    client.force_login(account("resident"))
    story = client.get(f"/rate/case/{followup.rating.ref}/").content.decode()
    assert "增开窗口" in story and "记录不符" not in story


@pytest.mark.parametrize(
    ("name", "status"),
    [("director", 200), ("supervisor", 200), ("auditor", 200), ("resident", 404)],
)
def test_who_reads_the_ratings(client: Client, name: str, status: int) -> None:
    client.force_login(account(name))
    assert client.get("/desk/ratings/").status_code == status


def test_few_ratings_are_not_published_and_silence_is_shown(client: Client) -> None:
    for level in (5, 1):
        rated = queries.of_case(finished().case)
        actions.rate(rated, level=level, by=ANONYMOUS, at=_now())
    finished()
    page = client.get("/ratings/").content.decode()
    assert "不公布" in page and "50%" not in page
    assert re.search(r"未评价.*?1<", page, re.S)
