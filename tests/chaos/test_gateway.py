"""A text-message gateway that answers slowly, wrongly or never, seen from the act that caused the
message: the act is done at once, the message stands in the list, is tried again with growing waits,
and can be sent by hand in the end. (What each answer means: tests/notices/test_send.py.)"""

from __future__ import annotations

import time as clock
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from chaos import gateway as bad
from tests.cases.world import MONDAY, do, hand_in
from tests.cast import PASSWORD
from yimen.ledger import jobs
from yimen.ledger.models import Errand
from yimen.lib import time
from yimen.notices import rules
from yimen.notices.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


class Mood(bad.Gateway):
    """A gateway in one mood until told otherwise."""

    now = "well"

    def mood(self) -> str:
        self.moods[self.now] += 1
        return self.now


@pytest.fixture
def gateway(settings: Any) -> Iterator[Mood]:
    made = Mood()
    settings.YIMEN_CHANNELS = {"sms": "yimen.notices.channels.gateway.SmsGateway"}
    settings.YIMEN_SMS_GATEWAY = {"url": made.url, "secret": "s", "sign": "里", "deadline_s": 0.4}
    yield made
    made.close()


@pytest.fixture
def message(gateway: Mood) -> Message:
    with time.at(MONDAY):
        hand_in("civil-affairs-001")
    return Message.objects.filter(channel="sms").get()


def errand_of(message: Message) -> Errand:
    return Errand.objects.filter(name="notices.send", key__startswith=str(message.pk)).latest(
        "queued_at"
    )


def test_the_act_does_not_wait_for_the_gateway(gateway: Mood) -> None:
    gateway.now = "silent"
    with time.at(MONDAY):
        begun = clock.monotonic()
        d = do(hand_in("civil-affairs-001"), "accept")
    assert clock.monotonic() - begun < bad.SILENT_S, "the act waited for the gateway"
    assert d.case.stage == "handling" and not gateway.moods
    assert {e.state for e in Errand.objects.filter(name="notices.send")} == {"waiting"}


@pytest.mark.parametrize("mood", ["silent", "busy", "garbled"])
def test_it_is_tried_again_with_growing_waits_then_by_hand(
    gateway: Mood, message: Message, mood: str, client: Client
) -> None:
    gateway.now = mood
    moment, waits = MONDAY, []
    for attempt in range(1, rules.ATTEMPTS + 1):
        with time.at(moment):
            jobs.run_errand(str(errand_of(message).pk))
        message.refresh_from_db()
        errand = errand_of(message)
        if attempt < rules.ATTEMPTS:
            assert (message.state, errand.state) == ("queued", "waiting")
            waits.append((errand.due_at - moment).total_seconds())
            moment = errand.due_at + timedelta(seconds=1)
    assert (message.state, message.attempts) == ("failed", rules.ATTEMPTS)
    assert sum(gateway.moods.values()) == rules.ATTEMPTS
    assert waits[0] == 0 and waits[1:] == sorted(waits[1:]), waits
    plain = [30 * 2**n for n in range(len(waits) - 1)]
    assert all(0.8 * p <= w <= 1.2 * p for w, p in zip(waits[1:], plain, strict=True)), waits

    # visible, and sent by hand when the gateway is well again
    client.login(username="director", password=PASSWORD)
    with time.at(moment):
        page = client.get("/desk/outbox/?state=failed").content.decode()
        assert str(message.pk) in page
        gateway.now = "well"
        assert client.post(f"/desk/outbox/{message.pk}/resend/").status_code == 302
        jobs.run_errand(str(errand_of(message).pk))
    message.refresh_from_db()
    assert (message.state, message.provider_ref) == ("sent", bad.reference(str(message.pk)))


def test_waits_of_many_are_spread() -> None:
    """A gateway that comes back is not met by everybody at the same second."""
    waits = {jobs.backoff(5).total_seconds() for _ in range(50)}
    assert len(waits) > 40 and max(waits) - min(waits) > 40


def test_a_slow_gateway_is_waited_for_within_the_deadline(
    gateway: Mood, message: Message, settings: Any
) -> None:
    settings.YIMEN_SMS_GATEWAY = {**settings.YIMEN_SMS_GATEWAY, "deadline_s": 2}
    gateway.now = "slow"
    with time.at(MONDAY):
        jobs.run_errand(str(errand_of(message).pk))
    message.refresh_from_db()
    assert message.state == "sent" and gateway.taken == {str(message.pk): 1}
