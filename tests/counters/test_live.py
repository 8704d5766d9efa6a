"""The process of the displays: the hall as it stands first, then every change, and again after the
database went away. Driven as a server drives it, in a thread with a loop of its own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from queue import Empty, Queue
from typing import Any

import orjson
import pytest
from django.db import connection, connections

from tests.cast import CENTRE, STREET, actor, load_cast
from tests.counters.conftest import MONDAY
from tests.counters.day import KILL
from yimen.counters import actions, live
from yimen.counters.loaders import load
from yimen.lib.time import now
from yimen.notices.actions import announcing
from yimen.places.models import ServicePoint

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])
WINDOW, PATIENCE_S = f"{CENTRE}02", 20


@pytest.fixture
def display(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue[Any]]:
    """What one display hears: status, then a hall for each event."""
    load_cast()
    load()
    monkeypatch.setattr(live, "HALLS", live.Halls())
    heard: Queue[Any] = Queue()
    ending: Queue[Any] = Queue()

    async def watch() -> None:
        gone = asyncio.Event()
        ending.put((asyncio.get_running_loop(), gone))

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                heard.put(message["status"])
            for line in message.get("body", b"").splitlines():
                if line.startswith(b"data: "):
                    heard.put(orjson.loads(line[6:]))

        scope = {"type": "http", "method": "GET", "path": f"/halls/{CENTRE}/"}
        await live.application(scope, receive, send)
        assert not live.HALLS.watching, "whoever went away is forgotten"
        if live.HALLS.task:
            live.HALLS.task.cancel()

    with ThreadPoolExecutor(1) as elsewhere:
        watching = elsewhere.submit(asyncio.run, watch())
        loop, gone = ending.get(timeout=PATIENCE_S)
        yield heard
        loop.call_soon_threadsafe(gone.set)
        watching.result(PATIENCE_S)


def serving(hall: dict[str, Any]) -> str | None:
    return next(w["serving"] for w in hall["windows"] if w["code"] == WINDOW)


def take() -> str:
    point = ServicePoint.objects.get(pk=CENTRE)
    return str(actions.take(point, by=actor("clerk"), at=MONDAY).ticket.number)


def test_first_the_hall_then_each_change_and_nothing_about_anybody(display: Queue[Any]) -> None:
    assert display.get(timeout=PATIENCE_S) == 200
    assert display.get(timeout=PATIENCE_S)["waiting"] == 0
    number = take()
    assert display.get(timeout=PATIENCE_S)["waiting"] == 1
    actions.open_window(WINDOW, by=actor("clerk"), at=MONDAY)
    display.get(timeout=PATIENCE_S)
    actions.call_next(WINDOW, by=actor("clerk"), at=MONDAY)
    hall = display.get(timeout=PATIENCE_S)
    assert (serving(hall), hall["waiting"]) == (number, 0)
    with pytest.raises(Empty):
        display.get(timeout=0.5)  # nothing moved, nothing is sent


def test_urgent_words_come_at_once_and_go_at_once(display: Queue[Any]) -> None:
    """By the bell: the hall is read by the clock only every fifteen seconds."""
    assert display.get(timeout=PATIENCE_S) == 200
    assert display.get(timeout=PATIENCE_S)["announcements"] == []
    by, at = actor("director"), now()
    words = announcing.Words("马上停水", at, at + timedelta(hours=1), urgent=True)
    began = time.monotonic()
    row = announcing.announce(STREET, words, by=by, at=at)
    (said,) = display.get(timeout=PATIENCE_S)["announcements"]
    assert said["text"] == "马上停水" and said["urgent"] and said["until"]
    announcing.end(row.pk, by=by, at=now())
    assert display.get(timeout=PATIENCE_S)["announcements"] == []
    assert time.monotonic() - began < live.LOOK_S / 2


def test_a_lost_database_is_found_again_with_what_was_missed(display: Queue[Any]) -> None:
    assert display.get(timeout=PATIENCE_S) == 200
    assert display.get(timeout=PATIENCE_S)["waiting"] == 0
    with connection.cursor() as cursor:
        cursor.execute(KILL)
    connections["journal"].close()  # ours was among those that were ended
    take()
    assert display.get(timeout=PATIENCE_S)["waiting"] == 1


def test_other_addresses_are_not_here() -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def ask(path: str) -> None:
        await live.application({"type": "http", "method": "GET", "path": path}, None, send)  # type: ignore[arg-type]

    with ThreadPoolExecutor(1) as elsewhere:
        for path, status in (("/halls/1/", 404), ("/", 404), ("/healthz", 200)):
            sent.clear()
            elsewhere.submit(asyncio.run, ask(path)).result(PATIENCE_S)
            assert sent[0]["status"] == status, path
