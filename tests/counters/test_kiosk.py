"""The ticket machine: two steps to a ticket, cards only in the hall, nothing left behind."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.cache import cache

from tests.cases.world import matter
from tests.cast import CENTRE, actor
from tests.feedback.conftest import finished
from yimen.counters.models import Ticket
from yimen.feedback.models import Rating
from yimen.lib.crypto import unseal
from yimen.lib.time import at, now
from yimen.matters import search
from yimen.people.actions import find_or_register
from yimen.places.models import ServicePoint

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hall")]
CARD, OLD, KNOWN = "social-card-006", "310199194106152036", "310199198706123050"
HOME, TAKE = f"/kiosk/{CENTRE}/", f"/kiosk/{CENTRE}/ticket/"


@pytest.fixture(autouse=True)
def fresh(settings):
    cache.clear()
    search._kept.clear()
    settings.YIMEN_KIOSKS = ["127.0.0.1"]
    yield
    search._kept.clear()


def text(response) -> str:
    return response.content.decode()


def test_two_steps_to_a_ticket_by_plain_words(client) -> None:
    matter(CARD)
    found = text(client.get(TAKE, {"q": "敬老卡"}))
    assert f"?matter={CARD}" in found
    step = text(client.get(TAKE, {"matter": CARD}))
    assert 'name="priority" value="pregnant"' in step and "appointment" not in step
    taken = client.post(TAKE, {"matter": CARD, "priority": "disabled"})
    assert taken.status_code == 302 and taken.url.startswith(TAKE)
    ticket = Ticket.objects.get()
    assert (ticket.matter_code, ticket.priority, ticket.channel) == (CARD, "disabled", "kiosk")
    assert ticket.desk_code == "insurance"
    page = client.get(taken.url)
    assert ticket.number in text(page) and "data:image/svg+xml" in text(page)
    assert page.headers["Refresh"] == f"60; url={HOME}?fresh=1"


@pytest.mark.parametrize("desk", ["civil", "general"])
def test_by_desk_and_without_knowing(client, desk) -> None:
    assert f"?desk={desk}" in text(client.get(TAKE))
    client.post(TAKE, {"desk": desk})
    assert Ticket.objects.get().desk_code == desk


def test_a_scanned_card_names_the_person_and_gives_the_right_of_age(client, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    by, point = actor("clerk"), ServicePoint.objects.get(pk=CENTRE)
    known = find_or_register(
        point.street, name="孙宝根", id_type="resident_id", id_number=KNOWN, by=by, at=now()
    )
    for number in (KNOWN, OLD):  # one is on record, of the other only the number is known
        assert client.post(TAKE, {"desk": "general", "card": number}).status_code == 302
    first, second = Ticket.objects.order_by("number")
    assert (first.person, first.priority) == (known, "")
    assert (second.person, second.priority) == (None, "elderly")
    assert KNOWN not in caplog.text
    assert OLD not in caplog.text
    wrong = client.post(TAKE, {"desk": "general", "card": "310199194106152030"})
    assert wrong.status_code == 422 and Ticket.objects.count() == 2
    assert "310199194106152030" not in text(wrong)  # a number is never sent back to the screen


def test_cards_are_taken_from_machines_of_the_hall_only(client, settings) -> None:
    settings.YIMEN_KIOSKS = ["10.9.8.0/24"]
    assert 'name="card"' not in text(client.get(TAKE, {"desk": "general"}))
    client.post(TAKE, {"desk": "general", "card": OLD})
    ticket = Ticket.objects.get()
    assert ticket.priority == "" and ticket.person is None


def test_browsers_elsewhere_are_slowed_and_machines_are_not(client, settings) -> None:
    settings.YIMEN_TICKETS_AN_HOUR = 1
    for _ in range(3):
        assert client.post(TAKE, {"desk": "general"}).status_code == 302
    settings.YIMEN_KIOSKS = []
    assert client.post(TAKE, {"desk": "general"}).status_code == 302
    assert client.post(TAKE, {"desk": "general"}).status_code == 409


class Reader(BaseHTTPRequestHandler):
    """A card reader's service, as a machine has it beside it."""

    says: bytes | None = None

    def do_GET(self) -> None:
        self.send_response(204 if self.says is None else 200)
        self.end_headers()
        if self.says is not None:
            self.wfile.write(self.says)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def reader(settings) -> Iterator[type[Reader]]:
    server = HTTPServer(("127.0.0.1", 0), Reader)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    settings.YIMEN_CARD_READERS = {"127.0.0.1": f"http://127.0.0.1:{port}/card"}
    yield Reader
    server.shutdown()
    server.server_close()


def test_a_reader_tells_name_and_number_so_that_the_window_need_not_type(client, reader) -> None:
    assert 'name="read"' in text(client.get(TAKE, {"desk": "general"}))
    reader.says = None
    empty = client.post(TAKE, {"desk": "general", "read": "on"})
    assert empty.status_code == 422 and "没有读到证件" in text(empty)
    for broken in (b"not json", b'{"number": "1"}', b"[]"):
        reader.says = broken
        assert client.post(TAKE, {"desk": "general", "read": "on"}).status_code == 422
    reader.says = json.dumps({"name": "赵秀珍", "number": OLD}).encode()
    assert client.post(TAKE, {"desk": "general", "read": "on"}).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.person.name == "赵秀珍" and ticket.priority == "elderly"


def test_a_reader_that_is_away_does_not_stop_the_ticket(client, settings) -> None:
    settings.YIMEN_CARD_READERS = {"127.0.0.1": "http://127.0.0.1:9/card"}
    answer = client.post(TAKE, {"desk": "general", "read": "on"})
    assert answer.status_code == 422 and "读卡器没有回答" in text(answer)
    assert client.post(TAKE, {"desk": "general"}).status_code == 302


def test_closed_hours_and_strange_wishes(client) -> None:
    with at(now().replace(hour=20)):
        assert "不在取号时间内" in text(client.get(HOME))
        answer = client.post(TAKE, {"desk": "general"})
        assert answer.status_code == 409 and "现在不在取号时间内" in text(answer)
    assert client.post(TAKE, {"desk": "general", "priority": "appointment"}).status_code == 422
    assert "您来办什么" in text(client.get(TAKE, {"desk": "moon"}))
    assert client.get("/kiosk/99999999999/").status_code == 404
    assert not Ticket.objects.exists()


def test_a_ticket_shows_in_its_own_hall_only(client) -> None:
    url = client.post(TAKE, {"desk": "general"}).url
    assert client.get(url.replace(CENTRE, "31019900102")).status_code == 404
    assert client.get(TAKE + "not-a-secret/").status_code == 404


def test_time_forgets_language_and_contrast(client, settings) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.cookies["yimen_contrast"] = "high"
    answer = client.get(HOME, {"fresh": "1"})
    assert answer.status_code == 302
    assert all(not answer.cookies[name].value for name in ("yimen_contrast", "yimen_type"))
    assert not answer.cookies[settings.LANGUAGE_COOKIE_NAME].value


def test_a_guide_says_what_to_bring(client) -> None:
    matter(CARD)
    assert CARD in text(client.get(f"/kiosk/{CENTRE}/find/", {"q": "敬老卡"}))
    page = text(client.get(f"/kiosk/{CENTRE}/find/{CARD}/"))
    assert "需要的材料" in page and f"?matter={CARD}" in page
    assert client.get(f"/kiosk/{CENTRE}/find/none/").status_code == 404


def test_the_plan_marks_where_to_go(client) -> None:
    page = text(client.get(f"/kiosk/{CENTRE}/plan/", {"to": "general"}))
    assert re.search(r'kiosk-plan__desk is-here"><rect x="26" y="24"', page)
    assert "还没有平面图" in text(client.get("/kiosk/31019900102/plan/"))


def keys() -> dict[str, str]:
    case = finished().case
    code = unseal(case.enquiry_code, about=f"case:{case.number}")
    return {"number": case.number, "code": code}


def test_a_receipt_is_scanned_number_first_then_code(client) -> None:
    key, address = keys(), f"/kiosk/{CENTRE}/track/"
    half = text(client.post(address, {"number": key["number"]}))  # the scanner ends with Enter
    assert key["number"] in half and 'role="alert"' not in half
    shown = client.post(address, key)
    assert "已经发生的" in text(shown) and "林晓棠" not in text(shown)
    assert client.post(address, key | {"code": "000000"}).status_code == 404


def test_rating_at_the_machine_once(client) -> None:
    key, address = keys(), f"/kiosk/{CENTRE}/rate/"
    token = re.search(r'name="token" value="([^"]+)"', text(client.post(address, key)))[1]
    assert "谢谢" in text(client.post(address, {"token": token, "level": "5"}))
    assert (Rating.objects.get().channel, Rating.objects.get().level) == ("kiosk", 5)
    assert client.post(address, {"token": token, "level": "1"}).status_code == 409
    assert client.post(address, {"token": "forged", "level": "1"}).status_code == 409
    assert Rating.objects.count() == 1


def test_english_is_whole(client, settings) -> None:
    matter(CARD)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    ticket = client.post(TAKE, {"desk": "general", "priority": "elderly"}).url
    for path in (HOME, TAKE, f"{TAKE}?desk=general", f"{TAKE}?matter={CARD}", ticket,
                 f"/kiosk/{CENTRE}/find/?q=card", f"/kiosk/{CENTRE}/find/{CARD}/",
                 f"/kiosk/{CENTRE}/track/", f"/kiosk/{CENTRE}/rate/", f"/kiosk/{CENTRE}/plan/"):  # fmt: skip
        main = re.search(r"<main.*</dialog>|<main.*</footer>", text(client.get(path)), re.S)
        words = re.sub(r"<[^>]+>", "", main[0])
        assert not re.search(r"[\u4e00-\u9fff]", words), (
            path,
            re.findall(r"[\u4e00-\u9fff]+", words),
        )


def test_pages_with_a_form_keep_their_origin(client) -> None:
    """Under "no-referrer" a browser posts with the origin "null", which is refused: the policy of
    the whole site (same-origin) tells nobody else the address either."""
    ticket = client.post(TAKE, {"desk": "general"}).url
    for path in (ticket, ticket.replace(TAKE, "/q/"), HOME):
        page = client.get(path)
        assert "no-referrer" not in text(page)
        assert page.headers["Referrer-Policy"] == "same-origin"
