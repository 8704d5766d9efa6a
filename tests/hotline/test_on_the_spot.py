"""Answered while the caller is on the line: an enquiry on record, and the call is over (HLP-1)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import account, actor
from tests.knowledge.test_articles import public
from yimen.contacts.models import Enquiry
from yimen.contacts.queries import words_of
from yimen.hotline import actions
from yimen.hotline.models import LineCall
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.errors import Refused, Unseen
from yimen.lib.time import now
from yimen.matters import search
from yimen.matters.loaders import load
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
NUMBER = "19900000088"
SENT = {"question": "独轮车要上牌吗", "told": "不用，独轮车不上牌。"}


def call(who: str = "clerk") -> LineCall:
    return actions.answer(number=NUMBER, by=actor(who), at=now())


def desk(who: str = "clerk") -> Client:
    client = Client()
    client.force_login(account(who))
    return client


def test_the_words_of_both_are_kept_and_the_call_is_over() -> None:
    made = call()
    page = desk().post("/desk/line/told/", SENT, follow=True).content.decode()
    held = Enquiry.objects.get()
    assert held.number in page
    assert held.state == "answered" and held.channel == "phone" and held.asker is None
    assert set(words_of(held).values()) >= set(SENT.values())
    made.refresh_from_db()
    assert made.outcome == "answered" and made.ended_at is not None
    last = Entry.objects.filter(stream=made.stream).order_by("-seq")[0]
    assert held.number in str(last.data)
    assert not any(SENT["question"] in json.dumps(e.data) for e in Entry.objects.all())
    assert not Message.objects.filter(channel="sms").exists(), "nobody is told what they just heard"
    assert verify().fault is None


def test_what_is_missing_is_said_and_what_was_typed_stays() -> None:
    made = call()
    page = desk().post("/desk/line/told/", {"question": SENT["question"], "told": ""})
    assert page.status_code == 422 and SENT["question"] in page.content.decode()
    made.refresh_from_db()
    assert made.ended_at is None and not Enquiry.objects.exists()


def test_a_reviewed_answer_comes_first_and_none_stands_in_an_address() -> None:
    public()
    call()
    client = desk()
    items = client.post("/desk/line/answers/", {"q": "独轮车 上牌"}).json()["items"]
    assert (
        items[0]["text"] == "独轮车要上牌吗？"
        and items[0]["fill"]["told"] == "不用，独轮车不上牌。"
    )
    assert client.post("/desk/line/answers/", {"q": ""}).json() == {"items": []}
    assert client.get("/desk/line/answers/?q=x").status_code == 405


def test_the_guide_of_a_matter_says_where_it_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_kept", {})  # this test's catalogue is nobody else's
    load(Path(settings.DATA) / "matters" / "civil-affairs-001.json")
    call()
    items = desk().post("/desk/line/answers/", {"q": "低保"}).json()["items"]
    assert any("最低生活保障" in one["text"] and one["fill"]["told"] for one in items)


def test_without_scripts_an_answer_is_found_and_put_in() -> None:
    public()
    call()
    client, typed = desk(), {"question": "独轮车", "told": "", "do": "find"}
    page = client.post("/desk/line/told/", typed).content.decode()
    assert 'name="pick"' in page and "独轮车要上牌吗？" in page
    page = client.post("/desk/line/told/", typed | {"pick": "0"}).content.decode()
    assert "不用，独轮车不上牌。</textarea>" in page
    assert client.post("/desk/line/told/", typed | {"pick": "77"}).status_code == 200


def test_hanging_up_does_not_say_answered_without_words() -> None:
    made = call()
    assert desk().post("/desk/line/hang-up/", {"outcome": "answered"}).status_code == 422
    made.refresh_from_db()
    assert made.ended_at is None


def test_only_of_ones_own_call_and_once() -> None:
    made = call()
    with pytest.raises(Unseen):
        actions.answer_on_the_spot(made, **SENT, by=actor("clerk2"), at=now())
    actions.answer_on_the_spot(made, **SENT, by=actor("clerk"), at=now())
    with pytest.raises(Refused):
        actions.answer_on_the_spot(made, **SENT, by=actor("clerk"), at=now())
    assert Enquiry.objects.count() == 1
    assert desk("resident").post("/desk/line/answers/", {"q": "x"}).status_code == 404
    assert desk().post("/desk/line/told/", SENT).status_code == 404, "no call in hand"
