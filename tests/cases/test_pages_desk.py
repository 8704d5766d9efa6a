"""Worklist, list and case page: who sees what, and that nobody sees more."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest

from tests.cases.browsing import (
    LOW_INCOME,
    MONDAY,
    attributes,
    client,
    get,
    in_every_stage,
    lawful,
    reload,
    said,
)
from tests.cases.world import SYSTEM, hand_in
from tests.cast import actor, body, party
from yimen.cases.actions import VERBS, perform
from yimen.cases.actions.end import overdue
from yimen.cases.models import Task
from yimen.cases.views import acting
from yimen.cases.words import ACTS
from yimen.lib import time
from yimen.people.models import Disclosure

pytestmark = pytest.mark.django_db
# what stays Chinese on an English page: the switch of languages, people, addresses, laws
NAMES_OF_THE_DEMONSTRATION = ("中文", "一门", "林晓棠", "陆明远", "沈若溪", "梁慎之", "梧桐路", "弄", "号", "室",
                              "最低生活保障审核确认办法", "社会救助暂行办法")  # fmt: skip
PART_OF_A_PAGE = {"see_contact"}  # a link beside an objection, no page of its own


@pytest.fixture(autouse=True)
def world(cast, monday):
    return monday


def test_every_verb_of_a_person_has_words() -> None:
    assert {n for n, v in VERBS.items() if not v.machine_only} == set(ACTS) | PART_OF_A_PAGE


def test_the_worklist_has_the_most_urgent_first_with_light_and_days_left() -> None:
    with time.at(MONDAY - timedelta(days=45)):
        late = lawful(hand_in(LOW_INCOME))
    fresh = lawful(hand_in(LOW_INCOME))
    page = get("officer", "/desk/tasks/")
    text = page.content.decode()
    assert text.index(late.case.number[-9:]) < text.index(fresh.case.number[-9:])
    assert "已超" in said(page) and "还剩" in said(page)
    assert "y-light--red" in text and "y-light--green" in text


def test_tasks_of_others_are_not_on_my_worklist() -> None:
    lawful(hand_in(LOW_INCOME))
    assert "现在没有待办任务" in said(get("officer2", "/desk/tasks/"))


def test_signing_for_one_and_for_several() -> None:
    d = lawful(hand_in(LOW_INCOME))
    first, second = [t for t in d.open_tasks if t.body_id == body("bo-civil-affairs").pk][:2]
    page = client("officer").post("/desk/tasks/sign/", {"one": str(first.pk)}, follow=True)
    assert "已签收 1 项任务" in said(page)
    both = {"task": [str(first.pk), str(second.pk)]}
    page = client("officer").post("/desk/tasks/sign/", both, follow=True)
    assert "已签收 1 项任务" in said(page)
    assert "这项任务已经签收" in said(page)
    assert set(
        Task.objects.filter(pk__in=[first.pk, second.pk]).values_list("state", flat=True)
    ) == {"signed"}


def test_nobody_signs_for_another_office() -> None:
    task = lawful(hand_in(LOW_INCOME)).open_tasks[0]
    client("officer2").post("/desk/tasks/sign/", {"one": str(task.pk)})
    task.refresh_from_db()
    assert task.state == "offered"


def test_the_way_back_never_leads_to_another_site() -> None:
    answer = client("officer").post("/desk/tasks/sign/", {"back": "https://example.org/"})
    assert answer["Location"] == "/desk/tasks/"


def test_the_list_is_narrowed_and_exported_alike() -> None:
    open_one, waiting = lawful(hand_in(LOW_INCOME)), hand_in(LOW_INCOME, missing=True)
    query = "?state=supplementing&matter=" + LOW_INCOME
    page = said(get("clerk", "/desk/cases/" + query))
    assert waiting.case.number in page
    assert open_one.case.number not in page
    table = get("clerk", "/desk/cases/export.csv" + query).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(table)))
    assert [row[0] for row in rows[1:]] == ["'" + waiting.case.number]
    assert party("resident").name not in table


def test_a_case_is_found_by_any_of_its_numbers_and_by_name() -> None:
    d = lawful(hand_in(LOW_INCOME))
    perform(d.case.number, "external", by=SYSTEM, external_number="MZ-2026/17")
    name = party("resident").name
    for text in (d.case.number, d.case.enquiry_no, "MZ-2026/17", name, d.content.name.zh[:4]):
        assert d.case.number in said(get("clerk", f"/desk/cases/?q={text}")), text
    assert get("clerk", f"/desk/search/?q={d.case.number}")["Location"].endswith(
        f"{d.case.number}/"
    )
    assert get("clerk", "/desk/search/?q=MZ-2026/17").status_code == 302


def test_from_a_person_to_their_cases() -> None:
    own = hand_in(LOW_INCOME)
    pk = own.case.applicant_id
    person = said(client("clerk").get(f"/desk/people/{pk}/"))
    assert "办过和在办的事" in person
    page = client("clerk").get(f"/desk/cases/?person={pk}").content.decode()
    assert own.case.number in page
    other = party("twin").pk
    assert (
        own.case.number not in client("clerk").get(f"/desk/cases/?person={other}").content.decode()
    )
    kept = client("clerk").get("/desk/cases/?person=nonsense")
    assert kept.status_code == 200


def test_a_wrong_date_in_a_filter_is_said_and_nothing_breaks() -> None:
    page = get("clerk", "/desk/cases/?due_before=tomorrow")
    assert page.status_code == 200
    assert "年-月-日" in said(page)


@pytest.mark.parametrize("path", ["", "ledger/", "ledger.json", "print/receipt.pdf", "accept/"])
def test_who_may_not_know_of_a_case_is_told_that_there_is_none(path: str) -> None:
    d = hand_in(LOW_INCOME)
    for stranger in ("officer2", "clerk3", "resident", "resident2"):
        assert get(stranger, f"/desk/cases/{d.case.number}/{path}").status_code == 404, stranger
    assert get(None, f"/desk/cases/{d.case.number}/{path}").status_code == 302


def test_the_body_complained_of_sees_nothing() -> None:
    d = hand_in(LOW_INCOME, excluded=(body("bo-civil-affairs").pk,))
    assert get("officer", f"/desk/cases/{d.case.number}/").status_code == 404
    assert d.case.number not in said(get("officer", "/desk/cases/"))


def test_every_stage_shows_and_offers_exactly_what_its_verbs_allow() -> None:
    for name, d in in_every_stage().items():
        for who in ("clerk", "officer", "head", "director", "assistant", "auditor"):
            page = get(who, f"/desk/cases/{d.case.number}/")
            assert page.status_code == 200, (name, who)
            by = actor(who)
            allowed = {
                n for n, v in VERBS.items()
                if not v.machine_only and d.case.stage in v.stages and v.may(by, d).ok
            } - PART_OF_A_PAGE  # fmt: skip
            if not overdue(d, time.now()):
                allowed.discard("lapse")  # nothing was asked for, or there is still time
            assert set(attributes(page, "data-act")) == allowed, (name, who)
            assert set(acting.possible(by, d)) == allowed


def test_every_act_that_is_offered_opens() -> None:
    for name, d in in_every_stage().items():
        for who in ("clerk", "officer", "head"):
            for act in acting.possible(actor(who), d):
                page = get(who, f"/desk/cases/{d.case.number}/{act}/")
                assert page.status_code == 200, (name, who, act)


def test_the_page_says_what_a_stranger_needs() -> None:
    d = lawful(hand_in(LOW_INCOME))
    page = said(get("officer", f"/desk/cases/{d.case.number}/"))
    for needed in (
        d.content.name.zh, "2026年3月2日", party("resident").name, party("resident").id_mask,
        "法定办结", "承诺办结", d.content.terms.statutory_basis, "民政", "为什么到这里", d.case.enquiry_no,
        *[m.name.zh for m in d.content.materials], *[t.name["zh"] for t in d.tasks],
    ):  # fmt: skip
        assert needed in page, needed


def test_an_auditor_sees_the_case_redacted() -> None:
    d = lawful(hand_in(LOW_INCOME))
    page = said(get("auditor", f"/desk/cases/{d.case.number}/"))
    assert party("resident").name not in page
    assert party("resident").id_mask not in page
    assert "脱敏" in page
    assert get("auditor", f"/desk/cases/{d.case.number}/print/receipt.pdf").status_code == 403


def test_a_number_in_full_needs_a_reason_and_is_on_record() -> None:
    d = hand_in(LOW_INCOME)
    browser, address = client("clerk"), f"/desk/cases/{d.case.number}/reveal/"
    refused = browser.post(address, {"who": "applicant", "field": "id_number", "reason": " "})
    assert refused.status_code == 422
    assert not Disclosure.objects.filter(about=d.case.number).exists()
    shown = browser.post(address, {"who": "applicant", "field": "id_number", "reason": "核对身份"})
    assert "310199198605204281" in said(shown)
    assert Disclosure.objects.get(about=d.case.number).reason == "核对身份"


def test_the_page_asks_a_fixed_number_of_questions(django_assert_max_num_queries) -> None:
    d = lawful(hand_in(LOW_INCOME))
    browser = client("officer")
    browser.get(f"/desk/cases/{d.case.number}/")
    with django_assert_max_num_queries(50):
        browser.get(f"/desk/cases/{d.case.number}/")


def test_the_worklist_does_not_ask_for_each_row(django_assert_max_num_queries) -> None:
    for _ in range(6):
        lawful(hand_in(LOW_INCOME))
    browser = client("officer")
    browser.get("/desk/tasks/")
    with django_assert_max_num_queries(14):
        browser.get("/desk/tasks/")


def test_english_is_complete_on_the_pages() -> None:
    d = reload(lawful(hand_in(LOW_INCOME)))
    for who, path in (
        ("officer", "/desk/tasks/"),
        ("officer", "/desk/cases/"),
        ("officer", f"/desk/cases/{d.case.number}/"),
        ("officer", f"/desk/cases/{d.case.number}/hold/"),
        ("auditor", f"/desk/cases/{d.case.number}/ledger/"),
        ("resident", f"/my/cases/{d.case.number}/"),
        (None, "/track/"),
        (None, "/verify/?code=K7QM42PX9TRD"),
        (None, "/postings/"),
    ):
        page = said(client(who, language="en").get(path))
        for own in NAMES_OF_THE_DEMONSTRATION:
            page = page.replace(own, "")
        left = re.findall(r"[\u4e00-\u9fff]+", page)
        assert not left, (path, left)
