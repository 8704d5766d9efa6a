"""Open311 by POST: plain HTTP against the published specification, with a key and without one."""

from __future__ import annotations

from datetime import datetime
from xml.etree import ElementTree

import pytest
import requests
from django.test import Client

from tests.cases.world import matter
from tests.cast import STREET, account, load_cast, party
from yimen.hotline.models import HelpRequest
from yimen.ledger.models import Entry
from yimen.lib.actor import system
from yimen.lib.time import ZONE, at, now
from yimen.people.actions import issue_token

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
PLACE = f"{STREET}001"
POST = "/open311/v2/requests"
SAID = "路灯坏了三天，晚上看不见台阶"
ASKED = {"service_code": "street.light", "address_id": PLACE, "description": SAID}


@pytest.fixture
def monday(db, cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def post(want: int = 200, client: Client | None = None, form: str = "json", **said: str):
    client = client or Client(enforce_csrf_checks=True)
    given = {k: v for k, v in (ASKED | said).items() if v}
    response = client.post(f"{POST}.{form}", given)
    assert response.status_code == want, response.content.decode()
    return response


def key(username: str) -> str:
    return str(issue_token(account(username), by=system(), at=now()))


@pytest.mark.django_db(transaction=True, databases=["default", "journal"])
def test_by_plain_http_as_the_specification_has_it(live_server) -> None:
    load_cast()
    matter("help-006")
    base = f"{live_server.url}{POST}"
    response = requests.post(f"{base}.xml", data=ASKED | {"phone": "19900000088"}, timeout=30)
    assert response.status_code == 200, response.text
    tree = ElementTree.fromstring(response.content)
    number = tree.findtext("request/service_request_id")
    assert tree.tag == "service_requests" and tree.find("request/token") is None
    one = requests.get(f"{live_server.url}{POST}/{number}.json", timeout=30).json()[0]
    assert one["service_request_id"] == number and one["status"] == "open"
    assert one["description"] is None and one["address_id"] == PLACE
    wrong = requests.post(f"{base}.xml", data=ASKED | {"api_key": "nobody"}, timeout=30)
    assert wrong.status_code == 403
    assert ElementTree.fromstring(wrong.content).findtext("error/code") == "403"


def test_anybody_may_ask_and_is_a_person(monday) -> None:
    said = {"last_name": "王", "first_name": "阿姨", "phone": "19900000088", "lat": "31.2304",
            "long": "121.4737", "address_string": "梧桐路 1 弄门口"}  # fmt: skip
    number = post(**said).json()[0]["service_request_id"]
    row = HelpRequest.objects.select_related("case__applicant").get(case__number=number)
    assert row.case.applicant.name == "王阿姨" and row.case.applicant.phone_mask
    assert row.place == PLACE and row.case.channel == "online" and row.case.stage == "handling"
    assert row.case.facts["what"] == SAID
    assert row.case.facts["where"] == "梧桐路 1 弄门口 (31.230400, 121.473700)"
    assert row.taken_by is None
    shown = Client().get(f"{POST}/{number}.json").content.decode()
    assert SAID not in shown and "王" not in shown and "31.23" not in shown
    assert not any("19900000088" in e.data or "王阿姨" in e.data for e in Entry.objects.all())


def test_with_a_key_it_is_that_account_that_asks(monday) -> None:
    number = post(api_key=key("resident")).json()[0]["service_request_id"]
    row = HelpRequest.objects.get(case__number=number)
    assert row.case.applicant == party("resident")
    by_operator = post(api_key=key("clerk"), last_name="李").json()[0]["service_request_id"]
    row = HelpRequest.objects.get(case__number=by_operator)
    assert row.taken_by == account("clerk") and row.case.applicant.name == "李"
    header = Client(headers={"Authorization": f"Bearer {key('resident')}"})
    number = post(client=header).json()[0]["service_request_id"]
    assert HelpRequest.objects.get(case__number=number).case.applicant == party("resident")


def test_a_cookie_is_nobody(monday) -> None:
    """Another site's form in a clerk's browser acts for nobody, so it needs no token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(account("clerk"))
    number = post(client=client).json()[0]["service_request_id"]
    row = HelpRequest.objects.get(case__number=number)
    assert row.taken_by is None and row.case.applicant.name == "来电人"


@pytest.mark.parametrize(
    ("said", "status", "named"),
    [
        ({"api_key": "wrong"}, 403, "api_key"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "rocket"}, 404, "service_code"),
        ({"service_code": "danger.ill"}, 404, "120"),
        ({"service_code": "complaint.office"}, 404, "service_code"),
        ({"jurisdiction_id": "999999999"}, 404, "jurisdiction_id"),
        ({"address_id": "310199009009"}, 400, "address_id"),
        ({"address_id": ""}, 400, "address_string"),
        ({"address_id": "", "address_string": "月亮上"}, 400, "jurisdiction_id"),
        ({"lat": "91", "long": "0"}, 400, "lat"),
        ({"lat": "x", "long": "0"}, 400, "lat"),
        ({"description": "长" * 4001}, 400, "description"),
        ({"phone": "12"}, 400, "phone"),
    ],
)
def test_errors_are_those_of_the_specification(monday, said, status: int, named: str) -> None:
    told = post(status, **said).json()
    assert told[0]["code"] == status and named in told[0]["description"]
    assert not HelpRequest.objects.exists()


def test_coordinates_alone_need_the_jurisdiction(monday) -> None:
    number = post(
        address_id="", lat="31.23", long="121.47", jurisdiction_id=STREET
    ).json()[0]["service_request_id"]  # fmt: skip
    assert HelpRequest.objects.get(case__number=number).place == STREET


def test_committee_and_secrecy_are_attributes(monday) -> None:
    said = {"address_id": "", "address_string": "弄堂口", "jurisdiction_id": STREET,
            "attribute[committee]": f"{STREET}002", "attribute[secret]": "yes"}  # fmt: skip
    number = post(**said).json()[0]["service_request_id"]
    row = HelpRequest.objects.get(case__number=number)
    assert row.place == f"{STREET}002" and row.secret
    assert Client().get(f"{POST}/{number}.json").status_code == 404


def test_without_a_key_only_a_few_a_minute_and_only_where_it_is_wished(monday, settings) -> None:
    codes = [Client().post(f"{POST}.json", ASKED).status_code for _n in range(6)]
    assert codes == [200] * 5 + [429]
    last = Client().post(f"{POST}.xml", ASKED)
    assert last["Retry-After"] and b"<code>429</code>" in last.content
    assert post(api_key=key("resident")).json(), "a key has its own measure"
    settings.YIMEN_OPEN311_ANONYMOUS = False
    post(403)


def test_an_operator_finds_it_on_the_line(monday) -> None:
    number = post().json()[0]["service_request_id"]
    client = Client()
    client.force_login(account("clerk"))
    assert number in client.get("/desk/line/").content.decode()
