"""Events out: signed, once, to who has the case; nothing of a person in them."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.cases.world import MONDAY, do, hand_in
from tests.cast import actor, body, party
from yimen.bridges import actions, rules, ticks
from yimen.bridges.models import System
from yimen.ledger import jobs
from yimen.ledger.models import Errand
from yimen.lib import time
from yimen.lib.errors import Forbidden, Invalid

pytestmark = pytest.mark.django_db


class Department:
    """A department's system on loopback that keeps what it was told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer = 204
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                data = self.rfile.read(int(self.headers["content-length"]))
                outer.got.append((dict(self.headers), data))
                self.send_response(outer.answer)
                self.end_headers()

            def log_message(self, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/events"


@pytest.fixture
def department():
    made = Department()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(autouse=True)
def monday(cast):
    with time.at(MONDAY) as moment:
        yield moment


def connect(url: str, **more) -> tuple[System, str]:
    return actions.connect(
        street="310199001", code="civil", name="民政业务系统", body=body("bo-civil-affairs"),
        sort="open", url=url, by=actor("admin"), at=time.now(), **more,
    )  # fmt: skip


def run_all() -> None:
    for errand in Errand.objects.filter(name="bridges.deliver"):
        jobs.run_errand(str(errand.pk))


def test_an_act_is_told_once_and_signed(department) -> None:
    _system, secret = connect(department.url)
    ticks.events(time.now())
    with time.at(MONDAY.replace(minute=1)):
        d = do(hand_in("civil-affairs-001"), "accept")
        hand_in("employment-001")  # another office's: not this system's business
    for minute in (2, 3):  # the second reading overlaps the first and repeats nothing
        with time.at(MONDAY.replace(minute=minute)):
            ticks.events(time.now())
            run_all()
    assert len(department.got) == 2
    headers, data = department.got[0]
    event = json.loads(data)
    assert event["id"] == f"case:{d.case.number}:1" and event["type"] == "cn.yimen.case.receive"
    low = {name.lower(): value for name, value in headers.items()}
    stamp = int(low["webhook-timestamp"])
    assert rules.verify(secret, event["id"], stamp, data, low["webhook-signature"], stamp)
    assert not rules.verify(
        secret, event["id"], stamp, data + b" ", low["webhook-signature"], stamp
    )
    assert not rules.verify(secret, event["id"], stamp, data, low["webhook-signature"], stamp + 301)
    who = party("resident")
    for private in (who.name, who.id_mask, who.phone_mask, str(who.pk)):
        assert private not in data.decode()


def test_a_failing_system_is_retried_and_loses_nothing(department) -> None:
    connect(department.url)
    ticks.events(time.now())
    department.answer = 503
    with time.at(MONDAY.replace(minute=1)):
        hand_in("civil-affairs-001")
    with time.at(MONDAY.replace(minute=2)):
        ticks.events(time.now())
        run_all()
        errand = Errand.objects.get(name="bridges.deliver")
        assert (errand.state, errand.attempts) == ("waiting", 1)
        department.answer = 204
        run_all()
        errand.refresh_from_db()
        assert errand.state == "done"


def test_only_administrators_connect(department) -> None:
    with pytest.raises(Forbidden):
        actions.connect(
            street="310199001", code="x", name="x", body=body("bo-civil-affairs"), sort="open",
            url=department.url, by=actor("clerk"), at=time.now(),
        )  # fmt: skip


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x/", "http://example.org/", "https://user:pw@example.org/", "https://169.254.1.1/"],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(Invalid):
        connect(url)


def test_a_resting_system_hears_nothing(department) -> None:
    system, _secret = connect(department.url)
    ticks.events(time.now())
    actions.rest(system, True, by=actor("admin"), at=time.now())
    with time.at(MONDAY.replace(minute=1)):
        hand_in("civil-affairs-001")
    with time.at(MONDAY.replace(minute=2)):
        ticks.events(time.now())
    assert not Errand.objects.filter(name="bridges.deliver").exists()
