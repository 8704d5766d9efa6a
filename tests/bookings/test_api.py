"""Bookings for machines: the same permissions and the same refusals as on the pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.bookings.conftest import desk
from tests.cast import CENTRE, account, party
from yimen.bookings.models import Booking, Resource
from yimen.counters.loaders import load
from yimen.counters.models import Ticket
from yimen.lib.time import ZONE, at

pytestmark = pytest.mark.django_db
TEN = "2026-11-24T10:00:00+08:00"
ELEVEN = "2026-11-24T13:00:00+08:00"
NEWCOMER = {"name": "吴新人", "id_type": "other", "phone": "13900001234"}


def send(client: Client, who: str, path: str, body: dict[str, Any] | None = None) -> Any:
    client.force_login(account(who))
    if body is None:
        return client.get(f"/api/v1/{path}")
    return client.post(f"/api/v1/{path}", body, content_type="application/json")


def booked(client: Client, windows: Resource, who: str = "resident", **more: Any) -> Any:
    return send(client, who, "bookings", {"resource": str(windows.pk), "starts": TEN, **more})


def test_look_book_change_and_cancel(client: Client, windows: Resource) -> None:
    found = send(client, "resident", f"resources?centre={CENTRE}").json()["items"]
    assert [r["id"] for r in found] == [str(windows.pk)]
    tuesday = f"resources/{windows.pk}/slots?first=2026-11-24&last=2026-11-24"
    slots = {s["starts"]: s["free"] for s in send(client, "resident", tuesday).json()["items"]}
    assert slots[TEN] == 2 and len(slots) == 10
    made = booked(client, windows)
    assert made.status_code == 201 and made.json()["state"] == "booked"
    assert made.json()["channel"] == "web", "a resident does not say who they are not"
    slots = {s["starts"]: s["free"] for s in send(client, "resident", tuesday).json()["items"]}
    assert slots[TEN] == 1
    acts = f"bookings/{made.json()['id']}/acts"
    moved = send(client, "resident", acts, {"act": "change", "starts": ELEVEN}).json()
    assert (moved["starts"], moved["code"]) == (ELEVEN, made.json()["code"])
    assert send(client, "resident", acts, {"act": "cancel"}).json()["state"] == "cancelled"
    assert send(client, "resident", acts, {"act": "cancel"}).status_code == 409


def test_twice_full_and_never(client: Client, windows: Resource) -> None:
    assert booked(client, windows).status_code == 201
    assert booked(client, windows).status_code == 409, "the same request again books once"
    assert booked(client, windows, "resident2").status_code == 201
    full = booked(client, windows, "clerk", person=NEWCOMER)
    assert full.status_code == 409 and full.json()["errors"][0]["field"] == "starts"
    odd = booked(client, windows, starts="2026-11-24T10:07:00+08:00")
    assert odd.status_code == 409
    assert Booking.objects.count() == 2


def test_staff_book_for_anybody_and_residents_only_for_themselves(
    client: Client, windows: Resource
) -> None:
    made = booked(client, windows, "clerk", person=NEWCOMER, channel="phone")
    assert made.status_code == 201 and Booking.objects.get().channel == "phone"
    assert NEWCOMER["name"] not in made.content.decode()
    assert booked(client, windows, "resident", person=NEWCOMER).status_code == 403
    assert booked(client, windows, "officer", person=NEWCOMER).status_code == 403
    nobody = booked(client, windows, "clerk")
    assert nobody.status_code == 422 and nobody.json()["errors"][0]["field"] == "person"
    bad = booked(client, windows, "clerk", person={**NEWCOMER, "id_type": "resident_id"})
    assert bad.status_code == 422
    assert {e["field"].split(".")[0] for e in bad.json()["errors"]} == {"person"}


def test_strangers_see_nothing(client: Client, windows: Resource) -> None:
    one = booked(client, windows).json()["id"]
    for who in ("resident2", "officer2"):
        assert send(client, who, f"bookings/{one}").status_code == 404
        assert send(client, who, f"bookings/{one}/acts", {"act": "cancel"}).status_code == 404
        assert send(client, who, "bookings").json()["items"] == []
    assert [b["id"] for b in send(client, "clerk", "bookings?day=2026-11-24").json()["items"]] == [
        one
    ]
    assert send(client, "clerk", "bookings?day=2026-11-25").json()["items"] == []
    client.logout()
    assert client.get("/api/v1/bookings").status_code == 401


def test_what_is_not_offered_online_is_for_staff(client: Client, cast: None) -> None:
    with at(datetime(2026, 11, 23, 9, tzinfo=ZONE)):
        inside = desk(online=False)
        assert send(client, "resident", "resources").json()["items"] == []
        assert send(client, "resident", f"resources/{inside.pk}/slots").status_code == 404
        assert booked(client, inside).status_code == 404
        assert send(client, "clerk", f"resources/{inside.pk}/slots").status_code == 200


def test_wrong_words(client: Client, windows: Resource) -> None:
    one = booked(client, windows).json()["id"]
    for body, field in (({"act": "fly"}, "act"), ({"act": "change"}, "starts")):
        wrong = send(client, "resident", f"bookings/{one}/acts", body)
        assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == field
    assert booked(client, windows, subject="张三 138").status_code == 422


def test_who_comes_to_the_hall_gets_a_ticket(client: Client, windows: Resource) -> None:
    load()
    one = booked(client, windows).json()["id"]
    acts = f"bookings/{one}/acts"
    assert send(client, "clerk", acts, {"act": "arrive"}).status_code == 409, "another day"
    with at(datetime(2026, 11, 24, 9, 55, tzinfo=ZONE)):
        assert send(client, "resident", acts, {"act": "arrive"}).status_code == 403
        here = send(client, "clerk", acts, {"act": "arrive"})
        assert here.status_code == 200 and here.json()["state"] == "arrived"
        ticket = Ticket.objects.get(booking=one)
        assert here.json()["ticket"]["number"] == ticket.number
        assert ticket.person_id == party("resident").pk
        assert send(client, "clerk", acts, {"act": "arrive"}).status_code == 409
    assert timedelta(0) < ticket.taken_at - datetime(2026, 11, 24, tzinfo=ZONE)
