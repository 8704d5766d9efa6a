"""List, count, search, export, page and API agree about which cases somebody may know of."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cases.world import MONDAY, SYSTEM, hand_in
from tests.cast import OTHER_CENTRE, account, actor, body, party
from tests.doors.watch import names_in
from yimen.cases.actions import perform
from yimen.cases.queries import visible_to, worklist
from yimen.custody import actions as custody
from yimen.custody.actions import NewPaper
from yimen.custody.models import Paper
from yimen.lib import time
from yimen.lib.actor import Can

pytestmark = pytest.mark.django_db
CIVIL, MEDICAL = "bo-civil-affairs", "bo-medical-insurance"
LOW_INCOME = "civil-affairs-001"
STAFF = (
    "clerk", "clerk2", "officer", "officer2", "officer4", "head", "director", "assistant",
    "supervisor", "auditor", "editor", "groups", "admin", "committee", "clerk3", "officer12",
)  # fmt: skip
OTHERS = ("resident", "resident2", "machine")
NUMBER = re.compile(r"\d{26}")


@dataclass
class Cases:
    """One of each sort that a wall stands before."""

    plain: str  # at the first centre, worked on by the civil affairs office
    second: str  # at the second centre
    complaint: str  # of what the civil affairs office did: it must not know of it
    of_centre: str  # of what the first centre did
    joint: str  # two offices work on it
    elsewhere: str  # of the neighbouring street
    private: str  # what a clerk asked for as a resident

    def all(self) -> set[str]:
        return set(vars(self).values())


@pytest.fixture
def cases(cast: None) -> Iterator[Cases]:
    cache.clear()
    with time.at(MONDAY):

        def taken(code: str = LOW_INCOME, **how: Any) -> str:
            number = str(hand_in(code, **how).case.number)
            if how.get("excluded") is None:
                perform(number, "accept", by=SYSTEM)
            return number

        yield Cases(
            plain=taken(),
            second=_at_second(),
            complaint=taken(excluded=(body(CIVIL).pk,), applicant=party("mother")),
            of_centre=taken(excluded=(body("centre-31019900101").pk,), applicant=party("mother")),
            joint=taken("civil-affairs-018", applicant=party("resident2")),
            elsewhere=_elsewhere(),
            private=taken(applicant=party("clerk2")),
        )


def _received(centre: str, by: str, applicant: str) -> str:
    from tests.cases.world import matter
    from yimen.cases.actions import Given, Submission, receive
    from yimen.matters.content import parse
    from yimen.places.models import ServicePoint

    version = matter(LOW_INCOME)
    given = tuple(Given(m.code, "original") for m in parse(version.content).materials)
    point = ServicePoint.objects.get(code=centre)
    submission = Submission(
        matter=version, centre=point, channel="counter", applicant=party(applicant), materials=given
    )
    return str(receive(submission, by=actor(by), at=time.now()).case.number)


def _at_second() -> str:
    return _received("31019900102", "clerk2", "resident2")


def _elsewhere() -> str:
    return _received(OTHER_CENTRE, "clerk3", "neighbour")


# what each may know of; everything else follows from it
SEES = {
    "clerk": "plain complaint joint private",  # handed in at the first centre
    "clerk2": "second private",  # the second centre's, and the own one
    "officer": "plain of_centre joint private second",
    "officer2": "",
    "officer4": "joint",
    "head": "plain of_centre joint private second",
    "director": "plain second complaint joint private",  # not what complains of the own centre
    "assistant": "plain second complaint joint private",
    "supervisor": "plain second complaint of_centre joint private",
    "auditor": "plain second complaint of_centre joint private",
    "editor": "",
    "groups": "",
    "admin": "",
    "committee": "",
    "clerk3": "elsewhere",
    "officer12": "elsewhere",
    "resident": "plain",
    "resident2": "second joint",
    "machine": "",
}


def expected(who: str, cases: Cases) -> set[str]:
    return {getattr(cases, name) for name in SEES[who].split()}


def browser(who: str) -> Client:
    client = Client()
    client.force_login(account(who))
    return client


def numbers(response: Any) -> set[str]:
    """The case numbers that stand in links or cells."""
    text = response.content.decode()
    return set(NUMBER.findall(re.sub(r"(?<=\d)[ -](?=\d)", "", text)))


def shown(client: Client, path: str, every: set[str]) -> set[str]:
    found: set[str] = set()
    response = client.get(path)
    while True:
        assert response.status_code == 200, path
        found |= numbers(response) & every
        onward = re.search(
            r'href="\?([^"]*cursor=[^"]+)"[^>]*rel="next"', response.content.decode()
        )
        if not onward:
            return found
        response = client.get(f"{path.split('?')[0]}?{onward[1].replace('&amp;', '&')}")


@pytest.mark.parametrize("who", STAFF)
def test_every_way_of_asking_gives_the_same_cases(who: str, cases: Cases) -> None:
    client, every, mine = browser(who), cases.all(), expected(who, cases)
    assert set(visible_to(actor(who)).values_list("number", flat=True)) == mine
    assert visible_to(actor(who)).count() == len(mine)
    assert shown(client, "/desk/cases/", every) == mine
    export = client.get("/desk/cases/export.csv").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(export)))[1:]
    assert {row[0].lstrip("'") for row in rows} == mine
    assert through_the_api(client) == mine
    for number in sorted(every):
        there = number in mine
        assert client.get(f"/desk/cases/{number}/").status_code == (200 if there else 404)
        assert client.get(f"/api/v1/cases/{number}").status_code == (200 if there else 404)
        assert client.get(f"/api/v1/cases/{number}/ledger").status_code == (200 if there else 404)
        assert (number in numbers(client.get("/desk/cases/", {"q": number}))) >= there
        assert shown_by_api(client, q=number) == ({number} if there else set())
        found = client.get("/desk/search/", {"q": number})
        assert (found.status_code == 302) is there


def through_the_api(client: Client) -> set[str]:
    found, cursor = set(), ""
    while cursor is not None:
        page = client.get("/api/v1/cases", {"limit": 2, "cursor": cursor}).json()
        found |= {item["number"] for item in page["items"]}
        cursor = page["next"]
    return found


def shown_by_api(client: Client, **query: str) -> set[str]:
    return {item["number"] for item in client.get("/api/v1/cases", query).json()["items"]}


@pytest.mark.parametrize("who", OTHERS)
def test_residents_and_machines_too(who: str, cases: Cases) -> None:
    client, mine = browser(who), expected(who, cases)
    assert set(visible_to(actor(who)).values_list("number", flat=True)) == mine
    assert through_the_api(client) == mine
    for number in cases.all():
        status = 200 if number in mine else 404
        assert client.get(f"/api/v1/cases/{number}").status_code == status
        assert client.get(f"/my/cases/{number}/").status_code == status
        assert client.get(f"/desk/cases/{number}/").status_code == 404
    assert shown(client, "/my/cases/", cases.all()) == mine


@pytest.mark.parametrize("who", STAFF)
def test_no_list_or_figure_speaks_of_what_is_hidden(who: str, cases: Cases) -> None:
    """Desk, worklist, custody, messages, board: no hidden number stands anywhere."""
    client, hidden = browser(who), cases.all() - expected(who, cases)
    for number in (cases.complaint, cases.of_centre, cases.plain):
        _with_papers(number)
    from yimen.reports.ticks import daily

    known = {
        "/desk/", "/desk/tasks/", "/desk/cases/?state=open", "/desk/inbox/?all=1",
        "/desk/outbox/", "/desk/board/", "/desk/board/cases/", "/desk/undelivered/",
        "/desk/ratings/", "/desk/enquiries/", "/desk/search/?q=林", "/desk/search/?q=赵秀珍",
        "/desk/search/?q=最低生活保障", "/desk/errands/",
    }  # fmt: skip
    daily(time.now() + timedelta(days=1))
    work = actor("clerk").account
    query = f"?month=2026-03&what=received&person={work}"
    known |= {f"/desk/board/workload/acts/{query}", "/desk/board/overdue/cases/?month=2026-03"}
    if who == "admin":  # runs the channels: sees numbers there, and neither names nor cases
        known -= {"/desk/outbox/"}
    if not actor(who).can(Can.INTAKE, Can.DIRECT, Can.COORDINATE):  # papers lie with their centre
        known |= {"/desk/custody/", "/desk/custody/overdue/", "/desk/custody/parcels/"}
    for path in sorted(known):
        assert client.get(path).status_code in (200, 403, 404)
        assert not numbers(client.get(path)) & hidden, (path, who)
    for task in worklist(actor(who)):
        assert task.case.number not in hidden


def test_papers_of_a_case_that_complains_of_the_centre(cases: Cases) -> None:
    """The director watches every hand-over of the street but this one; the auditor all of them."""
    for number in (cases.of_centre, cases.plain):
        _with_papers(number)
    director, auditor = browser("director"), browser("auditor")
    assert auditor.get(f"/desk/custody/case/{cases.of_centre}/").status_code == 200
    assert director.get(f"/desk/custody/case/{cases.plain}/").status_code == 200
    query = {"case": cases.of_centre}
    assert len(auditor.get("/api/v1/custody/papers", query).json()["items"]) == 1
    kept = {p["code"] for p in director.get("/api/v1/custody/papers", query).json()["items"]}
    held = Paper.objects.filter(case_number=cases.of_centre, holder_body="centre-31019900101")
    assert kept <= set(held.values_list("code", flat=True))


def _with_papers(number: str) -> None:
    clerk = actor("clerk")
    custody.register_papers(
        number, [NewPaper("户口簿")], street="310199001", body="centre-31019900101", by=clerk,
        at=time.now(),
    )  # fmt: skip


@pytest.mark.parametrize("who", ["officer", "head"])
def test_the_body_complained_of_finds_no_trace(who: str, cases: Cases) -> None:
    """Not by the number, not by any address below it, not by the name of who complained."""
    client, number = browser(who), cases.complaint
    for tail in (
        "", "ledger/", "ledger.json", "print/receipt.pdf", "accept/", "urge/",
    ):  # fmt: skip
        assert client.get(f"/desk/cases/{number}/{tail}").status_code == 404
    for method, path in (
        ("post", f"/desk/cases/{number}/reveal/"),
        ("get", f"/desk/custody/case/{number}/"),
    ):
        assert getattr(client, method)(path).status_code == 404
    assert client.get("/api/v1/custody/papers", {"case": number}).json()["items"] == []
    answer = client.post(
        f"/api/v1/cases/{number}/acts", '{"act": "urge"}', content_type="application/json"
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["supervisor", "auditor"])
def test_a_redacted_list_names_nobody(who: str, cases: Cases) -> None:
    client = browser(who)
    for path in (
        "/desk/cases/",
        "/desk/cases/export.csv",
        f"/desk/cases/{cases.plain}/",
        "/desk/tasks/",
    ):
        assert not names_in(client.get(path).content.decode()), path


def test_an_export_is_masked_for_everybody(cases: Cases) -> None:
    for who in ("clerk", "director"):
        assert not names_in(browser(who).get("/desk/cases/export.csv").content.decode("utf-8-sig"))


def test_a_search_by_name_finds_no_more_than_one_may_see(cases: Cases) -> None:
    for who in STAFF:
        client = browser(who)
        hidden = cases.all() - expected(who, cases)
        for name in ("赵秀珍", "林晓棠", "黄一舟"):
            for path in ("/desk/cases/", "/desk/search/"):
                assert not numbers(client.get(path, {"q": name})) & hidden, (who, name, path)


def test_a_redacted_reader_learns_no_name_by_searching_for_it(cases: Cases) -> None:
    """Whether somebody has a case would itself be told."""
    for who in ("supervisor", "auditor"):
        client = browser(who)
        for name in ("赵秀珍", "林晓棠"):
            assert not numbers(client.get("/desk/cases/", {"q": name})) & cases.all()
            assert not numbers(client.get("/desk/search/", {"q": name})) & cases.all()
            assert shown_by_api(client, q=name) == set()
