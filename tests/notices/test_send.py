"""Sending: a gateway that is slow, wrong or silent never loses a message and never sends two."""

from __future__ import annotations

import json
import socket
import threading
import time as clock
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client

from tests.notices.world import STREET, World
from yimen.bodies.models import Gateway
from yimen.lib.actor import system
from yimen.lib.time import now
from yimen.notices import actions, errands, rules, ticks
from yimen.notices.channels import Declined, Trouble, gateway
from yimen.notices.models import Message

pytestmark = pytest.mark.django_db
SECRET = "between us"
Answer = Callable[[BaseHTTPRequestHandler], None]


class Peer:
    """A text message gateway that answers as it is told."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.answer: Answer = ok
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                peer.seen.append({"body": body, **{k.lower(): v for k, v in self.headers.items()}})
                peer.answer(self)

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/send"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def say(status: int, body: bytes) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


ok = say(202, b'{"id": "g-1"}')


def drip(handler: BaseHTTPRequestHandler) -> None:
    """One byte at a time: every read succeeds, the conversation never ends."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n")
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            clock.sleep(0.05)
    except OSError:
        return


def hang(handler: BaseHTTPRequestHandler) -> None:
    clock.sleep(1.5)


@pytest.fixture
def peer(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Peer]:
    made = Peer()
    settings.YIMEN_CHANNELS = {"sms": "yimen.notices.channels.gateway.SmsGateway"}
    settings.YIMEN_SMS_GATEWAY = {
        "url": made.url, "secret": SECRET, "sign": "梧桐里", "deadline_s": 0.4,
    }  # fmt: skip
    monkeypatch.setattr(gateway, "phone_of", lambda party: "13900001111")
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def message(world: World) -> Message:
    made = actions.tell(
        street=STREET, template="case.accepted", facts={"number": "31019900101"}, about="case:1",
        key="k", by=system(STREET), at=now(), to_party=world.resident("wang", phone="139****1111"),
    )  # fmt: skip
    return Message.objects.get(pk=made)


def send(message: Message) -> Message:
    errands.send({"message": str(message.pk)}, key=f"{message.pk}:0")
    message.refresh_from_db()
    return message


def test_the_demonstration_writes_instead_of_sending(message: Message) -> None:
    assert send(message).state == "delivered"
    assert message.provider_ref.startswith("demo-")


def test_a_signed_request_with_the_text_and_an_idempotency_key(
    peer: Peer, message: Message
) -> None:
    assert send(message).state == "sent"
    assert message.provider_ref == "g-1"
    seen = peer.seen[0]
    body = json.loads(seen["body"])
    assert body["to"] == "13900001111" and body["text"].startswith("【梧桐里】您申请的")
    assert seen["idempotency-key"] == str(message.pk)
    wanted = gateway.sign(SECRET, int(seen["x-yimen-time"]), seen["body"])
    assert seen["x-yimen-signature"] == wanted


def test_without_a_registered_name_the_centre_signs_as_it_is_called_now(
    peer: Peer, message: Message, settings: Any
) -> None:
    """Renamed, the next text message has the new name; a name that carriers registered stays."""
    settings.YIMEN_SMS_GATEWAY = {
        k: v for k, v in settings.YIMEN_SMS_GATEWAY.items() if k != "sign"
    }
    Gateway.objects.create(street=STREET, version=1, name="百步亭便民中心", begins_at=now())
    send(message)
    assert json.loads(peer.seen[0]["body"])["text"].startswith("【百步亭便民中心】您申请的")


def test_the_same_errand_again_sends_nothing(peer: Peer, message: Message) -> None:
    send(message)
    send(message)
    assert len(peer.seen) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (say(503, b"busy"), "http_503"),
        (say(429, b""), "http_429"),
        (say(200, b"<html>fine</html>"), "unreadable_answer"),
        (say(200, b'{"id": 7}'), "unreadable_answer"),
        (hang, "no_answer"),
        (drip, "no_answer"),
    ],
    ids=["busy", "too-many", "page", "wrong-type", "never-answers", "drips"],
)
def test_trouble_is_tried_again(peer: Peer, message: Message, answer: Answer, reason: str) -> None:
    peer.answer = answer
    begun = clock.monotonic()
    with pytest.raises(Trouble):
        send(message)
    assert clock.monotonic() - begun < 1.2, "the hard stop did not stop"
    message.refresh_from_db()
    assert (message.state, message.attempts, message.last_error) == ("queued", 1, reason)
    peer.answer = ok
    assert send(message).state == "sent"
    assert {s["idempotency-key"] for s in peer.seen} == {str(message.pk)}


def test_nobody_there(peer: Peer, message: Message, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings.YIMEN_SMS_GATEWAY = {**settings.YIMEN_SMS_GATEWAY, "url": f"http://127.0.0.1:{port}/"}
    with pytest.raises(Trouble, match="no_connection"):
        send(message)


def test_a_refusal_goes_straight_to_the_visible_list(peer: Peer, message: Message) -> None:
    peer.answer = say(400, b'{"detail": "13900001111 is not a number"}')
    assert send(message).state == "failed"
    assert message.last_error == "http_400", "an answer is never quoted: it may hold a number"


def test_after_the_last_try_it_stands_in_the_visible_list(peer: Peer, message: Message) -> None:
    peer.answer = say(503, b"")
    for _ in range(rules.ATTEMPTS - 1):
        with pytest.raises(Trouble):
            send(message)
    assert send(message).state == "failed"
    assert len(peer.seen) == rules.ATTEMPTS


def test_a_worker_killed_while_sending_loses_nothing(peer: Peer, message: Message) -> None:
    actions.begin(message.pk)  # and then the worker was killed
    assert send(message).state == "sent"
    assert message.attempts == 2


def test_without_a_phone_or_an_adapter_it_fails_visibly(
    peer: Peer, message: Message, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "phone_of", lambda party: "")
    assert (send(message).state, message.last_error) == ("failed", "no_phone")
    Message.objects.update(state="queued")
    settings.YIMEN_CHANNELS = {}
    assert (send(message).state, message.last_error) == ("failed", "no_adapter")


def test_a_lost_errand_does_not_lose_the_message(message: Message) -> None:
    assert ticks.sweep(message.due_at) == 0
    assert ticks.sweep(message.due_at + ticks.LOST_AFTER * 2) == 1
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("failed", "never_sent")
    assert ticks.sweep(message.due_at + ticks.LOST_AFTER * 2) == 0


def report(client: Client, body: bytes, *, secret: str = SECRET, late: int = 0) -> int:
    moment = int(now().timestamp()) - late
    answer = client.post(
        "/gateway/sms/receipts/", body, content_type="application/json",
        headers={"X-Yimen-Time": str(moment), "X-Yimen-Signature": gateway.sign(secret, moment, body)},
    )  # fmt: skip
    return answer.status_code


def test_the_gateway_reports_that_it_arrived(peer: Peer, message: Message, client: Client) -> None:
    send(message)
    body = json.dumps({"id": "g-1", "state": "delivered"}).encode()
    assert report(client, body, secret="guessed") == 401
    assert report(client, body, late=3600) == 401
    assert report(client, b"[]") == 422
    assert report(client, b'{"id": "nobody", "state": "delivered"}') == 404
    assert report(client, body) == 200
    message.refresh_from_db()
    assert message.state == "delivered" and message.delivered_at
    assert report(client, body) == 200, "told twice is told once"


def test_the_gateway_reports_that_it_did_not(peer: Peer, message: Message, client: Client) -> None:
    send(message)
    assert report(client, b'{"id": "g-1", "state": "unreachable"}') == 200
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("failed", "gateway_unreachable")


def test_declined_is_a_kind_of_trouble() -> None:
    assert issubclass(Declined, Trouble)
    with pytest.raises(Declined):
        gateway.outcome(404, b"")
