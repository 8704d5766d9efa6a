"""The hall for machines, line by line as the interfaces say."""

from __future__ import annotations

import json

import pytest

from tests.cast import CENTRE, OTHER_CENTRE, account
from yimen.counters.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hall")]
WINDOW = f"{CENTRE}02"


def post(client, path, **body):
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json")


@pytest.fixture
def clerk(client):
    client.force_login(account("clerk"))
    return client


@pytest.fixture
def director(client):
    client.force_login(account("director"))
    return client


def test_a_ticket_from_taking_to_the_end(director) -> None:
    answer = post(director, "tickets", centre=CENTRE, desk="general")
    made = answer.json()
    assert answer.status_code == 201
    assert (made["number"], made["position"], made["state"]) == ("G001", 1, "waiting")
    assert made["estimated_wait"] is None  # no window is open: nobody can say
    assert post(director, f"windows/{WINDOW}/next").status_code == 409
    assert post(director, f"windows/{WINDOW}/acts", act="open").json()["state"] == "open"
    shown = director.get(f"/api/v1/tickets/{made['id']}").json()
    assert shown["estimated_wait"] == {"low_min": 0, "high_min": 5}
    called = post(director, f"windows/{WINDOW}/next")
    assert called.status_code == 200 and called.json()["number"] == "G001"
    queue = director.get(f"/api/v1/centres/{CENTRE}/queue").json()
    assert queue["waiting"] == 0 and [t["number"] for t in queue["items"]] == ["G001"]
    here = next(w for w in queue["windows"] if w["code"] == WINDOW)
    assert (here["state"], here["serving"]) == ("open", "G001")
    assert post(director, f"windows/{WINDOW}/acts", act="no_show").status_code == 409
    for act in ("recall", "serve"):
        assert post(director, f"windows/{WINDOW}/acts", act=act).status_code == 200
    ended = post(director, f"windows/{WINDOW}/acts", act="finish").json()
    assert ended["serving"] is None and ended["ticket"]["state"] == "served"
    assert post(director, f"windows/{WINDOW}/next").status_code == 204
    assert post(director, f"windows/{WINDOW}/acts", act="close").json()["state"] == "closed"


def test_by_matter_and_with_a_person(clerk) -> None:
    person = {"name": "赵秀珍", "id_type": "resident_id", "id_number": "310199194703082048"}
    made = post(clerk, "tickets", centre=CENTRE, person=person, desk="civil").json()
    assert made["priority"] == "elderly" and made["number"] == "B001"
    assert "name" not in json.dumps(made) and Ticket.objects.get(pk=made["id"]).person is not None


@pytest.mark.parametrize(
    ("body", "field"),
    [({"desk": "moon"}, "desk"), ({"priority": "big"}, "priority"), ({"matter": "none"}, "matter"),
     ({"person": {"name": "张", "id_type": "resident_id", "id_number": "1"}}, "person.id_number")],
)  # fmt: skip
def test_wrong_fields_are_named(clerk, body, field) -> None:
    answer = post(clerk, "tickets", centre=CENTRE, **body)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [field]
    assert not Ticket.objects.exists()


def test_unknown_centre_and_unknown_act(clerk) -> None:
    assert post(clerk, "tickets", centre="99999999999").status_code == 422
    assert post(clerk, f"windows/{WINDOW}/acts", act="dance").status_code == 422
    assert post(clerk, f"windows/{WINDOW}/acts", act="resume").status_code == 422
    assert post(clerk, f"windows/{CENTRE}99/next").status_code == 404


def test_who_may(client, clerk) -> None:
    made = post(clerk, "tickets", centre=CENTRE).json()
    other = {"name": "某人", "id_type": "other"}
    assert post(clerk, "tickets", centre=OTHER_CENTRE, person=other).status_code == 403
    for name, seen in (("clerk2", 404), ("resident", 404), ("auditor", 200), ("officer", 404)):
        client.force_login(account(name))
        assert client.get(f"/api/v1/tickets/{made['id']}").status_code == seen, name
        assert client.get(f"/api/v1/centres/{CENTRE}/queue").status_code == seen, name
    client.logout()
    assert post(client, "tickets", centre=CENTRE).status_code == 401
    assert client.get(f"/api/v1/centres/{CENTRE}/queue").status_code == 401


def test_a_resident_joins_from_home_in_the_hours(client) -> None:
    client.force_login(account("resident"))
    made = post(client, "tickets", centre=CENTRE).json()
    assert client.get(f"/api/v1/tickets/{made['id']}").json()["channel"] == "phone"
    other = {"name": "某人", "id_type": "other"}
    assert post(client, "tickets", centre=CENTRE, person=other).status_code == 403
