"""A person is erased: gone from every column and file, while the record stays whole; what must stay
refuses; what has been kept long enough goes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests.cases.world import MONDAY, SYSTEM, hand_in, matter
from tests.cast import STREET, account, actor, party
from yimen.cases.actions import Given, perform
from yimen.cases.dossier import load
from yimen.cases.models import Case, Note
from yimen.files import vault
from yimen.files.models import File
from yimen.intake.models import Draft
from yimen.ledger.models import Entry
from yimen.ledger.roots import fold_roots
from yimen.ledger.verify import verify
from yimen.lib import time
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.people import actions, queries, retention
from yimen.people.models import ERASED_NAME, Account, Party
from yimen.people.ticks import retention as tick

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
LATER = MONDAY + timedelta(days=365 * 11)
LOW_INCOME = "civil-affairs-001"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060"
    "0000000500010a2db4160000000049454e44ae426082"
)
# Said, typed and uploaded about the canary; none of it may be left in any column.
CANARY = {
    "name": "金丝雀", "id_number": "310199196003030016", "phone": "19900007777",
    "words": "我家在桥头第三户", "road": "金丝路",
}  # fmt: skip


@pytest.fixture
def settings_folder(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.YIMEN_FILES = str(tmp_path)
    return


def canary() -> Party:
    return actions.find_or_register(
        STREET, name=CANARY["name"], id_type="other", id_number=CANARY["id_number"],
        phone=CANARY["phone"], address={"road": CANARY["road"], "number": "3"},
        by=actor("clerk"), at=time.now(),
    )  # fmt: skip


def life_of(person: Party) -> Case:
    """A case with answers, a scan and words, withdrawn; a question answered; a draft; an account."""
    from yimen.contacts import actions as contacts
    from yimen.files.actions import store
    from yimen.intake import actions as intake
    from yimen.matters.content import parse
    from yimen.places.models import ServicePoint

    clerk, at = actor("clerk"), time.now()
    scan = store(
        PNG, name=f"{CANARY['name']}.png", purpose="material", street=STREET, by=clerk, at=at
    )
    materials = parse(matter(LOW_INCOME).content).materials
    given = (Given(materials[0].code, "original", file=scan.pk),
             *(Given(m.code, "original") for m in materials[1:]))  # fmt: skip
    d = hand_in(LOW_INCOME, applicant=person, materials=given)
    perform(d.case.number, "withdraw", by=SYSTEM, reason=CANARY["words"])
    asked = contacts.ask(CANARY["words"], by=clerk, at=at, asker=person)
    contacts.answer(asked.enquiry, CANARY["words"], by=clerk, at=at)
    actions.create_account(
        CANARY["id_number"].lower(), kind="resident", street=STREET, party=person,
        password="a-long-passphrase", by=actor("admin"), at=at,
    )  # fmt: skip
    intake.open_draft(
        door=Draft.Door.COUNTER, street=STREET, centre=ServicePoint.objects.first(),
        answers={"applicant": str(person.pk), "text": CANARY["words"]}, by=clerk, at=at,
        matter_code=LOW_INCOME,
    )  # fmt: skip
    return Case.objects.get(pk=d.case.pk)


def columns_that_know_the_canary() -> set[str]:
    """Asks every column of every table for any word of the canary's."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_concrete_fields:
            if not field.column or field.get_internal_type() == "BinaryField":
                continue
            with connection.cursor() as cursor:
                tests = " OR ".join([f'"{field.column}"::text ILIKE %s'] * len(CANARY))
                # JSON keeps Chinese as it is or escaped: both are asked for
                cursor.execute(
                    f'SELECT EXISTS (SELECT 1 FROM "{model._meta.db_table}" WHERE {tests})',
                    [f"%{word}%" for word in CANARY.values()],
                )
                if cursor.fetchone()[0]:
                    found.add(f"{model._meta.label}.{field.name}")
    return found


def erase(person: Party, who: str = "admin") -> int:
    return actions.erase(person, reason="本人书面申请", by=actor(who), at=time.now())


# -- a person ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("settings_folder")
def test_the_person_is_gone_and_the_record_is_whole() -> None:
    with time.at(MONDAY):
        person = canary()
        case = life_of(person)
        file = File.objects.latest("created_at")
        assert vault.place(file.sha256).exists()
        fold_roots()
    known = columns_that_know_the_canary()
    assert known >= {
        "people.Party.name", "places.Address.road", "people.Account.username",
        "contacts.Words.body", "cases.Note.body", "files.File.name",
    }, known  # fmt: skip
    assert [d.answers["text"] for d in Draft.objects.all()] == [CANARY["words"]], "sealed"
    with time.at(LATER):
        erase(person)
    assert not Draft.objects.exists()
    assert columns_that_know_the_canary() == set()
    left = Party.objects.get(pk=person.pk)
    assert (left.name, left.id_index, left.phone_sealed) == (ERASED_NAME, None, None)
    assert not Account.objects.get(party=left).is_active
    assert not Note.objects.filter(case=case).exclude(body="").exists()
    file.refresh_from_db()
    assert file.erased_at is not None
    again = Case.objects.get(pk=case.pk)
    assert again.facts == {} and again.number == case.number and again.erased_at is not None
    assert verify().fault is None, "the answers' digest of now stands in the record too"
    entry = Entry.objects.filter(stream=f"party:{person.pk}").latest("seq")
    assert entry.act == "erased" and "things" in entry.data
    assert not queries.search(STREET, ERASED_NAME, actor("clerk"))


def test_what_is_open_or_kept_by_law_refuses_with_a_sentence_and_on_record() -> None:
    with time.at(MONDAY):
        person = canary()
        d = hand_in(LOW_INCOME, applicant=person)
        with pytest.raises(Refused, match="kept") as open_one:
            erase(person)
        assert "还没有办结" in str(open_one.value.detail)
        perform(d.case.number, "withdraw", by=SYSTEM, reason="不办了")
        with pytest.raises(Refused) as by_term:
            erase(person)
        assert "2036年" in str(by_term.value.detail), "and says until when"
    refusals = Entry.objects.filter(stream=f"party:{person.pk}", act="erasure_refused")
    assert [e.data for e in refusals.order_by("seq")] == [
        '{"because":["case.open"]}', '{"because":["case.term"]}',
    ]  # fmt: skip
    person.refresh_from_db()
    assert person.name == CANARY["name"]


def test_only_the_administrator_of_the_street() -> None:
    with time.at(LATER):
        person = canary()
        for who in ("clerk", "director", "head"):
            with pytest.raises(Forbidden):
                erase(person, who)
        for who in ("clerk3", "resident", "auditor"):
            with pytest.raises(Unseen):
                erase(person, who)
        erase(person)
        with pytest.raises(Refused):
            erase(Party.objects.get(pk=person.pk))


def test_somebody_who_works_here_is_not_erased() -> None:
    with time.at(LATER), pytest.raises(Refused) as error:
        erase(account("clerk").party)
    assert "工作账号" in str(error.value.detail)


def test_an_erased_record_takes_no_more_and_comes_not_back() -> None:
    with time.at(LATER):
        person, other = canary(), party("resident2")
        erase(person)
        person.refresh_from_db()
        with pytest.raises((Refused, Forbidden)):
            actions.merge(other, person, reason="同一人", by=actor("clerk"), at=time.now())
        with pytest.raises((Refused, Forbidden)):
            actions.correct_name(person, "别人", reason="错", by=actor("clerk"), at=time.now())
        fresh = canary()
        assert fresh.pk != person.pk, "who comes again is somebody new"


def test_a_scan_on_which_another_case_rests_stays() -> None:
    from yimen.files.actions import store
    from yimen.matters.content import parse

    with time.at(MONDAY):
        person = canary()
        kept = store(PNG, name="a.png", purpose="material", street=STREET, by=actor("clerk"),
                     at=time.now())  # fmt: skip
        code = parse(matter(LOW_INCOME).content).materials[0].code
        given = (Given(code, "original", file=kept.pk),)
        d = hand_in(LOW_INCOME, applicant=person, materials=given)
        hand_in(LOW_INCOME, applicant=party("mother"), materials=given)
        perform(d.case.number, "withdraw", by=SYSTEM, reason="不办了")
    with time.at(LATER):
        erase(person)
    kept.refresh_from_db()
    assert kept.erased_at is None


# -- what time lets go ------------------------------------------------------------------------


def withdrawn(person: Party) -> Case:
    d = hand_in(LOW_INCOME, applicant=person)
    perform(d.case.number, "withdraw", by=SYSTEM, reason=CANARY["words"])
    return Case.objects.get(pk=d.case.pk)


def test_the_tick_lets_go_what_was_announced_and_nothing_sooner() -> None:
    with time.at(MONDAY):
        case = withdrawn(canary())
        still_open = hand_in(LOW_INCOME, applicant=party("mother")).case
    end = retention.terms()["case.application"].until(case.closed_at)
    with time.at(end - timedelta(days=40)):
        assert _line("case.application") == (0, 0)
    with time.at(end - timedelta(days=10)):
        assert _line("case.application") == (0, 1), "seen a month before"
        assert tick(time.now()) == 0
    with time.at(end + timedelta(days=1)):
        assert _line("case.application") == (1, 0)
        assert tick(time.now()) == 1
        assert tick(time.now()) == 0, "once"
    assert not Note.objects.filter(case=case).exclude(body="").exists()
    assert Case.objects.get(pk=still_open.pk).erased_at is None
    assert Entry.objects.get(stream="retention").data == '{"went":{"case.application":1}}'
    assert verify().fault is None


def _line(code: str) -> tuple[int, int]:
    row = next(row for row in retention.due(time.now()) if row.term.code == code)
    return row.now, row.soon


def test_a_centre_sets_its_own_terms(settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    settings.YIMEN_RETENTION = {"case.application": 30}
    with time.at(MONDAY):
        withdrawn(canary())
    with time.at(LATER):
        assert tick(time.now()) == 0
        call_command("retention")
    assert "case.application 30" in capsys.readouterr().out


def test_every_kind_and_every_holder_has_its_term_and_each_says_where_it_is_from(
    settings: Any,
) -> None:
    known = retention.terms()
    asked = [code for holder in retention.holders() for code in holder.codes]
    assert sorted(asked) == sorted(known)
    assert {f"case.{kind}" for kind in settings.YIMEN_KINDS} <= set(known)
    assert all(term.basis and term.years > 0 for term in known.values())


# -- pages ------------------------------------------------------------------------------------


def browser(who: str) -> Client:
    client = Client()
    client.force_login(account(who))
    return client


def test_the_page_says_what_stands_against_it_and_then_does_it() -> None:
    with time.at(MONDAY):
        person = canary()
        d = hand_in(LOW_INCOME, applicant=person)
        path = reverse("people:erase", args=[person.pk])
        page = browser("admin").get(path)
        assert "还没有办结" in page.content.decode()
        answer = browser("admin").post(path, {"reason": "本人申请", "confirmed": "on"})
        assert answer.status_code == 409
        perform(d.case.number, "withdraw", by=SYSTEM, reason="不办了")
    with time.at(LATER):
        empty = browser("admin").post(path, {"reason": ""})
        assert empty.status_code == 422
        done = browser("admin").post(path, {"reason": "本人申请", "confirmed": "on"})
        assert done.status_code == 302
        shown = browser("admin").get(reverse("people:party", args=[person.pk]))
        assert "已按本人申请删除" in shown.content.decode()
        case = browser("officer").get(reverse("cases:detail", args=[d.case.number]))
        assert case.status_code == 200 and CANARY["name"] not in case.content.decode()
        ledger = browser("officer").get(reverse("cases:ledger", args=[d.case.number]))
        assert ledger.status_code == 200


def test_the_terms_page() -> None:
    with time.at(MONDAY):
        withdrawn(canary())
    with time.at(LATER):
        page = browser("admin").get(reverse("people:retention")).content.decode()
    assert "国家档案局令第8号" in page and "今夜删除" in page


# -- to the person ----------------------------------------------------------------------------


def test_a_resident_reads_which_seat_looked_and_takes_everything_along() -> None:
    with time.at(MONDAY):
        me = party("resident")
        d = hand_in(LOW_INCOME, applicant=me)
        actions.disclose(me, "phone", reason="核对电话", by=actor("officer"), at=time.now())
        client = browser("resident")
        page = client.get(reverse("people:me")).content.decode()
        assert "核对电话" in page and "民政" in page, "the body, not a user name alone"
        mine = client.post(reverse("people:me_export")).json()
    assert mine["phone"].startswith("1") and len(mine["id_number"]) == 18
    assert d.case.number in [case["number"] for case in mine["cases"]]
    assert {"核对电话", "本人导出"} == {row["reason"] for row in mine["who_saw_my_numbers"]}
    with time.at(MONDAY):
        page = browser("resident").get(reverse("people:me")).content.decode()
    assert "本人导出" in page


def test_nobody_elses_things_are_in_it() -> None:
    with time.at(MONDAY):
        hand_in(LOW_INCOME, applicant=canary())
        text = browser("resident").post(reverse("people:me_export")).content.decode()
    assert not [word for word in CANARY.values() if word in text]


def test_loading_an_erased_dossier_still_works() -> None:
    with time.at(MONDAY):
        case = withdrawn(canary())
    with time.at(LATER):
        tick(time.now())
        assert load(case.number).case.erased_at is not None
