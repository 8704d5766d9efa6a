"""Partner units before every door: their own jobs, what everybody may read, and nothing else. The
neighbouring unit sees none of it, nor does the caller, nor the unit that is complained of."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.cast import account, actor, body, facts, party
from tests.doors.lines import SAID, given, picture
from tests.doors.people import PERSONS, Visitor, verdict, verdict_of_write
from tests.doors.samples import Sample, operations, samples
from tests.doors.table import read
from tests.doors.town import Town, town
from tests.doors.watch import body as text_of
from tests.doors.watch import names_in, numbers_in
from yimen.hotline.actions import Taken

__all__ = ["town"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])
MINE = {"hotline:jobs", "hotline:job", "hotline:job_phone"}  # pages of units
API = {"api:list_jobs", "api:get_job", "api:act_on_job", "api:job_number", "api:add_photo"}
# One's own account and the size of letters: everybody's who is signed in.
ANYBODY = ("account_", "mfa_", "look:", "pages:arrive")
# What can be booked, and the catalogue: for everybody.
PUBLIC_LISTS = {"api:list_resources", "api:list_slots"} | {
    row for row, cells in read("shown").items() if cells[0] == "ok"
}
SHUT = {"in", "403", "404", "405"}


class Unit(Visitor):
    """Somebody who works for a partner unit, by browser."""

    def __init__(self, username: str, built: Town) -> None:
        super().__init__("anon", built)
        self.client.force_login(account(username))


def every(built: Town, *methods: str) -> Iterator[tuple[Sample, str]]:
    known = operations()
    for name, tried in samples(built).items():
        fits = sorted(known.get(name, {"GET", "POST"}) & set(methods))
        for sample in tried if fits else []:
            yield sample, fits[0]


def ours(sample: Sample) -> bool:
    return sample.name in MINE | API or sample.name.startswith(ANYBODY)


def shown_to(unit: Unit, built: Town) -> dict[str, Any]:
    """Every address that shows something, with what it shows."""
    found = {}
    for sample, _method in every(built, "GET"):
        cache.clear()
        response = unit.get(sample)
        if verdict(response) not in SHUT:
            found[sample.row] = (sample, response)
    return found


def sent_by(unit: Unit, built: Town) -> list[Sample]:
    """Every address at which something was done or judged by a rule."""
    passed = []
    for sample, method in every(built, "POST", "PUT", "PATCH", "DELETE"):
        if sample.name.startswith(ANYBODY):
            continue
        cache.clear()
        undone = transaction.atomic()
        undone._from_testcase = True  # type: ignore[attr-defined]
        with undone:
            if verdict_of_write(unit.send(sample, method)) not in SHUT:
                passed.append(sample)
            transaction.set_rollback(True)
    return passed


def like_a_stranger(name: str, *words: str) -> set[str]:
    """Rows at which somebody without an account, or a resident with nothing here, gets one of these
    answers: a unit is no more than that."""
    nobody, stranger = list(PERSONS).index("anon"), list(PERSONS).index("stranger")
    rows = read(name).items()
    return {row for row, cells in rows if {cells[nobody], cells[stranger]} & set(words)}


def test_a_unit_sees_its_jobs_and_what_a_stranger_sees(
    town: Town, subtests: pytest.Subtests
) -> None:
    open_to_all = like_a_stranger("shown", "ok", "->")
    offered = like_a_stranger("sent", "may")
    for who, job in (("partner", town["job"]), ("partner2", town["job_care"])):
        unit = Unit(who, town)
        found = shown_to(unit, town)
        more = {row: s for row, (s, _r) in found.items() if not ours(s)}
        with subtests.test("what is shown", who=who):
            assert not [row for row in more if row not in open_to_all]
            assert MINE - {"hotline:job_phone"} <= set(found) or who == "partner2"
        with subtests.test("whose names, numbers and words", who=who):
            assert not told(found, job)
        with subtests.test("lists that hold nothing", who=who):
            assert not [row for row in more if listed(row, found[row][1])]
        with subtests.test("what is sent", who=who):
            assert not [s.row for s in sent_by(unit, town) if s.row not in offered and not ours(s)]


def listed(row: str, response: Any) -> bool:
    """Does a list for machines hold anything that is not everybody's?"""
    kind = response.headers.get("Content-Type", "")
    if not row.startswith("api:") or row in PUBLIC_LISTS or not kind.startswith("application/json"):
        return False
    found = response.json()
    return bool(isinstance(found, dict) and found.get("items"))


def told(found: dict[str, Any], job: str) -> list[str]:
    """Answers that carry somebody's name, number or words, other than those of the own job."""
    own = f"/unit/jobs/{job}/", f"/api/v1/unit/jobs/{job}"
    wrong = []
    for row, (sample, response) in found.items():
        text = text_of(response)
        if names_in(text) or numbers_in(text):
            wrong.append(f"{row}: a name or a number")
        if SAID in text and sample.path not in own and "unit/jobs" not in sample.path:
            wrong.append(f"{row}: words")
    return wrong


def test_the_jobs_of_one_unit_are_not_there_for_another(town: Town) -> None:
    for who, mine, other in (
        ("partner", town["job"], town["job_care"]),
        ("partner2", town["job_care"], town["job"]),
    ):
        client = Unit(who, town).client
        page = client.get("/unit/").content.decode()
        assert mine in page and other not in page
        for root in ("/unit/jobs/", "/api/v1/unit/jobs/"):
            tail = "/" if root == "/unit/jobs/" else ""
            assert client.get(f"{root}{mine}{tail}").status_code == 200
            assert client.get(f"{root}{other}{tail}").status_code == 404
        listed = client.get("/api/v1/unit/jobs").json()["items"]
        assert [row["number"] for row in listed] == [mine]
        assert client.post(f"/unit/jobs/{other}/", {"do": "there"}).status_code == 404
        asked = client.post(f"/unit/jobs/{other}/phone/", {"reason": "约时间"})
        assert asked.status_code == 404


def test_what_is_over_shows_neither_person_nor_words(town: Town) -> None:
    client, name = Unit("partner", town).client, facts("resident")["name"]
    for path in (f"/unit/jobs/{town['job_done']}/", "/unit/", "/api/v1/unit/jobs?state=done"):
        text = client.get(path).content.decode()
        assert town["job_done"] in text or "已完成" in text
        assert name not in text and name[0] + "*" not in text
        if path != "/unit/":
            assert SAID not in text
    done = client.get(f"/api/v1/unit/jobs/{town['job_done']}").json()
    assert done["state"] == "done" and done["result"]
    assert (done["what"], done["where"], done["person"]) == (None, None, None)
    photo = f"/desk/line/requests/{town['job_done']}/photos/{town['job_photo']}/"
    assert client.get(photo).status_code == 404


def test_the_caller_and_the_unit_complained_of(town: Town) -> None:
    """The caller reads the own case and no unit's pages; the unit complained of reads nothing."""
    against = Taken(
        "care.meal", SAID, place=f"{town.own.case.street}001", party=party("resident").pk,
        excluded=(body("unit-care").pk,),
    )  # fmt: skip
    number = given(against, "unit-repair")
    owner = Visitor("owner", town).client
    assert owner.get(f"/my/cases/{number}/").status_code == 200
    assert owner.get("/unit/").status_code == owner.get(f"/unit/jobs/{number}/").status_code == 404
    marked = dataclasses.replace(town, things=town.things | {"job": number})
    unit = Unit("partner2", town)
    for row, (_sample, response) in shown_to(unit, marked).items():
        assert number not in text_of(response), row
    assert Unit("partner", town).client.get(f"/unit/jobs/{number}/").status_code == 200
    assert not actor("partner2").can("handle", "decide", "head", "intake")


def test_a_key_of_a_unit_opens_no_more_than_its_pages(town: Town) -> None:
    from yimen.lib import time
    from yimen.lib.actor import system
    from yimen.people.actions import issue_token

    key = issue_token(account("partner"), by=system(), at=time.now())
    client = Unit("partner", town).client
    client.logout()
    headers = {"Authorization": f"Bearer {key}"}
    call = f"/api/v1/unit/jobs/{town['job']}"
    done = client.post(
        f"{call}/acts", '{"act": "on_the_way"}', content_type="application/json", headers=headers
    )
    assert done.status_code == 200 and done.json()["state"] == "working"
    asked = client.post(
        f"{call}/phone", '{"reason": "约时间"}', content_type="application/json", headers=headers
    )
    assert asked.json() == {"phone": facts("resident")["phone"]}
    kept = [client.post(f"{call}/photos", {"photo": picture()}, headers=headers) for _ in range(5)]
    assert [answer.status_code for answer in kept] == [201] * 4 + [422]
    none = client.post(f"{call}/photos", headers=headers)
    assert none.status_code == 422 and none.json()["errors"][0]["field"] == "photo"
    assert kept[3].json() == {"photos": 4} and kept[4].json()["errors"][0]["field"] == "photo"
    wrong = client.post(
        f"{call}/acts", '{"act": "fly"}', content_type="application/json", headers=headers
    )
    assert wrong.status_code == 422
    assert wrong.headers["Content-Type"] == "application/problem+json"
    for path in (f"/api/v1/cases/{town['job']}", f"/api/v1/cases/{town['job']}/ledger"):
        assert client.get(path, headers=headers).status_code == 404
    assert client.get("/api/v1/cases", headers=headers).json()["items"] == []
