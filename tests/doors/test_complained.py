"""Whoever is complained of on the line learns nothing of it, at any door (GOV-3).

One complaint about a centre, one about a department: said on the telephone with a recording, sent
out, lapsed, noticed, a number looked up for it. Readers of what is complained of walk every
list, figure, export and search, and every page of a thing with the complaint in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.cast import CENTRE, STREET, account, actor, body
from tests.doors.people import Visitor
from tests.doors.samples import Sample, operations, samples
from tests.doors.test_canary import text_of
from tests.doors.town import CIVIL, Town, town
from yimen.bodies.queries import actor_for
from yimen.hotline import actions, behind, counting, queries
from yimen.hotline.actions import Taken
from yimen.hotline.models import Dispatch, HelpRequest, LineCall, Recording
from yimen.lib import time
from yimen.lib.actor import system
from yimen.notices.models import Message
from yimen.people.actions import disclose

__all__ = ["town"]
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "journal"])
WORDS = {f"centre-{CENTRE}": "柜台那位拍了桌子", CIVIL: "低保员收了烟酒"}
# body complained of: who reads for it, and an operator who is not of it
READERS = {f"centre-{CENTRE}": ("director", "clerk"), CIVIL: ("officer",)}


@dataclass(frozen=True)
class Complaint:
    """One complaint with all that hangs on it."""

    row: HelpRequest
    recording: Recording
    dispatch: Dispatch
    words: str

    @property
    def number(self) -> str:
        return str(self.row.case.number)

    def traces(self, text: str) -> set[str]:
        wanted = {self.number, self.words, str(self.recording.pk), str(self.dispatch.pk)}
        return {word for word in wanted if word in text}


def complain(of: str, taker: str, phone: str) -> Complaint:
    """By telephone, through an operator: recorded, sent, not signed for in time, looked into."""
    at, by = time.now(), actor(taker)
    call = actions.answer(number=phone, line="one", by=by, at=at)
    recording = actions.link_recording(call.pk, name=f"{phone}.wav", by=system(STREET), at=at)
    asked = Taken(
        "complaint.office", WORDS[of], place=f"{STREET}001", name="秦生", excluded=(body(of).pk,)
    )
    d = actions.take(asked, by=by, at=at, call=call)
    row = HelpRequest.objects.get(case=d.case)
    made = Dispatch.objects.filter(request=row).first()
    assert made is not None
    actions.lapse(made.pk, at=made.sign_by)
    who = actor("clerk2")
    disclose(d.case.applicant, "phone", reason="核实", about=d.case.number, by=who, at=at)
    return Complaint(row, recording, made, WORDS[of])


@pytest.fixture
def complaints(town: Town) -> dict[str, Complaint]:
    from yimen.matters import loaders

    data = Path(__file__).resolve().parent.parent.parent / "data"
    loaders.load(data / "matters" / "help-008.json")
    return {
        f"centre-{CENTRE}": complain(f"centre-{CENTRE}", "clerk", "19900000091"),
        CIVIL: complain(CIVIL, "clerk2", "19900000092"),
    }


def addresses(built: Town, of: Complaint) -> Iterator[Sample]:
    """Every address that is read: of no one thing, or of the complaint in the place of another."""
    row = of.row
    theirs = {
        **dict.fromkeys((built.number, built["help"], built["to_send"], built["asked_for"]), of.number),
        built["help_request"]: row.pk, built["back"]: row.pk, built["dialled"]: row.pk,
        built["recording"]: of.recording.pk, built["party"]: row.case.applicant_id,
        built["dispatch"]: of.dispatch.pk,
    }  # fmt: skip
    known = operations()
    for name, tried in samples(built).items():
        if "GET" not in known.get(name, {"GET"}):
            continue
        for sample in tried:
            args = tuple(theirs.get(one, one) for one in sample.args)
            if not args:
                yield sample
            elif args != sample.args:
                yield replace(sample, args=args, variant="complaint")
    days = {"first": "2020-01-01", "last": "2039-12-31"}
    for name, query in (
        ("hotline:behind", {"by": "need", "key": "complaint.office", "of": "taken", **days}),
        ("hotline:behind", {"by": "lead", "key": str(row.case.lead_id), **days}),
        ("hotline:behind", {"by": "all", **days}), ("hotline:behind", {"by": "outcome", **days}),
        ("hotline:behind", {"by": "outcome", "key": "request", **days}), ("hotline:facts_csv", {}),
        ("hotline:month", {"month": f"{time.today():%Y-%m}"}), ("hotline:calls", {}),
        ("pages:search", {"q": of.number}), ("cases:cases", {"q": of.number}),
        ("cases:export", {"q": of.number}), ("people:people", {"q": "秦生"}),
    ):  # fmt: skip
        yield Sample(name, query=query)


def told(who: str, built: Town, of: Complaint) -> Iterator[str]:
    made = Visitor("anon", built)
    made.client.force_login(account(who))
    for sample in addresses(built, of):
        cache.clear()
        text = text_of(made.get(sample))
        for typed in (*map(str, sample.args), *sample.query.values()):
            text = text.replace(typed, "") if of.traces(typed) else text
        if found := of.traces(text):
            yield f"{who} {sample.row} {sample.path}: {sorted(found)}"


def test_nobody_complained_of_finds_a_trace(
    town: Town, complaints: dict[str, Complaint], subtests: pytest.Subtests
) -> None:
    for of, readers in READERS.items():
        for who in readers:
            with subtests.test("every door", who=who, of=of):
                found = list(told(who, town, complaints[of]))
                assert not found, "\n".join(found)
            with subtests.test("no figure counts it", who=who, of=of):
                _counts_without(who, complaints[of])
    with subtests.test("whoever is not concerned does find it"):
        _found_by_others(town, complaints)


def _counts_without(who: str, of: Complaint) -> None:
    reader, at = actor_for(account(who)), time.now()
    assert not queries.visible_to(reader).filter(pk=of.row.pk).exists()
    calls = LineCall.objects.filter(queries.of_others(reader))
    assert not calls.filter(pk=of.row.call_id).exists()
    listed = behind.calls(reader, at.date(), at.date(), "")
    assert not listed.filter(pk=of.row.call_id).exists()
    _asked, rang = counting.counted(reader, at.date())
    if sum(rang.values()):
        everything = LineCall.objects.filter(street=STREET, rang_at__date=at.date()).count()
        hidden = HelpRequest.objects.exclude(pk__in=queries.visible_to(reader)).filter(
            call__isnull=False, case__excluded_bodies__overlap=list(reader.bodies())
        )
        assert sum(rang.values()) == everything - hidden.count()
    own = Message.objects.filter(to_account=account(who), template="line.came_back")
    assert not [m for m in own if of.number in str(m.facts)]
    assert not Message.objects.filter(about=str(of.dispatch.stream)).exists()


def _found_by_others(built: Town, all_of: dict[str, Complaint]) -> None:
    """Otherwise the silence above would prove nothing."""
    of = all_of[f"centre-{CENTRE}"]
    second = Visitor("anon", built)
    second.client.force_login(account("clerk2"))
    assert of.number in text_of(second.client.get(reverse("hotline:line")))
    person = reverse("people:party", args=[of.row.case.applicant_id])
    assert of.number in text_of(second.client.get(person))
    assert (
        second.client.get(reverse("hotline:recording", args=[of.recording.pk])).status_code == 200
    )
    assert Message.objects.filter(template="line.came_back", to_account=account("clerk2")).exists()
    auditor = Visitor("anon", built)
    auditor.client.force_login(account("auditor"))
    days = {
        "first": "2020-01-01",
        "last": "2039-12-31",
        "by": "need",
        "key": "complaint.office",
        "of": "taken",
    }
    assert of.number in text_of(auditor.client.get(reverse("hotline:behind"), days))
