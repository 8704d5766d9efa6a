"""The pages of acts: forms filled from the case, kept after a refusal, one transaction each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cases.browsing import LOW_INCOME, MONDAY, client, decided, get, lawful, reload, said
from tests.cases.world import SYSTEM, catalogue, finish_one, hand_in
from tests.cast import actor, body
from yimen.cases.actions import perform
from yimen.cases.actions.objections import object_to
from yimen.cases.actions.spot import complete
from yimen.cases.models import Material, Objection, Posting
from yimen.cases.posting import draft, shown_name
from yimen.ledger.models import Entry
from yimen.lib import time
from yimen.lib.errors import Forbidden, Invalid, Refused

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def world(cast, monday):
    return monday


def post(who: str, d, act: str, **data):
    return client(who).post(
        f"/desk/cases/{d.case.number}/{act}/", {"version": d.case.version, **data}
    )


def on_the_spot():
    code = next(c for c, m in catalogue().items() if m["handling"] == "on_the_spot")
    return hand_in(code)


def test_accepting_from_the_page() -> None:
    d = hand_in("civil-affairs-018")
    answer = post("clerk", d, "accept")
    assert answer.status_code == 302
    assert reload(d).case.stage == "handling"


def test_what_was_typed_survives_a_refusal() -> None:
    d = hand_in("civil-affairs-018")
    answer = post("clerk", d, "not_accept", reason="户籍不在本市", direction="")
    assert answer.status_code == 422
    assert "户籍不在本市" in answer.content.decode()
    assert "请填写“告知：应当到哪里、怎样才能办理”" in said(answer)
    assert reload(d).case.stage == "received"


def test_a_stale_form_shows_what_happened_and_can_be_sent_again() -> None:
    d = hand_in("civil-affairs-018")
    form = {"reason": "缺一份证明", "materials": [d.materials[0].code]}
    perform(d.case.number, "external", by=SYSTEM, external_number="A-1")
    stale = post("clerk", d, "supplement", **form)
    assert stale.status_code == 412
    assert "登记对方编号" in said(stale)
    assert "缺一份证明" in stale.content.decode()
    again = reload(d)
    assert f'value="{again.case.version}"' in stale.content.decode()
    assert post("clerk", again, "supplement", **form).status_code == 302


def test_the_rule_says_no_on_the_page_itself() -> None:
    d = lawful(hand_in(LOW_INCOME))
    answer = post("officer", d, "decide", outcome="granted")
    assert answer.status_code == 409
    assert "承办任务还没有全部完成" in said(answer)


def test_who_may_not_act_gets_no_form() -> None:
    d = hand_in("civil-affairs-018")
    assert client("auditor").get(f"/desk/cases/{d.case.number}/accept/").status_code == 403
    assert post("auditor", d, "accept").status_code == 403
    assert client("clerk").get(f"/desk/cases/{d.case.number}/confirm/").status_code == 409
    assert client("clerk").get(f"/desk/cases/{d.case.number}/deem/").status_code == 404


def test_a_visit_is_finished_with_two_names_from_the_list() -> None:
    d = lawful(hand_in(LOW_INCOME))
    visit = next(t for t in d.open_tasks if t.sort == "visit")
    page = client("officer").get(f"/desk/cases/{d.case.number}/finish/?task={visit.pk}")
    assert "visitors" in page.content.decode()
    one = post("officer", d, "finish", task=str(visit.pk), verdict="agree", visitors=["officer"])
    assert one.status_code == 422
    assert "两名以上" in said(one)
    two = {"visitors": ["officer", "head"], "verdict": "agree", "reason": "情况属实"}
    assert post("officer", reload(d), "finish", task=str(visit.pk), **two).status_code == 302
    assert "情况属实" in said(client("officer").get(f"/desk/cases/{d.case.number}/"))


def test_a_check_asks_for_consent_and_answer_and_nothing_of_a_visit() -> None:
    d = lawful(hand_in(LOW_INCOME))
    check = next(t for t in d.open_tasks if t.sort == "check")
    page = client("officer").get(f"/desk/cases/{d.case.number}/finish/?task={check.pk}")
    assert "核对结果" in said(page) and "visitors" not in page.content.decode()
    bare = post("officer", d, "finish", task=str(check.pk), verdict="agree", answer="match")
    assert "书面授权" in said(bare)
    silent = {"verdict": "agree", "answer": "differs", "consent": "on"}
    unsaid = post("officer", reload(d), "finish", task=str(check.pk), **silent)
    assert unsaid.status_code == 422  # the lead must learn what differs
    full = {"verdict": "agree", "answer": "match", "consent": "on"}
    assert post("officer", d, "finish", task=str(check.pk), **full).status_code == 302


def test_two_open_tasks_are_told_apart_before_the_form() -> None:
    d = lawful(hand_in(LOW_INCOME))
    page = client("officer").get(f"/desk/cases/{d.case.number}/finish/")
    assert "请选择是哪一项" in said(page)
    assert all(str(t.pk) in page.content.decode() for t in d.open_tasks)


def test_reassigning_offers_bodies_and_the_people_in_them() -> None:
    d = lawful(hand_in(LOW_INCOME))
    task = d.open_tasks[0]
    page = client("head").get(f"/desk/cases/{d.case.number}/offer/?task={task.pk}").content.decode()
    assert 'value="bo-medical-insurance"' in page
    assert 'value="officer2"' in page
    moved = post(
        "head", d, "offer", task=str(task.pk), body="bo-medical-insurance", assignee="officer2"
    )
    assert moved.status_code == 302
    task.refresh_from_db()
    assert task.body_id == body("bo-medical-insurance").pk


def test_reassigning_to_nobody_is_refused_and_moves_nothing() -> None:
    d = lawful(hand_in(LOW_INCOME))
    task = d.open_tasks[0]
    before = (task.body_id, task.state, d.case.seq)
    answer = post("head", d, "offer", task=str(task.pk))
    assert answer.status_code == 422 and "请选择交给哪个单位" in said(answer)
    task.refresh_from_db()
    d.case.refresh_from_db()
    assert (task.body_id, task.state, d.case.seq) == before


def test_what_a_task_needs_is_not_called_optional() -> None:
    d = lawful(hand_in(LOW_INCOME))
    for sort, label in (("visit", "实地核查人员"), ("check", "核对结果")):
        task = next(t for t in d.open_tasks if t.sort == sort)
        page = said(client("officer").get(f"/desk/cases/{d.case.number}/finish/?task={task.pk}"))
        at = page.index(label)
        assert "选填" not in page[at : at + 20]


def test_the_timeline_says_which_task() -> None:
    d = lawful(hand_in(LOW_INCOME))
    visit = next(t for t in d.open_tasks if t.sort == "visit")
    full = {"verdict": "agree", "visitors": ["officer", "head"]}
    assert post("officer", d, "finish", task=str(visit.pk), **full).status_code == 302
    page = said(client("officer").get(f"/desk/cases/{d.case.number}/"))
    assert f"完成任务：{visit.name['zh']}" in page[page.index("经过") :]


def test_holds_are_offered_with_article_and_longest_time() -> None:
    d = lawful(hand_in(LOW_INCOME))
    page = said(client("officer").get(f"/desk/cases/{d.case.number}/hold/"))
    assert "听证（行政许可法第 45 条，最长 20 个工作日）" in page
    assert post("officer", d, "hold", sort="hearing", reason="申请人要求听证").status_code == 302
    shown = said(client("officer").get(f"/desk/cases/{d.case.number}/"))
    assert "计时中止" in shown and "听证" in shown


def test_a_scan_comes_with_its_material() -> None:
    d = hand_in(LOW_INCOME, missing=True)
    code = d.missing()[0].code
    data = {"materials": [code], f"given_{code}": "copy",
            f"scan_{code}": SimpleUploadedFile("户口簿.pdf", PDF, "application/pdf")}  # fmt: skip
    assert post("clerk", d, "supplied", **data).status_code == 302
    row = Material.objects.get(case=d.case, code=code)
    assert (row.status, row.given) == ("given", "copy")
    got = client("clerk").get(f"/desk/cases/{d.case.number}/files/{row.file_id}/")
    assert got.content == PDF
    assert (
        client("auditor").get(f"/desk/cases/{d.case.number}/files/{row.file_id}/").status_code
        == 403
    )
    other = hand_in(LOW_INCOME)
    assert (
        client("clerk").get(f"/desk/cases/{other.case.number}/files/{row.file_id}/").status_code
        == 404
    )


def test_a_bad_scan_is_named_and_nothing_is_written() -> None:
    d = hand_in(LOW_INCOME, missing=True)
    code = d.missing()[0].code
    data = {
        "materials": [code],
        f"scan_{code}": SimpleUploadedFile("x.pdf", b"MZ not a pdf at all"),
    }
    answer = post("clerk", d, "supplied", **data)
    assert answer.status_code == 422
    assert Material.objects.get(case=d.case, code=code).status == "missing"


def test_on_the_spot_everything_or_nothing() -> None:
    d = on_the_spot()
    answer = client("clerk").post(f"/desk/cases/{d.case.number}/spot/", follow=True)
    assert "已当场办结" in said(answer)
    done = reload(d)
    assert (done.case.stage, done.case.ending, done.case.outcome) == (
        "closed",
        "completed",
        "granted",
    )
    acts = Entry.objects.filter(stream=f"case:{d.case.number}").order_by("seq")
    assert list(acts.values_list("act", flat=True)) == [
        "receive",
        "accept",
        "decide",
        "deliver",
        "confirm",
    ]


def test_on_the_spot_is_refused_whole() -> None:
    d = on_the_spot()
    with pytest.raises(Forbidden):
        complete(d.case.number, by=actor("auditor"))
    other = lawful(hand_in(LOW_INCOME))
    with pytest.raises(Refused):
        complete(other.case.number, by=actor("clerk"))
    assert reload(d).case.seq == 1


def posted():
    """A case whose posting is out."""
    d = lawful(hand_in(LOW_INCOME))
    while not any(t.sort == "posting" for t in d.open_tasks):
        d = finish_one(d)
    ends = (MONDAY + timedelta(days=7)).date()
    task = next(t for t in d.open_tasks if t.sort == "posting")
    perform(d.case.number, "post", by=SYSTEM, task=str(task.pk), text="拟批准：林**", ends_on=ends)
    return reload(d), Posting.objects.get(case=d.case)


def test_a_posting_tells_part_of_the_name_and_how_many_live_there() -> None:
    d = lawful(hand_in(LOW_INCOME, facts={"members": 3}))
    while not any(t.sort == "posting" for t in d.open_tasks):
        d = finish_one(d)
    task = next(t for t in d.open_tasks if t.sort == "posting")
    page = said(get("officer", f"/desk/cases/{d.case.number}/post/?task={task.pk}"))
    assert f"申请人：{shown_name(d.case)}" in page and "共同生活人数：3 人" in page
    ends = {"ends_on": (MONDAY + timedelta(days=7)).date()}
    full = d.case.applicant.name
    for text in (f"拟批准：{full}", "拟批准：310199198605204281"):
        with pytest.raises(Invalid):
            perform(d.case.number, "post", by=SYSTEM, task=str(task.pk), text=text, **ends)
    assert not Posting.objects.exists()
    perform(d.case.number, "post", by=SYSTEM, task=str(task.pk), text=draft(d, task), **ends)
    listed = said(client(None).get("/postings/"))
    assert shown_name(d.case) in listed and full not in listed


def test_an_objection_is_raised_by_anybody_answered_and_on_record() -> None:
    d, posting = posted()
    anybody = client(None)
    assert "拟批准：林**" in said(anybody.get(f"/postings/{posting.pk}/"))
    sent = anybody.post(
        f"/postings/{posting.pk}/", {"text": "他家有两套房子出租。", "contact": "19900000099"}
    )
    assert sent.status_code == 302
    objection = Objection.objects.get(posting=posting)
    entry = Entry.objects.get(stream=f"case:{d.case.number}", act="object")
    assert "房子" not in entry.data and "19900000099" not in entry.data
    assert "19900000099" not in objection.contact

    task = next(t for t in d.open_tasks if t.sort == "posting")
    with time.at(MONDAY + timedelta(days=8)):
        early = post("officer", reload(d), "finish", task=str(task.pk), verdict="agree")
        assert "还有没有答复的异议" in said(early)
        answer = {"objection": str(objection.pk), "reason": "已核查，房屋不在其名下。"}
        assert post("officer", reload(d), "answer_objection", **answer).status_code == 302
        assert (
            post("officer", reload(d), "finish", task=str(task.pk), verdict="agree").status_code
            == 302
        )


def test_the_objectors_contact_is_shown_to_who_answers_and_on_record() -> None:
    d, posting = posted()
    key = object_to(posting, text="情况不属实。", contact="找楼组长", at=time.now())
    address = f"/desk/cases/{d.case.number}/objections/{key}/"
    assert "找楼组长" in said(client("officer").post(address))
    assert Entry.objects.filter(stream=f"case:{d.case.number}", act="see_contact").count() == 1
    assert client("clerk").post(address).status_code == 403


def test_no_objection_after_the_last_day() -> None:
    d, posting = posted()
    with time.at(MONDAY + timedelta(days=8)):
        page = client(None).post(f"/postings/{posting.pk}/", {"text": "已经晚了的异议"})
        assert page.status_code == 409
    assert not Objection.objects.exists()


def test_in_the_drawer_errors_show_and_success_leads_back() -> None:
    d = hand_in("civil-affairs-018")
    browser = client("clerk")
    address = f"/desk/cases/{d.case.number}/not_accept/"
    headers = {"HX-Request": "true"}
    wrong = browser.post(address, {"reason": "x"}, headers=headers)
    assert wrong.status_code == 200 and "<html" not in wrong.content.decode()
    right = browser.post(address, {"reason": "x", "direction": "y"}, headers=headers)
    assert right["HX-Redirect"] == f"/desk/cases/{d.case.number}/"


def test_revoking_is_shown_to_whoever_checks() -> None:
    d = decided(hand_in("civil-affairs-018"))
    code = d.valid_result.code
    assert "现在有效" in said(client(None).get(f"/verify/?code={code}"))
    assert post("head", reload(d), "revoke", reason="发现伪造材料").status_code == 302
    assert "已经撤销" in said(client(None).get(f"/verify/?code={code}"))
