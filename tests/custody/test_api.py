"""Machines scan and report under the same permissions as people."""

import json

import pytest

from tests.cast import STREET, account, actor
from yimen.custody import actions
from yimen.custody.actions import NewPaper
from yimen.lib.time import now

CASE = "31019900101202611230001757"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "monday")]


@pytest.fixture
def book():
    wanted = [NewPaper("户口簿", "original", must_return=True)]
    return actions.register_papers(
        CASE, wanted, street=STREET, body="centre-31019900101", by=actor("clerk"), at=now()
    )[0]


def post(client, path, **body):
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


def test_scan_and_read(client, book):
    actions.send(book, "bo-civil-affairs", by=actor("clerk"), at=now())
    client.force_login(account("officer"))
    assert post(client, "custody/scans", code=book.code).json()["found"] == "received"
    assert post(client, "custody/scans", code=book.code).json()["found"] == "already"
    shown = client.get(f"/api/v1/custody/papers/{book.code}").json()
    assert shown["holder_body"] == "bo-civil-affairs" and len(shown["hops"]) == 1
    assert shown["hops"][0]["scanned_at"].endswith("+08:00")
    listed = client.get(f"/api/v1/custody/papers?case={CASE}").json()
    assert [one["code"] for one in listed["items"]] == [book.code] and listed["next"] is None


def test_refusals(client, book):
    assert post(client, "custody/scans", code=book.code).status_code == 401
    client.force_login(account("resident"))
    assert post(client, "custody/scans", code=book.code).status_code == 403
    assert client.get(f"/api/v1/custody/papers/{book.code}").status_code == 404
    client.force_login(account("clerk"))
    assert post(client, "custody/scans", code="9990010000000000").status_code == 404
    assert post(client, "custody/scans").status_code == 422


def test_carrier_reports(client, book):
    parcel = actions.order_parcel(CASE, [book], by=actor("clerk"), at=now(), tracking="EA1")
    client.force_login(account("courier"))
    path = "custody/parcels/EA1/events"
    assert post(client, path, state="picked_up").json()["state"] == "picked_up"
    assert post(client, path, state="lost in space").status_code == 422
    client.force_login(account("officer"))
    assert post(client, path, state="delivered").status_code == 404
    parcel.refresh_from_db()
    assert parcel.state == "picked_up"
