"""Partner units: they sign for jobs, say how far they are, finish or return them; they see what they
need of the person for as long as they need it, and no case at all."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from tests.cases.world import matter
from tests.cast import STREET, account, actor, body, facts, party
from tests.doors.town import PNG
from yimen.cases.actions import perform
from yimen.cases.dossier import load
from yimen.cases.perms import sees
from yimen.cases.queries import visible_to
from yimen.feedback import ticks as feedback
from yimen.feedback.models import Invitation
from yimen.hotline import actions, jobs, loaders
from yimen.hotline.actions import Taken
from yimen.hotline.models import HelpRequest, JobNote
from yimen.ledger.models import Entry
from yimen.ledger.verify import verify
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import ZONE, at, now
from yimen.notices.models import Message
from yimen.people.models import Disclosure

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
WHAT, WHERE = "厨房水管爆了", "梧桐路 1 弄 2 号"


@pytest.fixture(autouse=True)
def _monday(cast):
    for n in range(1, 9):
        matter(f"help-00{n}")
    with at(MONDAY):
        yield


def given(unit: str = "unit-repair", *, only: str = "", **more) -> str:
    """A request of the resident's, all of whose work (or one task) was given to a unit."""
    asked = {"need": "urgent.water", "what": WHAT, "where": WHERE, "place": f"{STREET}001",
             "party": party("resident").pk} | more  # fmt: skip
    d = actions.take(Taken(**asked), by=actor("clerk"), at=now())
    for task in d.open_tasks:
        if only in ("", task.key):
            perform(d.case.number, "offer", by=actor("assistant"), task=str(task.pk), body=unit)
    return str(d.case.number)


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("IMG_0001.png", PNG)


def job(number: str, who: str = "partner") -> jobs.Job:
    return jobs.find(actor(who), number, now())


def signed(**more) -> str:
    number = given(**more)
    actions.sign_job(number, by=actor("partner"), at=now())
    return number


def test_a_job_from_the_list_to_the_answer() -> None:
    number = given()
    assert [j.number for j in jobs.open_jobs(actor("partner"), now())] == [number]
    assert job(number).state == jobs.NEW and job(number).words == {"what": WHAT, "where": WHERE}
    actions.sign_job(number, by=actor("partner"), at=now())
    assert job(number).state == jobs.WORKING
    actions.contacted(number, by=actor("partner"), at=now())
    assert [t.key for t in job(number).tasks] == ["handle"]
    actions.say_where(number, "way", by=actor("partner"), at=now())
    actions.say_where(number, "way", by=actor("partner"), at=now())
    actions.say_where(number, "there", by=actor("partner"), at=now())
    assert JobNote.objects.filter(case__number=number).count() == 3
    actions.finish_job(
        number, done=True, text="换了阀门", photos=[picture()], by=actor("partner"), at=now()
    )
    assert not jobs.open_jobs(actor("partner"), now())
    assert [t.case.number for t in jobs.done_tasks(actor("partner"))] == [number]
    d = load(number)
    assert [t.sort for t in d.open_tasks] == ["decide"], "whoever leads it answers the caller"
    assert d.case.lead == body("bo-housing")
    desk, reply = Client(), f"/desk/line/requests/{number}/reply/"
    desk.force_login(account("officer6"))
    assert "换了阀门" in desk.get(reply).content.decode(), "what the unit said is read there"
    assert reply in desk.get(f"/desk/cases/{number}/").content.decode()
    actions.reply(number, done=True, text="修好了", by=actor("officer6"), at=now())
    assert verify().fault is None
    record = [str(e.data) for e in Entry.objects.all()]
    assert not any("阀门" in text or WHAT in text for text in record)


def test_when_it_is_over_neither_the_person_nor_the_words_are_left() -> None:
    number = signed()
    before = job(number)
    assert before.person["name"].startswith("林") and "晓" not in before.person["name"]
    assert "*" in before.person["phone"]
    actions.finish_job(number, done=False, text="要等配件", by=actor("partner"), at=now())
    after = job(number)
    assert after.state == jobs.DONE and after.result == "没有办成"
    assert not after.person and set(after.words.values()) == {""} and not after.notes
    assert after.need and after.first.ended_at == now()


def test_before_it_is_signed_for_the_person_is_not_shown() -> None:
    number = given()
    assert not job(number).person
    with pytest.raises(Refused, match="unsigned"):
        actions.reveal_phone(number, reason="约时间", by=actor("partner"), at=now())
    for act in (
        lambda: actions.say_where(number, "way", by=actor("partner"), at=now()),
        lambda: actions.finish_job(number, done=True, text="好", by=actor("partner"), at=now()),
    ):
        with pytest.raises(Refused, match="unsigned"):
            act()


def test_the_number_is_shown_with_a_reason_while_the_job_lasts() -> None:
    number = signed()
    with pytest.raises(Invalid):
        actions.reveal_phone(number, reason=" ", by=actor("partner"), at=now())
    shown = actions.reveal_phone(number, reason="到楼下了，请开门", by=actor("partner"), at=now())
    assert shown == facts("resident")["phone"]
    row = Disclosure.objects.get(party=party("resident"), about=number)
    assert (row.account, row.field, row.reason) == (account("partner"), "phone", "到楼下了，请开门")
    actions.finish_job(number, done=True, text="好了", by=actor("partner"), at=now())
    with pytest.raises(Unseen):
        actions.reveal_phone(number, reason="再问一下", by=actor("partner"), at=now())
    assert Disclosure.objects.filter(about=number).count() == 1


def test_whoever_wishes_secrecy_is_not_named_to_a_unit() -> None:
    number = signed(secret=True)
    assert not job(number).person and job(number).secret
    with pytest.raises(Forbidden):
        actions.reveal_phone(number, reason="约时间", by=actor("partner"), at=now())
    assert not Disclosure.objects.filter(about=number).exists()


def test_a_job_is_returned_with_a_reason_to_whoever_gave_it() -> None:
    number = signed(only="handle")
    with pytest.raises(Invalid):
        actions.return_job(number, reason="", by=actor("partner"), at=now())
    actions.return_job(number, reason="不是我们的管道", by=actor("partner"), at=now())
    assert job(number).result == "已退回"
    back = next(t for t in load(number).open_tasks if t.key == "handle")
    assert back.body == body("bo-housing") and back.attempt == 2


def test_what_is_given_to_another_unit_is_not_there_any_more() -> None:
    number = given()
    for task in load(number).open_tasks:
        perform(number, "offer", by=actor("assistant"), task=str(task.pk), body="unit-care")
    with pytest.raises(Unseen):
        job(number)
    assert job(number, "partner2").state == jobs.NEW
    with pytest.raises(Unseen):
        actions.sign_job(number, by=actor("partner"), at=now())


def test_a_unit_sees_no_case_and_does_nothing_but_its_own_part() -> None:
    number, by = signed(), actor("partner")
    assert not sees(by, load(number)) and not visible_to(by).exists()
    other = given("unit-care")
    for act, more in (
        ("decide", {"outcome": "granted"}), ("urge", {"reason": "快"}), ("withdraw", {}),
        ("offer", {"body": "unit-care"}), ("hold", {"sort": "x"}), ("external", {}),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            perform(number, act, by=by, **more)
        with pytest.raises(Unseen):
            perform(other, act, by=by, **more)
    with pytest.raises(Unseen):
        actions.reply(other, done=True, text="好", by=by, at=now())
    with pytest.raises(Unseen):
        actions.sign_job(other, by=by, at=now())


def test_a_unit_that_is_complained_of_sees_nothing_of_it() -> None:
    d = actions.take(
        Taken("complaint.office", "态度差", party=party("resident").pk,
              excluded=(body("unit-repair").pk,)), by=actor("clerk"), at=now(),
    )  # fmt: skip
    task = d.open_tasks[0]
    with pytest.raises(Refused, match="conflict"):
        perform(
            d.case.number, "offer", by=actor("assistant"), task=str(task.pk), body="unit-repair"
        )
    with pytest.raises(Unseen):
        job(d.case.number)


@pytest.mark.parametrize("who", ["officer6", "clerk", "resident", "courier", "director"])
def test_these_pages_are_for_units_alone(who: str) -> None:
    number = given()
    with pytest.raises(Unseen):
        jobs.find(actor(who), number, now())
    assert not jobs.open_jobs(actor(who), now())
    with pytest.raises(Unseen):
        actions.sign_job(number, by=actor(who), at=now())


def test_the_most_urgent_comes_first_and_a_request_comes_once() -> None:
    calm = given(need="repair.water")
    urgent = given()
    found = jobs.open_jobs(actor("partner"), now())
    assert [j.number for j in found] == [urgent, calm]
    assert [len(j.tasks) for j in found] == [2, 2]
    with at(MONDAY + timedelta(minutes=31)):
        assert jobs.open_jobs(actor("partner"), now())[0].clock.colour == "red"


def test_photographs_are_few_and_pictures() -> None:
    number = signed()
    with pytest.raises(Invalid) as found:
        actions.finish_job(
            number, done=True, text="好", photos=[b"%PDF-1.4 x"], by=actor("partner"), at=now()
        )
    assert found.value.errors[0].field == "photos"
    with pytest.raises(Invalid, match="photos"):
        actions.finish_job(
            number, done=True, text="好", photos=[picture()] * 5, by=actor("partner"), at=now()
        )
    assert job(number).state == jobs.WORKING and not JobNote.objects.exists()


def test_a_photograph_is_a_row_with_a_file_in_the_database_too() -> None:
    number = signed()
    actions.say_where(number, "way", by=actor("partner"), at=now())
    row = JobNote.objects.get()
    for wrong in ({"sort": "photo"}, {"pk": None}):
        again = JobNote(**{f.attname: getattr(row, f.attname) for f in row._meta.fields} | wrong)
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save(force_insert=True)


CARE = "只在上午打"


def test_how_to_be_reached_safely_is_read_before_a_number() -> None:
    number = given(quiet=True, reach=CARE)
    assert not job(number).care, "not before it is signed for"
    actions.sign_job(number, by=actor("partner"), at=now())
    assert CARE in job(number).care and "不发短信" in job(number).care
    client = Client()
    client.force_login(account("partner"))
    page = client.get(f"/unit/jobs/{number}/").content.decode()
    assert page.index(CARE) < page.index("看电话号码")
    for who in ("clerk", "officer6"):
        client.force_login(account(who))
        assert CARE in client.get(f"/desk/cases/{number}/").content.decode()
    actions.finish_job(number, done=True, text="好了", by=actor("partner"), at=now())
    actions.reply(number, done=True, text="修好了", by=actor("officer6"), at=now())
    row = HelpRequest.objects.get(case__number=number)
    client.force_login(account("clerk"))
    page = client.get(f"/desk/line/back/{row.pk}/").content.decode()
    assert page.index(CARE) < page.index("看电话号码")
    client.force_login(account("partner"))
    assert CARE not in client.get(f"/unit/jobs/{number}/").content.decode()


@pytest.mark.parametrize("who", ["resident", "mother"])
def test_no_message_leaves_these_pages_for_whoever_wants_none(who: str) -> None:
    """With an account or without: no text message, no letter, no invitation to rate."""
    for quiet in (False, True):
        number = signed(party=party(who).pk, quiet=quiet)
        actions.finish_job(number, done=True, text="好了", by=actor("partner"), at=now())
        actions.reply(number, done=True, text="好了", by=actor("officer6"), at=now())
        row = HelpRequest.objects.get(case__number=number)
        actions.call_back(row, reached=True, solved="yes", by=actor("clerk"), at=now())
        told = Message.objects.filter(about=number, to_party=party(who))
        assert told, "it is told all the same"
        assert {m.channel for m in told} == ({"inbox"} if quiet else {"sms"})
    assert feedback.invitations(now() + timedelta(hours=1)) == 1
    assert Invitation.objects.exclude(ref=number).count() == 1


def test_it_is_no_mark_on_the_person() -> None:
    given(quiet=True, reach=CARE)
    record = party("resident")
    assert CARE not in str({f.attname: getattr(record, f.attname) for f in record._meta.fields})
    again = given()
    actions.sign_job(again, by=actor("partner"), at=now())
    assert not job(again).care
    assert not any(CARE in str(e.data) for e in Entry.objects.all())


def test_the_demonstration_has_jobs_in_every_state() -> None:
    with at(MONDAY + timedelta(days=3)):
        assert loaders.demo() > 5 and not loaders.demo()
        found = {j.state for j in jobs.open_jobs(actor("partner"), now())}
        assert found == {jobs.NEW, jobs.WORKING}
        assert jobs.done_tasks(actor("partner")).count() == 1
        assert [j.state for j in jobs.open_jobs(actor("partner2"), now())] == [jobs.WORKING]


def test_photographs_sent_before_the_end_count_with_those_at_the_end() -> None:
    number = signed()
    for _n in range(3):
        actions.add_photo(number, picture(), by=actor("partner"), at=now())
    assert job(number).photos == 3
    with pytest.raises(Invalid, match="photos"):
        actions.finish_job(
            number, done=True, text="好", photos=[picture()] * 2, by=actor("partner"), at=now()
        )
    actions.finish_job(
        number, done=True, text="好", photos=[picture()], by=actor("partner"), at=now()
    )
    assert JobNote.objects.filter(sort="photo").count() == 4


def test_a_photograph_is_added_by_whoever_signed_and_by_nobody_else() -> None:
    number = given()
    with pytest.raises(Refused, match="unsigned"):
        actions.add_photo(number, picture(), by=actor("partner"), at=now())
    with pytest.raises(Unseen):
        actions.add_photo(number, picture(), by=actor("partner2"), at=now())


def test_news_for_everybody_of_an_event_is_no_text_message_to_whoever_wants_none() -> None:
    head = HelpRequest.objects.get(case__number=given(party=party("resident").pk))
    other = given(party=party("mother").pk, quiet=True, same_as=head.pk)
    assert actions.tell_everybody(head, news="working", by=actor("clerk"), at=now()) == 2
    told = Message.objects.filter(template="line.event_working")
    ways = {m.about: m.channel for m in told}
    assert ways == {head.case.number: "sms", other: "inbox"}


def test_a_number_that_wants_no_messages_gets_no_answer_by_message() -> None:
    from yimen.hotline.actions.messages import get_message

    record = party("resident")
    words = {"number": facts("resident")["phone"], "by": actor("admin"), "at": now()}
    before, _new = get_message(STREET, ref="q1", text="在吗", **words)
    after, _new = get_message(STREET, ref="q2", text="在吗", **words)
    assert before.sender_id == after.sender_id == record.pk
    actions.answer_message(before, answer="ring", by=actor("clerk"), at=now())
    given(party=record.pk, quiet=True)
    with pytest.raises(Refused, match="quiet"):
        actions.answer_message(after, answer="ring", by=actor("clerk"), at=now())
    assert Message.objects.filter(template="line.sms_ring").count() == 1


def page(number: str, who: str = "partner") -> str:
    client = Client()
    client.force_login(account(who))
    return client.get(f"/unit/jobs/{number}/").content.decode()


def test_a_unit_reads_when_it_was_given_and_until_when_to_sign() -> None:
    number = given(only="none")
    with at(MONDAY + timedelta(minutes=50)):
        made = actions.dispatch(number, to="body:unit-repair", by=actor("clerk"), at=now())
        held = job(number)
        assert held.given_at == now() and held.sign_by == made.sign_by
        shown = page(number)
        assert "09:50" in shown and "派单自动收回" in shown
        actions.sign_job(number, by=actor("partner"), at=now())
        assert job(number).sign_by is None and "派单自动收回" not in page(number)


def test_that_the_caller_was_rung_up_is_read_with_its_time() -> None:
    number = signed()
    with at(MONDAY + timedelta(minutes=7)):
        actions.contacted(number, by=actor("partner"), at=now())
        assert "联系过求助人" in page(number) and "09:07" in page(number)
    actions.finish_job(number, done=True, text="换了阀门", by=actor("partner"), at=now())
    for who, what in (("officer6", "reply"), ("clerk", "dispatch")):
        desk = Client()
        desk.force_login(account(who))
        text = desk.get(f"/desk/line/requests/{number}/{what}/").content.decode()
        assert "联系过求助人" in text and "09:07" in text
