"""A small town of cases for those who try every door: one of everything that has an address.

Built once, through the verbs of the houses, and committed: what is shown is then asked for on
connections that cannot write.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from tests.cases.browsing import LOW_INCOME, in_every_stage, lawful
from tests.cases.world import MONDAY, SYSTEM, hand_in, matter
from tests.cast import CENTRE, OTHER_CENTRE, STREET, account, actor, body, load_cast, party
from tests.doors import duty, lines
from tests.doors.asked import invited
from tests.doors.visits import home as _home
from tests.supervision.town import visits
from yimen.bodies import actions as bodies
from yimen.bodies.models import Appointment, MatrixRule
from yimen.cases.actions import Given, perform
from yimen.cases.actions.objections import object_to
from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Posting
from yimen.ledger.actions import beat
from yimen.lib import time
from yimen.lib.actor import Actor, system
from yimen.places.models import ServicePoint

HOUSING = "housing-005"  # led by another office than the low income allowance
CENTRE_BODY, CIVIL = "centre-31019900101", "bo-civil-affairs"
TODAY = MONDAY + timedelta(days=9, hours=1)
# Said by somebody in the town and shown only to who reads cases in full.
SECRET = "邻里之间的往事"
# An answer that is sealed: in the own case and in the drafts.
ACCOUNT = "6222021001112223334"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060"
    "0000000500010a2db4160000000049454e44ae426082"
)


@dataclass
class Town:
    """The things that have addresses, by what they are called in the samples."""

    stages: dict[str, Dossier]
    own: Dossier  # of `resident`, at the first centre, worked on by `officer`
    excluded: Dossier  # the office of `officer` and `head` is what it complains of
    elsewhere: Dossier  # of the neighbouring street
    things: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.things[name]

    @property
    def number(self) -> str:
        return str(self.own.case.number)


def publish() -> None:
    """A few matters, a life event, forms and synonyms."""
    from yimen.matters import actions, loaders

    data = Path(__file__).resolve().parent.parent.parent / "data"
    codes = (LOW_INCOME, "civil-affairs-008", HOUSING, "medical-insurance-001", "civil-affairs-018")
    loaders.load(*(data / "matters" / f"{code}.json" for code in codes))
    by, at = system(), time.now()
    events = loaders.read(data / "life_events.json")
    actions.put_life_events(events[:1], by=by, at=at)
    form = loaders.read(sorted((data / "blank_forms").glob("*.json"))[0])
    actions.put_blank_forms([form], by=by, at=at)
    actions.put_synonyms([["低保", "最低生活保障"]], by=by, at=at)


def build() -> Town:
    """The whole town, on a Wednesday in March 2026."""
    with time.at(MONDAY):
        publish()
        stages = in_every_stage()
        paid_to = {"bank_name": "农商银行", "bank_account": ACCOUNT}
        own = lawful(hand_in(LOW_INCOME, materials=_with_a_scan(), facts=paid_to))
        excluded = hand_in(LOW_INCOME, excluded=(body(CIVIL).pk,), applicant=party("mother"))
        elsewhere = _elsewhere()
    with time.at(TODAY):
        beat("worker")
        town = Town(stages, own, excluded, elsewhere)
        for part in (
            _cases,
            _paper,
            _words,
            _visits,
            _seats,
            _people,
            _editing,
            _figures,
            _hall,
            _bookings,
            lines.directory,
            lines.line,
            lines.order,
            _home,
            _workforce,
            duty.duty,
            _law,
            _article,
            visits,
        ):
            town.things |= part(town)
        town.own = load(town.number)
    return town


def _law(_town: Town) -> dict[str, Any]:
    """The sample gazette and rules."""
    from yimen.knowledge.loaders import demo
    from yimen.knowledge.models import Document

    demo()
    return {"law": Document.objects.order_by("-issued_on")[0].pk}


def _article(_town: Town) -> dict[str, Any]:
    """An article that is public, and its next version waiting for review."""
    from yimen.knowledge.actions import Text, publish, rewrite, write

    text = Text("居住证签注要本人来吗？", "可以请人代办。", time.today() + timedelta(days=300))
    first = write(text, by=actor("clerk"), at=time.now())
    publish(first.pk, by=actor("editor"), at=time.now())
    draft = rewrite(first.pk, text, by=actor("clerk"), at=time.now())
    return {"article": first.series, "article_draft": draft.pk}


def _with_a_scan() -> tuple[Given, ...]:
    from yimen.files.actions import store
    from yimen.matters.content import parse

    by, at = actor("clerk"), time.now()
    kept = store(PNG, name="scan.png", purpose="material", street=STREET, by=by, at=at)
    materials = parse(matter(LOW_INCOME).content).materials
    first = Given(materials[0].code, "original", file=kept.pk)
    return (first, *(Given(m.code, "original") for m in materials[1:]))


def _elsewhere() -> Dossier:
    """Handed in at the neighbouring street's counter, by its own clerk."""
    from yimen.cases.actions import Submission, receive
    from yimen.matters.content import parse

    version = matter(LOW_INCOME)
    given = tuple(Given(m.code, "original") for m in parse(version.content).materials)
    point = ServicePoint.objects.get(code=OTHER_CENTRE)
    submission = Submission(
        matter=version, centre=point, channel="counter", applicant=party("neighbour"),
        materials=given,
    )  # fmt: skip
    return receive(submission, by=actor("clerk3"), at=time.now())


def _cases(town: Town) -> dict[str, Any]:
    """A posting with an objection, and a text in somebody's own words."""
    from tests.cases.world import finish_one

    d = town.stages["handling"]
    while not any(t.sort == "posting" for t in d.open_tasks):
        d = finish_one(d)
    task = next(t for t in d.open_tasks if t.sort == "posting")
    ends = time.today() + timedelta(days=7)
    perform(d.case.number, "post", by=SYSTEM, task=str(task.pk), text="拟批准：赵**", ends_on=ends)
    posting = Posting.objects.get(case=d.case)
    key = object_to(posting, text=SECRET, contact="找楼组长", at=time.now())
    town.stages["handling"] = load(d.case.number)
    task = town.own.open_tasks[0]
    perform(town.number, "urge", by=actor("director"), task=str(task.pk), reason=SECRET)
    file = next(m.file_id for m in town.own.materials if m.file_id)
    posted = town.stages["handling"].case.number
    return {
        "posting": posting.pk,
        "objection": key,
        "file": file,
        "posted": posted,
        "task": task.pk,
    }


def _paper(town: Town) -> dict[str, Any]:
    """Two papers of the case on their way to the office, one in a parcel, one of the other case."""
    from yimen.custody import actions
    from yimen.custody.actions import NewPaper

    clerk, at = actor("clerk"), time.now()

    def papers(number: str, *names: str) -> list[Any]:
        new = [NewPaper(name, "original", must_return=True) for name in names]
        return actions.register_papers(
            number, new, street=STREET, body=CENTRE_BODY, by=clerk, at=at
        )

    book, sent, form = papers(town.number, "户口簿", "结婚证", "申请表")
    slip = actions.send([book], CIVIL, by=clerk, at=at)
    parcel = actions.order_parcel(town.number, [sent], by=clerk, at=at, tracking="YD0000000199")
    secret = papers(town.excluded.case.number, "房产证")[0]
    hidden = actions.send([secret], "bo-medical-insurance", by=clerk, at=at)
    return {
        "paper": form.code, "transfer": slip.code, "parcel": parcel.pk,
        "tracking": parcel.tracking, "paper_excluded": secret.code, "slip_excluded": hidden.code,
    }  # fmt: skip


def _called(at: datetime) -> dict[str, Any]:
    """A call at the first centre, and a call back that came of it."""
    from yimen.phone import actions

    log = actions.Log(adapter="fastagi", centre=CENTRE, started_at=at, ended_at=at, outcome="told")
    log.said = [[0, "greeting"], [9, "ask_number"]]
    actions.write_down(log)
    owed = actions.ask_back(
        "13900007777", centre=ServicePoint.objects.get(pk=CENTRE), call=log.id, about="",
        by=system(STREET, "phone"), at=at,
    )  # fmt: skip
    return {"call": log.id, "owed": owed.pk}


def _words(town: Town) -> dict[str, Any]:
    """A question at the counter, a rating, messages, an errand."""
    from yimen.contacts import actions as contacts
    from yimen.feedback import actions as feedback
    from yimen.feedback import queries
    from yimen.feedback.models import Rating
    from yimen.ledger.models import Errand
    from yimen.notices.actions import tell
    from yimen.notices.models import Message

    at, clerk = time.now(), actor("clerk")
    asked = contacts.ask("几点开门？", by=clerk, at=at, asker=party("resident"))
    closed = queries.of_case(town.stages["closed"].case)
    if not Rating.objects.exists():
        feedback.rate(closed, level=1, text="等了很久", by=actor("resident"), at=at)
    letter = tell(
        street=STREET, template="case.withdrawn", about=town.number, key="town:letter", by=clerk,
        at=at, to_party=party("undocumented"), channel="paper",
        facts=Message.objects.filter(template__startswith="case.").first().facts | _facts(),
    )  # fmt: skip
    inbox = Message.objects.filter(channel="inbox").order_by("queued_at").first()
    return _called(at) | {
        "enquiry": asked.enquiry.number, "rating": Rating.objects.first().pk, "letter": letter,
        "announcement": _announcement(), "drafted": _drafted(), "invitation": invited(town.stages["not_accepted"].case),
        "message": inbox.pk, "errand": Errand.objects.first().pk,
    }  # fmt: skip


def _facts() -> dict[str, Any]:
    return {"number": "310199001", "matter": {"zh": "低保", "en": "Allowance"}}


def _visits(town: Town) -> dict[str, Any]:
    """Drafts of a clerk and of a resident, begun and sent; a bundle of two matters."""
    from yimen.intake import actions
    from yimen.intake.models import Draft

    clerk, home = actor("clerk"), actor("resident")
    begun = _draft(Draft.Door.COUNTER, clerk, [HOUSING])
    sent = _draft(Draft.Door.COUNTER, clerk, ["civil-affairs-008", LOW_INCOME])
    actions.send(sent, by=clerk, at=time.now())
    sent.refresh_from_db()
    typed = _draft(Draft.Door.ONLINE, home, [LOW_INCOME])
    gone = _draft(Draft.Door.ONLINE, home, [LOW_INCOME])
    actions.send(gone, by=home, at=time.now())
    bundle = load(sent.numbers[0]).case.bundle_id
    return {
        "draft": begun.pk,
        "sent": sent.pk,
        "typed": typed.pk,
        "gone": gone.pk,
        "bundle": bundle,
    }


def _draft(door: str, by: Actor, codes: list[str]) -> Any:
    from yimen.intake import actions

    who = str(party("resident").pk)
    answers = {"applicant": who, "present": who, "capacity": "self", "matters": codes}
    answers |= {"channel": door, "event": "", "facts": {"bank_account": ACCOUNT}}
    point = ServicePoint.objects.get(code=CENTRE)
    return actions.open_draft(
        door=door, street=STREET, centre=point, answers=answers, by=by, at=time.now(),
        matter_code=codes[0],
    )  # fmt: skip


def _seats(town: Town) -> dict[str, Any]:
    """A rule, an appointment, a deputy, a token."""
    from yimen.bodies.actions import cover
    from yimen.people.actions import issue_token
    from yimen.people.models import Token

    at = time.now()
    held = Appointment.objects.get(account=account("officer"))
    days = {"valid_from": time.today() + timedelta(days=30)}
    days["valid_until"] = time.today() + timedelta(days=35)
    made = cover(held, account("officer3"), reason="年休假", by=actor("officer"), at=at, **days)
    issue_token(account("editor"), by=system(), at=at)
    return {
        "appointment": held.pk, "cover": made.pk,
        "rule": MatrixRule.objects.filter(street=STREET).first().pk,
        "token": Token.objects.get(account=account("editor")).pk,
        "account": account("officer").pk, "body": body(CIVIL).pk,
        "secret_token": issue_token(account("machine"), by=system(), at=at),
    }  # fmt: skip


def _people(town: Town) -> dict[str, Any]:
    """A record, a merge, a mandate."""
    from yimen.people import actions
    from yimen.people.models import Mandate, Merge

    twin, again = party("twin"), party("twin_again")
    actions.merge(
        twin, again, reason="同一人", take=[], number_decided=True, by=actor("clerk"), at=time.now()
    )
    given = actions.create_mandate(
        party("resident"), party("twin"), capacity="agent", valid_from=time.now().date(),
        valid_until=time.now().date() + timedelta(days=30),
        paper=SimpleUploadedFile("委托书.png", PNG), by=actor("clerk"), at=time.now(),
    )  # fmt: skip
    return {
        "mandate_paper": given.pk,
        "party": party("resident").pk, "other": party("resident2").pk,
        "merge": Merge.objects.get().pk, "mandate": Mandate.objects.first().pk,
        "neighbour": party("neighbour").pk, "mother": party("mother").pk,
    }  # fmt: skip


def _editing(town: Town) -> dict[str, Any]:
    """A draft of a matter, and what the catalogue's editor has."""
    from yimen.matters import actions
    from yimen.matters.models import BlankForm, MatterVersion, Synonym, Unanswered

    newest = MatterVersion.objects.filter(matter_id="civil-affairs-018").latest("version")
    actions.draft(newest.content | {"aliases": ["新的叫法"]}, by=actor("editor"), at=time.now())
    for _n in range(3):
        actions.count_failed("飞船", on=time.today())
    missed = Unanswered.objects.get().pk
    return {
        "missed": missed,
        "synonym": Synonym.objects.first().pk,
        "form": BlankForm.objects.first().key,
    }


def _figures(town: Town) -> dict[str, Any]:
    """The days until now, counted; a closed system of an office."""
    from yimen.bridges.actions import connect
    from yimen.reports.models import DailyWork
    from yimen.reports.ticks import daily

    daily(time.now() + timedelta(days=1))
    system, _secret = connect(
        street=STREET, code="civil-old", name="旧系统", body=body(CIVIL), sort="closed",
        by=actor("admin"), at=time.now(),
    )  # fmt: skip
    work = DailyWork.objects.filter(street=STREET, received__gt=0).first()
    return {"system": system.code, "worker": str(work.account) if work else ""}


def _hall(town: Town) -> dict[str, Any]:
    """The halls; the clerk's window open with somebody at it, and the resident waiting."""
    from yimen.counters import actions
    from yimen.counters.loaders import load as halls
    from yimen.counters.rated import key_of

    halls()
    centre, by, at = ServicePoint.objects.get(code=CENTRE), actor("clerk"), time.now()
    window = actions.open_window(f"{CENTRE}02", by=by, at=at).code
    actions.take(centre, by=by, at=at)
    actions.call_next(window, by=by, at=at)
    taken = actions.take(centre, by=by, at=at, person=party("resident"))
    return {
        "window": window, "tablet": key_of(window), "ticket": str(taken.ticket.pk),
        "secret": taken.secret,
    }  # fmt: skip


def _bookings(town: Town) -> dict[str, Any]:
    """Windows that can be booked; the resident comes tomorrow, and a morning is closed."""
    from yimen.bookings import actions, queries

    by, at = actor("director"), time.now()
    windows = actions.set_resource(
        CENTRE, "window", "tried", body=body(CENTRE_BODY).pk, name="试一试的窗口",
        lines=[actions.Line("work", clock(9), clock(16), 9)], by=by, at=at,
    )  # fmt: skip
    tomorrow = time.today() + timedelta(days=1)
    slot = queries.days(windows, at)[tomorrow][2]
    booked = actions.book(
        windows, person=party("resident"), starts=slot.starts, channel="web",
        by=actor("resident"), at=at,
    )  # fmt: skip
    return {"windows": windows.pk, "booking": booked.pk, "booked": f"{slot.starts:%Y-%m-%dT%H:%M}"}


def _announcement() -> Any:
    from yimen.notices.actions import announcing

    at = time.now()
    words = announcing.Words("今天下午三点停水", at, at + timedelta(days=1))
    return announcing.announce(STREET, words, by=actor("director"), at=at).pk


def _drafted() -> Any:
    from yimen.notices.actions import announcing

    at = time.now()
    words = announcing.Words("还没有人看过的话", at, at + timedelta(days=1))
    return announcing.write(STREET, words, by=actor("clerk"), at=at).pk


def _workforce(town: Town) -> dict[str, Any]:
    """A roster with a colleague's duty and the clerk's, a swap that waits, leave, a contract."""
    from yimen.bodies.actions import employ
    from yimen.workforce import actions
    from yimen.workforce.loaders import read, set_up

    at, content = time.now(), read()
    set_up(STREET, content["places"][0], content["since"], system(STREET), at)
    place = ServicePoint.objects.get(code=CENTRE)
    post, shift = place.posts.get(code="window"), place.shifts.get(code="weekday")
    day = {"day": time.today() + timedelta(days=7), "by": actor("assistant"), "at": at}
    duties = [
        actions.assign(account("clerk"), post, shift, **day)[0],
        actions.assign(account("clerk"), post, shift, **(day | {"day": day["day"] + timedelta(1)}))[
            0
        ],
    ]
    appoint = {"seat": post.seat, "account": account("officer4"), "by": system(), "at": at}
    bodies.appoint(valid_from=time.today(), **appoint)
    swap = actions.ask_swap(duties[0], of=account("officer4"), by=actor("clerk"), at=at)
    leave = actions.ask_leave(
        place, sort="annual", first=time.today() + timedelta(days=20),
        last=time.today() + timedelta(days=21), by=actor("clerk"), at=at,
    )  # fmt: skip
    contract = employ(
        body(CENTRE_BODY), account("clerk"), sort="labour", valid_from=date(2024, 1, 1),
        valid_until=date(2028, 1, 1), by=actor("director"), at=at,
    )  # fmt: skip
    learnt = actions.set_course(STREET, "basics", name="上岗培训", by=actor("assistant"), at=at)
    begins = at + timedelta(days=30)
    session = actions.hold_session(
        learnt, place, begins_at=begins, ends_at=begins + timedelta(hours=2),
        by=actor("assistant"), at=at,
    )  # fmt: skip
    actions.enrol(session, account("clerk"), by=actor("clerk"), at=at)
    return {
        "session": str(session.pk),
        "duty": str(duties[1].pk), "swap": str(swap.pk), "leave": str(leave.pk),
        "contract": str(contract.pk),
    }  # fmt: skip


@contextmanager
def standing() -> Iterator[Town]:
    """The town, committed, with the clock held a while after its last act."""
    with tempfile.TemporaryDirectory(prefix="yimen-town-") as folder:
        with override_settings(YIMEN_FILES=folder):
            cache.clear()
            load_cast()
            town = build()
            with time.at(TODAY):
                yield town


@pytest.fixture
def town(transactional_db: None) -> Iterator[Town]:
    """Needs `django_db(transaction=True, databases=["default", "journal"])`: what is written on
    `journal` goes by another connection than what is read."""
    with standing() as built:
        yield built
