"""The round trip: an event goes out to a department's system, which signs for its task and finishes
it through the API with an account of its own."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import requests

from tests.cases.world import MONDAY, do, hand_in
from tests.cast import account, actor, body
from yimen.bridges import actions, ticks
from yimen.cases.dossier import load
from yimen.ledger import jobs
from yimen.ledger.models import Entry, Errand
from yimen.lib import time
from yimen.notices.models import Message
from yimen.people.actions import issue_token

MATTER = "medical-insurance-015"


class Insurance:
    """A medical insurance system on loopback: told of a case, it works its own tasks."""

    def __init__(self, api: str, token: str) -> None:
        self.api, self.secret = api, ""
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"
        self.told: list[str] = []
        self.problems: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(204 if outer.genuine(self.headers, data) else 401)
                self.end_headers()
                outer.told.append(json.loads(data)["data"]["href"])

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"

    def genuine(self, headers: Any, data: bytes) -> bool:
        """As docs/bridges.md tells them to check."""
        text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + data
        digest = hmac.digest(self.secret.encode(), text, hashlib.sha256)
        return hmac.compare_digest("v1," + b64encode(digest).decode(), headers["webhook-signature"])

    def act(self, href: str, **what: Any) -> dict[str, Any]:
        answer = self.session.post(f"{self.api}{href}/acts", json=what, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def work(self) -> None:
        """Sign for every open task of ours and finish it."""
        for href in dict.fromkeys(self.told):
            case = self.session.get(self.api + href, timeout=20).json()
            for task in case["tasks"]:
                if task["body"] != "bo-medical-insurance" or task["state"] != "offered":
                    continue
                if task["sort"] == "decide":
                    continue  # that is for a person
                self.act(href, act="sign", task=task["id"], version=case["version"])
                self.act(href, act="external", external_number="YB-2026-0042")
                case = self.act(href, act="finish", task=task["id"], reason="参保记录已核对")


def run_errands() -> None:
    for errand in Errand.objects.filter(name="bridges.deliver", state="waiting"):
        jobs.run_errand(str(errand.pk))


@pytest.fixture
def insurance(live_server: Any, cast: None) -> Any:
    token = issue_token(account("machine"), by=actor("admin"), at=time.now())
    made = Insurance(live_server.url, token)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_a_departments_system_hears_signs_and_finishes(insurance: Insurance) -> None:
    _system, insurance.secret = actions.connect(
        street="310199001", code="yb", name="医保业务系统", body=body("bo-medical-insurance"),
        sort="open", url=insurance.url, events=["accept"], by=actor("admin"), at=time.now(),
    )  # fmt: skip
    ticks.events(time.now())
    d = do(hand_in(MATTER), "accept")
    ticks.events(time.now())
    run_errands()
    assert insurance.told == [f"/api/v1/cases/{d.case.number}"]
    assert not Errand.objects.filter(name="bridges.deliver").exclude(state="done").exists()
    insurance.work()
    d = load(d.case.number)
    review = next(t for t in d.tasks if t.key == "review")
    assert (review.state, review.assignee_id) == ("finished", account("machine").pk)
    assert d.case.external_number == "YB-2026-0042"
    assert d.open_task("decide") is not None  # the decision is open, and waits for a person
    acts = Entry.objects.filter(stream=f"case:{d.case.number}", account=account("machine").pk)
    assert list(acts.order_by("seq").values_list("act", flat=True)) == [
        "sign", "external", "finish",
    ]  # fmt: skip
    assert all(acts.values_list("power", flat=True))


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_a_machine_sees_and_does_no_more_than_its_seat(insurance: Insurance) -> None:
    mine, other = do(hand_in(MATTER), "accept"), do(hand_in("civil-affairs-001"), "accept")
    at_mine = f"{insurance.api}/api/v1/cases/{mine.case.number}"
    at_other = f"{insurance.api}/api/v1/cases/{other.case.number}"
    session = insurance.session
    assert session.get(at_mine, timeout=20).status_code == 200
    assert session.get(at_other, timeout=20).status_code == 404
    granted = {"act": "decide", "outcome": "granted"}
    assert session.post(f"{at_mine}/acts", json=granted, timeout=20).status_code in (403, 409)
    assert session.post(f"{at_other}/acts", json={"act": "sign"}, timeout=20).status_code == 404
    assert requests.get(at_mine, timeout=20).status_code == 401
    desk = session.get(f"{insurance.api}/desk/bridges/", timeout=20)
    assert desk.status_code == 404  # a page of the desk is no place for a machine


@pytest.mark.django_db
@pytest.mark.usefixtures("cast")
def test_silence_is_told_once_to_the_body() -> None:
    with time.at(MONDAY):
        actions.connect(
            street="310199001", code="yb", name="医保业务系统", body=body("bo-medical-insurance"),
            sort="open", url="http://127.0.0.1:9/", answer_days=3, by=actor("admin"), at=time.now(),
        )  # fmt: skip
        silent, answered = do(hand_in(MATTER), "accept"), do(hand_in(MATTER), "accept")
        task = answered.open_tasks[0]
        do(answered, "sign", task=str(task.pk))
    # the third working day is Thursday; it has passed on Friday, and is told that once
    for day, told in ((3, 0), (4, 1), (5, 0), (7, 0)):
        with time.at(MONDAY.replace(day=MONDAY.day + day)):
            assert ticks.no_answer(time.now()) == told, day
    message = Message.objects.get(template="bridge.no_answer")
    assert message.to_body == body("bo-medical-insurance")
    assert message.facts["number"] == silent.case.number
