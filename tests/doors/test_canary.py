"""A canary: one person whose every trace is known, and outsiders who try every door.

Outsiders are who might be thought to have some right and has none: another centre, another
department, another street, another resident, somebody who left the service, and the agent after
the mandate ended. Every address and API path is asked and sent to (`samples` has them all: one added
later is tried by itself); nothing that comes back may hold a trace, whether page, list, count,
search, export, ledger, file, print or refusal; nor may a log line, a figure, a webhook or the record.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import STREET, account, actor, body
from tests.doors.people import Visitor
from tests.doors.samples import Sample, operations, samples
from tests.doors.town import CIVIL, PNG, SECRET, Town, town
from yimen.bodies.models import Appointment
from yimen.cases.models import Case, Note
from yimen.contacts.models import Words
from yimen.custody.models import Hop
from yimen.feedback.models import Rating
from yimen.files.models import File
from yimen.ledger.models import Entry, Errand
from yimen.lib import time
from yimen.people import actions
from yimen.people.models import Account, Mandate, Party

__all__ = ["town"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])
WORDS = "我家在桥头第三户"
NAME, NUMBER, PHONE, ROAD = "金丝雀", "310199196003030016", "19900007777", "金丝路"
# A street keeps one record a person, so its desks find a name by search; affairs they do not see.
ONE_STREET = ("clerk2", "officer2")
# Doors at which a desk of the same street meets the person (never affairs, never a number in full).
PERSON_DOORS = {
    "people:people", "people:party", "people:edit", "people:correct", "people:choose_twin",
    "people:merge", "people:give_mandate", "people:unmerge", "people:reveal", "people:erase",
    "people:hand_out_binding", "api:get_person", "api:change", "api:search", "api:register",
    "api:disclose", "api:merge", "pages:search", "intake:visit",
}  # fmt: skip
# Whoever has a paper in hand and signs for it is told whose case it belongs to: by number alone.
NUMBER_DOORS = {"api:scan"}
# What was said on the line is read at every counter of the street (decision 41), as one line's.
LINE_DOORS = {"bridges:order", "hotline:dispatch", "hotline:words"}
EVERY_COUNTER = ("clerk2",)
OUTSIDERS = (
    "anon", *ONE_STREET, "clerk3", "officer12", "resident2", "former", "proxy", "editor",
)  # fmt: skip


class Canary:
    """The person, what is known of them, and which words would give them away."""

    def __init__(self, built: Town) -> None:
        self.town = built
        self.person = self._person()
        self.proxy, self.former = self._proxy(), self._former()
        self._plant()
        self.identity = {
            NAME, NUMBER, PHONE, ROAD, self.person.id_mask, self.person.phone_mask,
        }  # fmt: skip
        self.affairs = {WORDS, SECRET, built.number, built["enquiry"], built["tracking"]}

    def _person(self) -> Party:
        return actions.find_or_register(
            STREET, name=NAME, id_type="other", id_number=NUMBER, phone=PHONE,
            address={"road": ROAD, "number": "3"}, by=actor("clerk"), at=time.now(),
        )  # fmt: skip

    def _account(self, name: str, kind: str, who: Party | None) -> Account:
        return actions.create_account(
            name, kind=kind, street=STREET, party=who, by=actor("admin"), at=time.now()
        )

    def _proxy(self) -> str:
        """Handed the case in; the mandate ended yesterday."""
        agent = actions.find_or_register(
            STREET, name="代办人甲", id_type="other", id_number="X-991", by=actor("clerk"),
            at=time.now(),
        )  # fmt: skip
        self.mandate = actions.create_mandate(
            self.person, agent, capacity="agent", scope=["all"], valid_from=time.today(),
            valid_until=time.today(), by=actor("clerk"), at=time.now(),
        )  # fmt: skip
        Case.objects.filter(number=self.town.number).update(
            presenter=agent, mandate=self.mandate, capacity="agent"
        )
        return self._account("proxy", "resident", agent).username

    def _former(self) -> str:
        """Worked on the case at the very office, until yesterday."""
        left = self._account("former", "staff", None)
        seat = Appointment.objects.get(account=account("officer")).seat
        yesterday = time.today() - timedelta(days=1)
        Appointment.objects.create(
            seat=seat, post=2, account=left, valid_from=yesterday - timedelta(days=300),
            valid_until=yesterday,
        )  # fmt: skip
        return left.username

    def _plant(self) -> None:
        """Everything that the samples lead to becomes the canary's."""
        built, number = self.town, self.town.number
        case = Case.objects.get(number=number)
        Case.objects.filter(pk=case.pk).update(
            applicant=self.person, facts={"reason": WORDS, "who": NAME}
        )
        Mandate.objects.filter(pk=self.mandate.pk).update(
            valid_from=time.today() - timedelta(days=9),
            valid_until=time.today() - timedelta(days=1),
        )
        Note.objects.filter(case=case).update(body=f"{WORDS} {NAME}")
        File.objects.filter(pk=built["file"]).update(name=f"{NAME}.png")
        Hop.objects.filter(paper__case_number=number).update(receiver=NAME, note=WORDS)
        Words.objects.filter(enquiry__number=built["enquiry"]).update(body=f"{NAME} {WORDS}")
        from yimen.contacts.models import Enquiry

        Enquiry.objects.filter(number=built["enquiry"]).update(asker=self.person)
        Rating.objects.filter(pk=built["rating"]).update(case=case, text=WORDS)
        from yimen.notices.models import Message

        Message.objects.filter(pk=built["letter"]).update(to_party=self.person)
        from yimen.intake.models import Draft

        for draft in Draft.objects.all():
            answers = draft.answers | {"applicant": str(self.person.pk), "text": WORDS}
            Draft.objects.filter(pk=draft.pk).update(answers=answers)
        actions.disclose(
            self.person, "phone", reason=WORDS, about=number, by=actor("officer"), at=time.now()
        )

    def traces(self, text: str, asked: str, *, affairs_only: bool = False) -> set[str]:
        """Words of the canary's in `text`, other than those the asker named."""
        wanted = self.affairs if affairs_only else self.affairs | self.identity
        return {word for word in wanted if word in text and word not in asked}


@pytest.fixture
def canary(town: Town) -> Canary:
    return Canary(town)


def visitor(who: str, canary: Canary) -> Visitor:
    names = {"former": canary.former, "proxy": canary.proxy}
    made = Visitor("anon", canary.town)
    made.who = who
    if who != "anon":
        made.client.force_login(account(names.get(who, who)))
    return made


def text_of(response: Any) -> str:
    """What can be read of an answer, prints included, and where it leads."""
    content = b"".join(response) if response.streaming else response.content
    text = content.decode("utf-8", "replace")
    if content.startswith(b"%PDF"):
        sheets = pypdfium2.PdfDocument(content)
        text = "".join(sheet.get_textpage().get_text_bounded() for sheet in sheets)
    if content == PNG:
        text = WORDS  # the scan itself
    return text + response.headers.get("Location", "")


class Ears(logging.Handler):
    def __init__(self, canary: Canary) -> None:
        super().__init__(logging.DEBUG)
        self.canary, self.heard = canary, set[str]()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage() + (logging.Formatter().format(record) if record.exc_info else "")
        if any(word in text for word in {*self.canary.identity, WORDS, SECRET}):
            self.heard.add(f"{record.name}: {record.msg}"[:200])


@pytest.fixture
def ears(canary: Canary) -> Iterator[Ears]:
    listening, root = Ears(canary), logging.getLogger()
    root.addHandler(listening)
    yield listening
    root.removeHandler(listening)


def tries(town: Town) -> Iterator[tuple[Sample, str]]:
    known = operations()
    for name, tried in samples(town).items():
        for sample in tried:
            for method in sorted(known.get(name, {"GET", "POST"})):
                yield sample, method


def ask(made: Visitor, sample: Sample, method: str, scan: str) -> str:
    """One try, undone. `scan` is the canary's own file: other papers are the same picture."""
    cache.clear()
    with transaction.atomic():
        response = made.get(sample) if method == "GET" else made.send(sample, method)
        text = text_of(response)
        if text == WORDS and scan not in sample.path:
            text = ""
        transaction.set_rollback(True)
    return text


def test_no_outsider_finds_a_trace(
    canary: Canary, ears: Ears, subtests: pytest.Subtests, monkeypatch: pytest.MonkeyPatch
) -> None:
    with subtests.test("those who have the right do find it"):
        _can_be_found(canary)
    for who in ("clerk2", "officer2", "officer12"):
        with subtests.test("the guard stands in the SQL itself", who=who):
            _guarded(who, canary)
    with (
        subtests.test("a webhook names nobody, even to the right office"),
        monkeypatch.context() as m,
    ):
        _webhooks(canary, m)
    told: list[str] = []
    for who in OUTSIDERS:
        made = visitor(who, canary)
        for sample, method in tries(canary.town):
            text = ask(made, sample, method, str(canary.town["file"]))
            person = who in ONE_STREET and sample.name in PERSON_DOORS
            asked = f"{sample.path} {sample.data}"
            found = canary.traces(text, asked, affairs_only=person)
            if sample.name in NUMBER_DOORS:
                found -= {canary.town.number}
            if who in EVERY_COUNTER and sample.name in LINE_DOORS:
                found -= {SECRET}
            if found:
                told.append(f"{who} {method} {sample.row}: {sorted(found)}")
            if sample.name.startswith("account_") or sample.name == "people:me_sign_out":
                made = visitor(who, canary)
    with subtests.test("every door"):
        assert not told, "\n".join(told)
    with subtests.test("every log line"):
        assert not ears.heard
    with subtests.test("the record, the errands, the messages of others"):
        assert not _kept(canary)
    with subtests.test("figures for the operator"):
        assert not canary.traces(_metrics(), "")
    with subtests.test("a search for the very words and numbers"):
        assert not list(_searched(canary))


def _kept(canary: Canary) -> list[str]:
    from yimen.notices.models import Message

    secret = {*canary.identity, WORDS, SECRET}
    rows = [(e.act, e.data) for e in Entry.objects.all()]
    rows += [(e.name, str(e.payload)) for e in Errand.objects.all()]
    rows += [(m.template, str(m.facts)) for m in Message.objects.all()]
    assert len(rows) > 100
    return [what for what, text in rows if any(word in text for word in secret)]


def _metrics() -> str:
    from django.test import override_settings

    with override_settings(YIMEN_METRICS_TOKEN="for-the-scraper"):
        answer = Client().get("/metrics", headers={"Authorization": "Token for-the-scraper"})
    assert answer.status_code == 200
    return answer.content.decode()


def _searched(canary: Canary) -> Iterator[str]:
    """By name, number, telephone and words, in every box and filter that takes text."""
    town = canary.town
    boxes = ["cases:cases", "cases:export", "pages:search", "api:list_cases", "contacts:enquiries",
             "custody:papers"]  # fmt: skip
    known = samples(town)
    for who in OUTSIDERS:
        made = visitor(who, canary)
        for typed in (NAME, NUMBER, PHONE, WORDS, town.number):
            for name in [box for box in boxes if box in known]:
                text = text_of(made.client.get(reverse(name), {"q": typed}))
                text = text.replace(typed, "")  # what one typed oneself stands in the box
                person = who in ONE_STREET and name in PERSON_DOORS
                if found := canary.traces(text, typed, affairs_only=person):
                    yield f"{who} {name} {typed}: {sorted(found)}"


def _can_be_found(canary: Canary) -> None:
    """By those who have the right; otherwise the silence above would prove nothing."""
    number = canary.town.number
    officer = visitor("officer", canary)
    page = text_of(officer.client.get(reverse("cases:detail", args=[number])))
    assert {NAME, WORDS, number} <= canary.traces(page, "")
    listed = text_of(officer.client.get(reverse("cases:export"), {"q": number}))
    assert number in listed
    scan = officer.client.get(reverse("cases:file", args=[number, canary.town["file"]]))
    assert text_of(scan) == WORDS
    Mandate.objects.filter(pk=canary.mandate.pk).update(valid_until=time.today())
    during = visitor("proxy", canary).client.get(reverse("cases:mine_case", args=[number]))
    assert during.status_code == 200, "while the mandate holds the agent sees the case"
    yesterday = time.today() - timedelta(days=1)
    Mandate.objects.filter(pk=canary.mandate.pk).update(valid_until=yesterday)


def _webhooks(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    from yimen.bridges import actions as bridges
    from yimen.bridges import ticks

    sent: list[tuple[str, str]] = []

    class Answer:
        def raise_for_status(self) -> None:
            return None

    def post(url: str, *, data: bytes, headers: dict[str, str], **_more: Any) -> Answer:
        sent.append((url, data.decode() + str(headers)))
        return Answer()

    monkeypatch.setattr("yimen.bridges.actions.systems.requests.post", post)
    for code, office in (("right", CIVIL), ("wrong", "bo-medical-insurance")):
        bridges.connect(
            street=STREET, code=code, name=code, body=body(office), sort="open",
            url=f"https://{code}.example.com/", events=[], by=actor("admin"), at=time.now(),
        )  # fmt: skip
    ticks.events(time.now())
    from yimen.cases.actions import perform

    task = next(t for t in canary.town.own.open_tasks)
    with time.at(time.now() + timedelta(minutes=5)):
        perform(canary.town.number, "urge", by=actor("director"), task=str(task.pk), reason=WORDS)
        ticks.events(time.now())
        for errand in Errand.objects.filter(name="bridges.deliver"):
            bridges.deliver(errand.payload, key=errand.key)
    assert any(canary.town.number in text for url, text in sent if "right" in url)
    for url, text in sent:
        assert not [word for word in {*canary.identity, WORDS, SECRET} if word in text], url
        assert "right" in url or canary.town.number not in text


LISTS = ["cases:cases", "cases:export", "api:list_cases", "pages:search"]


def _guarded(who: str, canary: Canary) -> None:
    """A list, an export and a search ask the database only for what the asker may know of: each
    question about cases names the asker's own bodies. Nothing is fetched and then thrown away."""
    made = visitor(who, canary)
    # as the driver writes them
    mine = {b.hex for b in actor(who).bodies()} | {account(who).party_id.hex}
    for name in LISTS:
        with CaptureQueriesContext(connection) as seen:
            made.client.get(reverse(name), {"q": canary.town.number[:12]})
        asked = [q["sql"] for q in seen if 'FROM "cases_case"' in q["sql"]]
        unguarded = [sql for sql in asked if not any(key in sql for key in mine)]
        assert not unguarded, f"{name}: {unguarded[0][:400]}"
        assert asked or name == "pages:search", f"{name} asked nothing about cases"
