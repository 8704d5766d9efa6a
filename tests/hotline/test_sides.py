"""Two who act on one request at the same moment, and a complaint about the operator's own centre."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from django.db import connections
from django.test import Client

from tests.cases.world import matter
from tests.cast import CENTRE, STREET, account, actor, body, party
from yimen.cases.dossier import load
from yimen.hotline import actions, queries, sending
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest, LineCall
from yimen.lib.errors import Problem
from yimen.lib.time import ZONE, at, now

pytestmark = pytest.mark.usefixtures("cast")
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
PLACE = f"{STREET}001"


@pytest.fixture(autouse=True)
def _world(cast):
    with at(MONDAY):
        for n in range(1, 9):
            matter(f"help-00{n}")
        yield


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_who_answers_and_who_sends_wait_for_each_other(monkeypatch) -> None:
    asked = Taken("repair.water", "漏水", place=PLACE, party=party("resident").pk)
    number = actions.take(asked, by=actor("clerk"), at=now()).case.number
    inside, said = threading.Event(), []
    rule = sending.refusal

    def slow(*args, **more):
        """The sender holds its locks until the other waits for them."""
        inside.set()
        threading.Event().wait(1.5)
        return rule(*args, **more)

    monkeypatch.setattr(sending, "refusal", slow)

    def run(name, work) -> None:
        try:
            with at(MONDAY):
                work()
            said.append((name, "done"))
        except Problem as refused:
            said.append((name, refused.code))
        finally:
            connections.close_all()

    def send() -> None:
        actions.dispatch(number, to="body:bo-justice", by=actor("clerk"), at=now())

    def answer() -> None:
        assert inside.wait(20)
        actions.reply(number, done=True, text="修好了", by=actor("officer6"), at=now())

    both = [
        threading.Thread(target=run, args=pair) for pair in (("send", send), ("answer", answer))
    ]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert len(said) == 2 and ("send", "done") in said, said


@pytest.mark.django_db
def test_a_complaint_about_the_own_centre_is_taken_and_then_out_of_sight() -> None:
    client = Client()
    client.force_login(account("clerk"))
    client.post("/desk/line/answer/", {"number": "19900000077", "line": "one"})
    centre = body(f"centre-{CENTRE}")
    typed = {"need": "complaint.office", "what": "接线员态度不好", "party": "new", "name": "李",
             "excluded": str(centre.pk), "do": "take"}  # fmt: skip
    page = client.post("/desk/line/take/", typed, follow=True)
    row = HelpRequest.objects.get(need="complaint.office")
    number = row.case.number
    text = page.content.decode()
    assert page.status_code == 200 and number in text, "the caller gets a receipt number"
    assert text.count(number) == 1, "said once, and in no list"
    assert LineCall.objects.get().outcome == "request"
    assert client.get(f"/desk/cases/{number}/").status_code == 404
    assert client.get("/desk/line/").content.decode().count(number) == 0
    d = load(number)
    assert d.case.accepted_at and centre.pk not in {d.case.lead_id, *(t.body_id for t in d.tasks)}
    assert d.case.centre.code != CENTRE, "another counter of the street keeps it"
    assert not queries.visible_to(actor("clerk")).filter(pk=row.pk).exists()
    assert queries.visible_to(actor("clerk2")).filter(pk=row.pk).exists(), "who may call back"
