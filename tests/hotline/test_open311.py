"""Open311 GeoReport v2: read by a client made for other cities, in JSON and XML; what is not
published is not there; errors as the specification has them."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from georeport import GeoReport
from hypothesis import given
from hypothesis import strategies as st

from tests.cases.world import matter
from tests.cast import STREET, actor, body, load_cast, party
from yimen.hotline import actions, needs, published
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest
from yimen.hotline.open311 import asking
from yimen.hotline.open311.form import render
from yimen.lib.time import ZONE, at, now
from yimen.people.rules import HAN

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
PLACE = f"{STREET}001"
BASE = "/open311/v2"
SAID, WHERE, NAME = "厨房水龙头关不上，密码八八", "梧桐路 1 弄 2 号 301 室", "王阿姨"
WHEN = {"start_date": "2026-03-01T00:00:00+08:00"}


def take(need: str = "repair.water", **more) -> HelpRequest:
    facts = {
        "need": need,
        "what": SAID,
        "where": WHERE,
        "place": PLACE,
        "party": party("resident").pk,
    }
    d = actions.take(Taken(**facts | more), by=actor("clerk"), at=now())
    return HelpRequest.objects.select_related("case").get(case=d.case)


@pytest.fixture
def monday(db, cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def ask(path: str, want: int = 200, **query: str):
    response = Client().get(f"{BASE}/{path}", query)
    assert response.status_code == want, response.content.decode()
    return response


def numbers(**query: str) -> list[str]:
    return [r["service_request_id"] for r in ask("requests.json", **query).json()]


# --- the client from PyPI -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", ["json", "xml"])
def test_an_existing_client_reads_everything(live_server, form: str) -> None:
    load_cast()
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        first, second = take(), take("street.light")
        take("danger.ill")
    client = GeoReport(f"{live_server.url}{BASE}", output_format=form)
    listed = client.get_service_list()
    assert {"repair.water", "street.light"} <= {s["service_code"] for s in listed}
    assert "danger.ill" not in {s["service_code"] for s in listed}
    told = client.get_service_definition("repair.water")
    assert told["service_code"] == "repair.water" and told["attributes"]
    found = client.get_service_requests(**WHEN, status="open")
    assert [r["service_request_id"] for r in found] == [second.case.number, first.case.number]
    one = client.get_service_request(first.case.number)
    assert one["service_code"] == "repair.water" and one["status"] == "open"
    assert one["requested_datetime"] == "2026-03-02T09:00:00+08:00"


# --- what is published ----------------------------------------------------------------------------


def test_need_state_days_committee_and_body_and_nothing_else(monday) -> None:
    row = take(name=NAME, party=None, phone="19900000077")
    text = ask(f"requests/{row.case.number}.json").content.decode()
    for secret in (
        SAID,
        WHERE,
        NAME,
        "19900000077",
        "301",
        str(row.pk),
        str(row.case.applicant_id),
    ):
        assert secret not in text
    one = ask(f"requests/{row.case.number}.json").json()[0]
    assert one["address_id"] == PLACE and one["agency_responsible"] == row.case.lead.name
    empty = ("description", "lat", "long", "media_url", "zipcode", "service_notice")
    assert all(one[name] is None for name in empty)
    assert one["status_notes"] == "办理中" and one["expected_datetime"]


def test_an_answer_is_not_published_and_closed_is_closed(monday) -> None:
    row = take()
    worker = next(
        a for a in map(actor, ("officer", "officer6", "officer7", "officer8", "officer9"))
        if row.case.lead_id in a.bodies()
    )  # fmt: skip
    actions.reply(row.case.number, done=True, text="已换阀芯", by=worker, at=now())
    assert numbers(**WHEN, status="open") == [row.case.number]
    actions.call_back(row, reached=True, solved="yes", by=actor("clerk"), at=now())
    assert numbers(**WHEN, status="open") == []
    assert numbers(**WHEN, status="closed") == numbers(**WHEN) == [row.case.number]
    assert numbers(**WHEN, status="open,closed") == [row.case.number]
    response = ask(f"requests/{row.case.number}.json")
    assert "阀芯" not in response.content.decode()
    assert response.json()[0]["expected_datetime"] is None


def test_never_dangers_complaints_secrets_health_and_what_complains_of_somebody(monday) -> None:
    hidden = [
        take("danger.fire"), take("care.doctor"), take("company"), take("complaint.service"),
        take(secret=True), take(excluded=(body("bo-civil-affairs").pk,)), take("quarrel"),
    ]  # fmt: skip
    assert numbers(**WHEN) == []
    for row in hidden:
        assert numbers(service_request_id=row.case.number) == []
        ask(f"requests/{row.case.number}.json", 404)


def test_the_tree_publishes_no_danger_and_no_complaint() -> None:
    shown = [n for n in needs.tree().values() if n.public]
    assert shown and not {n.sort for n in shown} & {"emergency", "complaint"}
    assert not {n.code.partition(".")[0] for n in shown} & {
        "danger",
        "complaint",
        "care",
        "company",
    }
    with pytest.raises(ValueError, match="danger"):
        needs.check(
            [needs.Need("danger", "生命危险", "Danger", "emergency", "help-002", public=True)]
        )
    assert set(published.needs()) == {n.code for n in shown}


# --- parameters -----------------------------------------------------------------------------------


def test_lists_by_number_service_window_and_page(monday) -> None:
    old = take()
    with at(MONDAY + timedelta(days=60)):
        middle = take("street.light")
    with at(MONDAY + timedelta(days=95)):
        late = take("urgent.lift")
        assert numbers() == [late.case.number, middle.case.number], "the latest ninety days"
        assert numbers(service_code="street.light,urgent.lift", page="2", page_size="1") == [
            middle.case.number
        ]
        assert numbers(service_code="repair.water") == []
        ids = f"{old.case.number},{middle.case.number}"
        assert len(numbers(service_request_id=ids, status="closed")) == 2, "overrides the rest"
        told = ask("requests.json", start_date="2026-03-01T00:00:00Z")
        assert [r["service_request_id"] for r in told.json()] == [
            middle.case.number,
            old.case.number,
        ]
        covers = told["X-Start-Date"], told["X-End-Date"]
        assert covers == ("2026-03-01T08:00:00+08:00", "2026-05-30T08:00:00+08:00"), "ninety days"
        assert numbers(end_date="2026-03-03T00:00:00Z") == [old.case.number]
        assert numbers(jurisdiction_id=STREET, page="9") == []


@pytest.mark.parametrize(
    ("query", "status", "named"),
    [
        ({"status": "broken"}, 400, "status"),
        ({"start_date": "yesterday"}, 400, "start_date"),
        ({"start_date": "0001-01-01T00:00:00+14:00"}, 400, "start_date"),
        ({"end_date": "0001-01-02T00:00:00Z"}, 400, "end_date"),
        ({"start_date": "9999-12-31T00:00:00Z"}, 400, "start_date"),
        ({"start_date": "2026-03-02", "end_date": "2026-03-01"}, 400, "start_date"),
        ({"start_date": "2026-03-01", "end_date": "2026-12-01"}, 400, "end_date"),
        ({"page": "0"}, 400, "page"),
        ({"page_size": "x"}, 400, "page_size"),
        ({"service_code": "rocket"}, 404, "service_code"),
        ({"jurisdiction_id": "999999999"}, 404, "jurisdiction_id"),
    ],
)
def test_errors_are_those_of_the_specification(monday, query, status: int, named: str) -> None:
    told = ask("requests.json", status, **query).json()
    assert [e["code"] for e in told] == [status] and named in told[0]["description"]
    tree = ElementTree.fromstring(ask("requests.xml", status, **query).content)
    assert tree.tag == "errors" and tree.findtext("error/code") == str(status)


def test_what_is_not_there(monday) -> None:
    for path in (
        "requests/nothing.json",
        "services/rocket.json",
        "services/danger.ill.json",
        "tokens/1.json",
    ):
        assert ask(path, 404).json()[0]["code"] == 404
    wrong = Client().delete(f"{BASE}/requests.xml")
    assert wrong.status_code == 405 and wrong["Allow"] and b"<errors>" in wrong.content
    assert Client().get(f"{BASE}/requests.html").status_code == 404


def test_every_no_is_in_one_language_and_in_the_form_that_was_asked_for(monday) -> None:
    """Also below an address that does not exist: a client cannot read a page for people."""
    for path, head in (
        ("service.json", "application/json"),
        ("a/b.xml", "text/xml"),
        ("x", "application/json"),
    ):
        told = Client().get(f"{BASE}/{path}")
        assert told.status_code == 404 and told["Content-Type"].startswith(head), path
    told = Client().post(f"{BASE}/x", headers={"accept": "text/xml"})
    assert ElementTree.fromstring(told.content).findtext("error/code") == "404"
    wrong = (
        "requests.json?status=x", "requests.json?page=0", "requests.json?start_date=x", "requests/n.json",
        "requests.json?service_code=x", "requests.json?jurisdiction_id=9", "services/x.json", "x.json",
        "tokens/1.json", "requests.json?start_date=2026-01-01&end_date=2026-12-01",
    )  # fmt: skip
    for path in wrong:
        said = {
            lang: Client()
            .get(f"{BASE}/{path}", headers={"accept-language": lang})
            .json()[0]["description"]
            for lang in ("zh-hans", "en")
        }
        assert not HAN.search(said["en"]), path
        assert HAN.search(said["zh-hans"]), path


def test_discovery_names_the_place_and_both_formats(monday) -> None:
    told = ask("discovery.json").json()
    end = told["endpoints"][0]
    assert end["url"].endswith("/open311/v2") and end["type"] == "production"
    assert end["formats"] == ["text/xml", "application/json"]
    response = ask("discovery.xml")
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    tree = ElementTree.fromstring(response.content)
    assert tree.findtext("endpoints/endpoint/url") == end["url"]
    assert response.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")


def test_services_and_definitions_in_both_languages(monday) -> None:
    chinese = ask("services.json").json()
    english = Client(headers={"Accept-Language": "en"}).get(f"{BASE}/services.json").json()
    by_code = {s["service_code"]: s["service_name"] for s in english}
    assert by_code["street.light"] == "Street lights"
    assert "路灯" in {s["service_name"] for s in chinese}
    assert {s["type"] for s in chinese} == {"realtime"} and len(by_code) == len(chinese)
    told = ask("services/street.light.json", jurisdiction_id=STREET).json()
    committee, secret = told["attributes"]
    assert PLACE in {v["key"] for v in committee["values"]} and secret["code"] == "secret"
    assert not committee["required"] and committee["datatype"] == "singlevaluelist"


def test_a_list_costs_as_many_queries_for_one_as_for_many(
    monday, django_assert_max_num_queries
) -> None:
    for _n in range(6):
        take()
    with django_assert_max_num_queries(2):
        assert len(numbers(**WHEN)) == 6


# --- pure -----------------------------------------------------------------------------------------


@given(
    st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
    st.none() | st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),
)
def test_a_window_never_spans_more_than_ninety_days(first, last) -> None:
    known = [d.replace(tzinfo=ZONE) if d else None for d in (first, last)]
    try:
        begins, ends = asking.window(*known, MONDAY)
    except asking.Wrong:
        assert first and last and (first > last or last - first > asking.SPAN)
        return
    assert timedelta() <= ends - begins <= asking.SPAN
    assert known[0] in (None, begins) and (known[1] is None or ends <= known[1])


@given(st.dictionaries(st.sampled_from(["page", "page_size", "status", "start_date", "service_code",
                                        "service_request_id"]), st.text(max_size=30)))  # fmt: skip
def test_whatever_is_sent_is_read_or_refused(said) -> None:
    try:
        read = asking.wanted(said, MONDAY)
    except asking.Wrong as wrong:
        assert str(wrong)
        return
    assert 1 <= read.size <= asking.MOST and read.offset >= 0


@given(st.text())
def test_any_text_becomes_readable_xml(text: str) -> None:
    made = render("service_requests", [{"description": text}], "xml")
    found = ElementTree.fromstring(made).findtext("request/description")
    assert found is not None
