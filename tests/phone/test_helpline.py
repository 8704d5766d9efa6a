"""A call to the help line over the exchange's socket: it rings without a menu, is joined to whoever
picks up, is recorded; given up it is counted. And the door for exchanges that speak HTTP."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.cast import STREET, actor
from tests.phone.exchange import Exchange, call_in, words_of
from yimen.hotline import actions
from yimen.hotline.exchange import OPERATORS
from yimen.hotline.models import LineCall, Recording, Ringing
from yimen.lib.time import now
from yimen.notices.channels.gateway import sign
from yimen.phone.helpline import Picked
from yimen.phone.models import Call
from yimen.phone.sounds import Sounds

pytestmark = [
    pytest.mark.django_db(databases=["default", "journal"]),
    pytest.mark.usefixtures("cast", "_lines"),
]
NUMBER, HELP = "13901234567", "962200"
SECRET = "a word between two machines"


@pytest.fixture
def _lines(settings: Any) -> None:
    settings.YIMEN_HELP_LINES = {HELP: {"street": STREET, "line": "daily"}}
    settings.YIMEN_LINE_PHONES = {"clerk": "PJSIP/8001"}
    settings.YIMEN_HELP_RECORDED = True
    settings.YIMEN_LINE_EVENT_SECRET = SECRET


class Real(Exchange):
    """An exchange that records, and joins whom it is told."""

    def _reply(self, order: str) -> str:
        if order.startswith("EXEC MixMonitor"):
            self.orders.append(order)
            return "200 result=0"
        return super()._reply(order)


def picks_up(monkeypatch: pytest.MonkeyPatch, after: int = 1) -> None:
    """The operator presses the key after so many looks."""
    looks, ask = [], type(OPERATORS).picked

    def picked(self: Any, ringing: UUID) -> Picked | None:
        looks.append(ringing)
        if len(looks) == after + 1:
            actions.pick_up(ringing, by=actor("clerk"), at=now())
        return ask(self, ringing)

    monkeypatch.setattr(type(OPERATORS), "picked", picked)


def test_it_rings_is_picked_up_recorded_and_joined(sounds: Sounds, monkeypatch: Any) -> None:
    picks_up(monkeypatch)
    line = Real("----", dialled=HELP)
    line.dial = "ANSWER"
    call_in(sounds, line)
    words = words_of(sounds, line)
    assert "求助热线" in words[0] and "录音" in words[0] and not any("请按" in w for w in words)
    row = Ringing.objects.get()
    assert (row.outcome, row.line) == ("picked", "daily")
    assert row.number_of and row.number_of.phone_mask == "139****4567"
    recording = Recording.objects.get(call=row.call)
    assert recording.name == f"help-{row.pk}.wav"
    record, dial = (n for n, o in enumerate(line.orders) if "MixMonitor" in o or "Dial" in o)
    assert record < dial and '"PJSIP/8001,30"' in line.orders[dial]
    assert not Call.objects.exists(), "no call of the enquiry line"


def test_a_caller_who_gives_up_is_counted(sounds: Sounds) -> None:
    call_in(sounds, Real("!", dialled=HELP))
    row = Ringing.objects.get()
    assert row.outcome == "abandoned" and not LineCall.objects.exists()


def test_a_line_of_its_own_is_still_the_enquiry_line(sounds: Sounds) -> None:
    call_in(sounds, Real("!", dialled="64370000"))
    assert not Ringing.objects.exists() and Call.objects.count() == 1


def test_without_us_the_exchange_rings_whoever_is_there(
    sounds: Sounds, settings: Any, monkeypatch: Any
) -> None:
    settings.YIMEN_HELP_FALLBACK = "PJSIP/all"

    def down(*_args: Any, **_more: Any) -> None:
        raise TimeoutError

    monkeypatch.setattr(type(OPERATORS), "ring", down)
    line = Real("", dialled=HELP)
    call_in(sounds, line)
    assert any("PJSIP/all" in order for order in line.orders)
    assert "一一零" in "".join(words_of(sounds, line)), "nobody answered there either"


def sent(body: dict[str, Any] | str, *, secret: str = SECRET, late: int = 0) -> Any:
    raw = body if isinstance(body, str) else json.dumps(body)
    moment = int(now().timestamp()) - late
    return Client().post(
        "/line/events/", raw, content_type="application/json",
        headers={"X-Yimen-Time": str(moment), "X-Yimen-Signature": sign(secret, moment, raw.encode())},
    )  # fmt: skip


def told(event: str, **more: str) -> dict[str, str]:
    return {"event": event, "id": "ex-1", "dialled": HELP, "number": NUMBER, **more}


def test_events_by_http_ring_hang_up_and_name_the_recording() -> None:
    assert sent(told("ring")).status_code == sent(told("ring")).status_code == 200
    row = Ringing.objects.get()
    assert row.line == "daily" and row.ended_at is None
    actions.pick_up(row.pk, by=actor("clerk"), at=now())
    assert sent(told("recording", name="a/b.wav")).json()["dial"] == "PJSIP/8001"
    assert Recording.objects.get().name == "a/b.wav"
    assert sent(told("hangup")).status_code == 200
    assert Ringing.objects.get().outcome == "picked"


def test_unsigned_late_or_broken_events_do_nothing(settings: Any) -> None:
    assert sent(told("ring"), secret="x").status_code == 401
    assert sent(told("ring"), late=900).status_code == 401
    assert Client().post("/line/events/", "{}", content_type="application/json").status_code == 401
    for broken in ("[]", "{", '{"event": "ring"}'):
        assert sent(broken).status_code == 422
    assert sent(told("dance")).status_code == 404, "no such call"
    assert sent(told("ring", dialled="1")).status_code == 404
    settings.YIMEN_LINE_EVENT_SECRET = ""
    assert sent(told("ring"), secret="").status_code == 401, "without a word the door is shut"
    assert not Ringing.objects.exists()
