"""Ask, answer, hand over: at the desk and online."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import CENTRE, account, actor, body
from yimen.contacts import actions, queries
from yimen.contacts.models import Enquiry, Handover
from yimen.lib.time import now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world(cast: None) -> None:
    cache.clear()


def as_(client: Client, name: str) -> Client:
    client.force_login(account(name))
    return client


def asked(by: str = "clerk") -> Enquiry:
    return actions.ask("养老金什么时候发？", by=actor(by), at=now()).enquiry


def post(client: Client, enquiry: Enquiry, act: str, **data: Any) -> Any:
    return client.post(f"/desk/enquiries/{enquiry.number}/{act}/", data)


def test_a_clerk_records_a_question_and_gets_number_and_code(client: Client) -> None:
    as_(client, "clerk")
    assert client.get("/desk/enquiries/new/").status_code == 200
    empty = client.post("/desk/enquiries/new/", {"question": ""})
    assert empty.status_code == 422 and "请填写“问题”" in empty.content.decode()
    done = client.post("/desk/enquiries/new/", {"question": "几点开门？"}, follow=True)
    enquiry = Enquiry.objects.get()
    page = done.content.decode()
    assert enquiry.number in page and "几点开门" in page
    code = re.search(r"查询码 (\d{6})", page)
    assert code and queries.by_code(enquiry.number, code[1]) == enquiry


def test_who_may_not_register_is_not_asked_for_a_number(client: Client) -> None:
    as_(client, "director")
    assert 'name="phone"' not in client.get("/desk/enquiries/new/").content.decode()
    given = {"question": "几点开门？", "phone": "13900001234"}
    assert client.post("/desk/enquiries/new/", given).status_code == 302
    assert Enquiry.objects.get().asker_id is None


def test_ten_keystrokes_beside_the_text(client: Client) -> None:
    """Alt+Q the list, Alt+N the form (its text box has the focus), the text, Alt+S: three keys."""
    as_(client, "clerk")
    assert 'data-key="q"' in client.get("/desk/").content.decode()
    assert 'data-key="n"' in client.get("/desk/enquiries/").content.decode()
    form = client.get("/desk/enquiries/new/").content.decode()
    assert "autofocus" in form and 'data-key="s"' in form


def test_offer_sign_answer(client: Client) -> None:
    enquiry = asked()
    office = body("bo-civil-affairs")
    as_(client, "clerk")
    detail = client.get(f"/desk/enquiries/{enquiry.number}/").content.decode()
    assert f"body:{office.pk}" in detail
    post(client, enquiry, "offer", to=f"body:{office.pk}", reason="competence", note="请解答")
    offer = Handover.objects.get()
    assert offer.to_body_id == office.pk
    as_(client, "officer")
    assert enquiry.number in client.get("/desk/enquiries/?list=sign").content.decode()
    assert "请解答" in client.get(f"/desk/enquiries/{enquiry.number}/").content.decode()
    post(client, enquiry, "sign")
    enquiry.refresh_from_db()
    assert enquiry.owner_account_id == actor("officer").account
    assert post(client, enquiry, "answer", text="").status_code == 422
    post(client, enquiry, "answer", text="每月十五日。")
    enquiry.refresh_from_db()
    assert enquiry.state == "answered"
    assert post(client, enquiry, "answer", text="又一次").status_code == 409


def test_offer_to_a_colleague(client: Client) -> None:
    enquiry = asked()
    other = account("clerk2")
    as_(client, "clerk")
    sent = post(client, enquiry, "offer", to=f"account:{other.pk}", reason="absence")
    if sent.status_code == 302:
        assert Handover.objects.get().to_account_id == other.pk
    else:
        assert sent.status_code == 422, "clerk2 works at another centre"
    assert post(client, enquiry, "offer", to="body:rubbish", reason="absence").status_code in (
        422,
        409,
    )


def test_decline_needs_a_reason_and_keeps_what_was_typed(client: Client) -> None:
    enquiry = asked()
    actions.offer(enquiry, to_body=body("bo-civil-affairs"), by=actor("clerk"), at=now())
    as_(client, "officer")
    assert post(client, enquiry, "decline", note="").status_code == 422
    assert post(client, enquiry, "decline", note="属于社保").status_code == 302
    assert Handover.objects.get().state == "declined"
    as_(client, "clerk")
    assert "属于社保" not in client.get("/desk/enquiries/").content.decode()


def test_take_back_and_close(client: Client) -> None:
    enquiry = asked()
    actions.offer(enquiry, to_body=body("bo-civil-affairs"), by=actor("clerk"), at=now())
    as_(client, "clerk")
    assert post(client, enquiry, "take-back").status_code == 302
    assert post(client, enquiry, "close", why="").status_code == 422
    assert post(client, enquiry, "close", why="duplicate").status_code == 302
    assert post(client, enquiry, "burn").status_code == 404
    page = client.get("/desk/enquiries/?list=past").content.decode()
    assert enquiry.number in page


@pytest.mark.parametrize(
    ("name", "status"),
    [("clerk", 200), ("assistant", 200), ("director", 200), ("auditor", 200), ("officer", 404),
     ("resident", 404)],
)  # fmt: skip
def test_who_sees_a_question_of_the_centre(client: Client, name: str, status: int) -> None:
    assert as_(client, name).get(f"/desk/enquiries/{asked().number}/").status_code == status


def test_a_resident_asks_and_reads_the_answer_by_number_and_code(client: Client) -> None:
    assert client.get("/ask/?matter=civil-affairs-001").status_code == 200
    done = client.post("/ask/", {"centre": CENTRE, "question": "社保卡丢了怎么办？"}, follow=True)
    page = done.content.decode()
    enquiry = Enquiry.objects.get()
    code = re.search(r"<strong>(\d{6})</strong>", page)
    assert done.request["PATH_INFO"] == "/ask/done/" and enquiry.number in page and code
    key = {"number": enquiry.number, "code": code[1]}
    assert "正在办理" in client.post("/ask/answer/", key).content.decode()
    actions.answer(enquiry, "请到窗口补办。", by=actor("clerk"), at=now())
    assert "请到窗口补办" in client.post("/ask/answer/", key).content.decode()


def test_a_wrong_number_and_a_wrong_code_look_the_same(client: Client) -> None:
    enquiry = asked()
    client.get("/ask/answer/")
    answers = [
        client.post("/ask/answer/", {"number": number, "code": "000000x"})
        for number in (enquiry.number, "W00000000")
    ]
    texts = [
        re.sub(r'name="csrfmiddlewaretoken" value="\w+"|W\d{8}', "", a.content.decode())
        for a in answers
    ]
    assert [a.status_code for a in answers] == [404, 404] and texts[0] == texts[1]


def test_guessing_is_slowed(client: Client) -> None:
    tries = [
        client.post("/ask/answer/", {"number": "W00000000", "code": f"{n:06d}"}).status_code
        for n in range(12)
    ]
    assert tries == [404] * 10 + [429] * 2


def test_flooding_is_slowed_and_programs_are_turned_away(client: Client) -> None:
    robot = client.post("/ask/", {"centre": CENTRE, "question": "a", "website": "http://x"})
    assert robot.status_code == 422 and not Enquiry.objects.exists()
    tries = [
        client.post("/ask/", {"centre": CENTRE, "question": "问"}).status_code for _ in range(6)
    ]
    assert tries == [302] * 4 + [429] * 2


def test_withdrawn_by_the_asker(client: Client) -> None:
    made = actions.ask("问题", by=actor("clerk"), at=now())
    key = {"number": made.enquiry.number, "code": made.code}
    assert client.post("/ask/withdraw/", {**key, "code": "x"}).status_code == 404
    assert client.post("/ask/withdraw/", key).status_code == 302
    made.enquiry.refresh_from_db()
    assert made.enquiry.state == "withdrawn"


def test_a_signed_in_resident_sees_their_own(client: Client) -> None:
    as_(client, "resident")
    client.post("/ask/", {"centre": CENTRE, "question": "我的问题在这里"})
    assert "我的问题在这里" in client.get("/ask/answer/").content.decode()
    assert "我的问题在这里" not in as_(client, "resident2").get("/ask/answer/").content.decode()
