"""The ticket on paper, and the message before the turn."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.cast import CENTRE, account, actor, party
from tests.printing.pictures import codes, count, pages, text
from yimen.counters import actions, errands, ticks
from yimen.counters.models import Ticket
from yimen.ledger.models import Entry, Errand
from yimen.lib.actor import ANONYMOUS
from yimen.lib.time import at, now
from yimen.notices.models import Message
from yimen.places.models import ServicePoint
from yimen.printing.strips import strip

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hall")]
TAKE = f"/kiosk/{CENTRE}/ticket/"


def take(**what):
    point = ServicePoint.objects.get(pk=CENTRE)
    return actions.take(point, by=ANONYMOUS, at=now(), desk="civil", **what).ticket


def test_the_bytes_of_a_ticket() -> None:
    made = strip("中心", "A001", ["民政\x1b@"], "https://x.cn/q/ab", ["过号"])
    assert made.startswith(b"\x1b@\x1c&\x1ba\x01") and made.endswith(b"\x1dVB\x03")
    assert "中心".encode("gb18030") in made and b"\x1d!\x44\x1cW\x01A001\n" in made
    assert made.count(b"\x1b@") == 1  # a text cannot send a command
    assert b"\x1d(k\x14\x001P0https://x.cn/q/ab" in made and b"\x1d(k\x03\x001Q0" in made


@pytest.fixture
def printer(settings):
    """A dummy printer at a port of its own: what it was sent."""
    got: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        line, _ = server.accept()
        with line:
            got.append(b"".join(iter(lambda: line.recv(4096), b"")))

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    settings.YIMEN_KIOSKS = ["127.0.0.1"]
    settings.YIMEN_TICKET_PRINTERS = {"127.0.0.1": f"127.0.0.1:{server.getsockname()[1]}"}
    yield got, thread
    server.close()


def test_a_machine_with_a_printer_prints(client, printer) -> None:
    cache.clear()
    got, thread = printer
    secret = client.post(TAKE, {"desk": "civil"}).url.removeprefix(TAKE).strip("/")
    errand = Errand.objects.get(name="counters.paper")
    assert secret not in str(errand.payload)  # whoever reads the table cannot follow the ticket
    errands.paper(errand.payload, key=errand.key)
    thread.join(5)
    assert b"B001" in got[0] and f"/q/{secret}/".encode() in got[0]


def test_a_printer_that_is_away_never_stops_a_ticket(client, settings) -> None:
    cache.clear()
    settings.YIMEN_KIOSKS = ["127.0.0.1"]
    settings.YIMEN_TICKET_PRINTERS = {"127.0.0.1": "127.0.0.1:9"}
    assert client.post(TAKE, {"desk": "civil"}).status_code == 302
    errand = Errand.objects.get(name="counters.paper")
    with pytest.raises(OSError):  # the errand is tried again and stays in the visible list
        errands.paper(errand.payload, key=errand.key)
    ticket = Ticket.objects.get()
    Ticket.objects.filter(pk=ticket.pk).update(state="left", ended_at=now())
    errands.paper(errand.payload, key=errand.key)  # too late: nothing is printed


def test_a_lost_paper_is_printed_again_and_the_old_one_is_dead(client) -> None:
    point = ServicePoint.objects.get(pk=CENTRE)
    first = actions.take(point, by=ANONYMOUS, at=now(), desk="civil")
    page = reverse("counters:ticket_paper", args=[first.ticket.pk])
    client.force_login(account("clerk"))
    assert client.get(page).status_code == 405
    made = client.post(page)
    assert made.status_code == 200 and made["Content-Type"] == "application/pdf"
    assert count(made.content) == 1
    said = text(made.content)
    assert "B001" in said and "民政、残联和救助" in said and "补打" in said
    scanned = {c for found in codes(pages(made.content)[0]).values() for c in found}
    (address,) = [c for c in scanned if "/q/" in c]
    assert first.secret not in address
    assert client.get(f"/q/{first.secret}/").status_code == 404
    assert client.get(address.removeprefix("http://testserver")).status_code == 200
    assert Entry.objects.filter(stream=first.ticket.stream, act="print_again").count() == 1
    actions.leave(first.ticket, by=actor("clerk"), at=now())
    assert client.post(page).status_code == 409
    for name, status in (("resident", 404), ("officer", 404), ("auditor", 404)):
        client.force_login(account(name))
        assert client.post(page).status_code == status


def test_three_before_you_is_said_once_to_who_left_a_telephone() -> None:
    mine = [take(person=party("resident")) if n in (2, 6) else take() for n in range(7)]
    assert ticks.nearly(now()) == 0  # everybody has just read the ticket
    with at(now() + timedelta(minutes=5)):
        assert ticks.nearly(now()) == 1  # the third; six are before the seventh
        assert ticks.nearly(now()) == 0
        for ticket in mine[:3]:
            actions.leave(ticket, by=actor("director"), at=now())
        assert ticks.nearly(now()) == 1
    told = Message.objects.filter(template="hall.nearly_your_turn")
    assert sorted(m.facts["number"] for m in told) == ["B003", "B007"]
    assert {m.channel for m in told} == {"sms"}
