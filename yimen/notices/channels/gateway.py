"""Text messages through an HTTP gateway: one signed POST a message.

The signature covers time and body (HMAC-SHA256), the message's id is the idempotency key, and a
hard stop ends a conversation that drips or never answers. Settings: YIMEN_SMS_GATEWAY with url,
secret, deadline_s, and sign where carriers registered a sender name; else the centre's name signs.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from yimen.bodies import gateway as centre
from yimen.lib.time import now
from yimen.notices.channels import Declined, Letter, Outcome, Trouble
from yimen.people.queries import phone_of

MAX_ANSWER = 64 * 1024
TRY_AGAIN = {408, 425, 429}


def sign(secret: str, moment: int, body: bytes) -> str:
    """The signature of a body sent at `moment` (seconds since 1970)."""
    return hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()


class SmsGateway:
    """Sends by the gateway that settings name."""

    def __init__(self) -> None:
        self.options: dict[str, Any] = settings.YIMEN_SMS_GATEWAY

    def send(self, letter: Letter) -> Outcome:
        phone = phone_of(letter.message.to_party_id) if letter.message.to_party_id else ""
        if not phone:
            raise Declined("no_phone")
        text = f"【{centre.sign(letter.message.street)}】{letter.text}"
        body = json.dumps({"id": str(letter.id), "to": phone, "text": text}).encode()
        status, answer = self._post(body, str(letter.id))
        return outcome(status, answer)

    def _post(self, body: bytes, key: str) -> tuple[int, bytes]:
        url = urlsplit(self.options["url"])
        deadline = float(self.options.get("deadline_s", 10))
        kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
        connection = kind(url.hostname or "", url.port, timeout=deadline)
        over = Event()
        stop = Timer(deadline, _cut, [connection, over])
        stop.start()
        try:
            target = url.path or "/"
            connection.request(
                "POST",
                f"{target}?{url.query}" if url.query else target,
                body,
                self._headers(body, key),
            )
            answer = connection.getresponse()
            read = answer.read(MAX_ANSWER)
            if over.is_set():  # what was read by then is only a part
                raise Trouble("no_answer")
            return answer.status, read
        except TimeoutError:
            raise Trouble("no_answer") from None
        except (OSError, HTTPException):
            raise Trouble("no_answer" if over.is_set() else "no_connection") from None
        finally:
            stop.cancel()
            connection.close()

    def _headers(self, body: bytes, key: str) -> dict[str, str]:
        moment = int(now().timestamp())
        return {
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "X-Yimen-Time": str(moment),
            "X-Yimen-Signature": sign(self.options["secret"], moment, body),
        }


def _cut(connection: HTTPConnection, over: Event) -> None:
    """End a conversation from another thread, whatever it is waiting for."""
    over.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def outcome(status: int, answer: bytes) -> Outcome:
    """What a gateway's answer means. Garbage after 200 leaves open whether it was sent; the same
    idempotency key makes another try safe."""
    if status in TRY_AGAIN or status >= 500:
        raise Trouble(f"http_{status}")
    if status not in (200, 201, 202):
        raise Declined(f"http_{status}")
    try:
        ref = json.loads(answer)["id"]
    except (ValueError, KeyError, TypeError):
        raise Trouble("unreadable_answer") from None
    if not isinstance(ref, str) or not 0 < len(ref) <= 120:
        raise Trouble("unreadable_answer")
    return Outcome(ref=ref)


FRESH_S = 300


def receipt_of(body: bytes, headers: Mapping[str, str], secret: str) -> bytes | None:
    """The body of a delivery report if its signature is right and not old; None otherwise."""
    try:
        moment = int(headers.get("X-Yimen-Time", ""))
    except ValueError:
        return None
    given = headers.get("X-Yimen-Signature", "")
    fresh = abs(now().timestamp() - moment) <= FRESH_S
    right = secret and hmac.compare_digest(sign(secret, moment, body).encode(), given.encode())
    return body if fresh and right else None
