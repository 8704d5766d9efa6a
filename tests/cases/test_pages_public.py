"""Following a case, one's own cases, checking a document, and the auditor's view."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from tests.cases.browsing import (
    LOW_INCOME,
    MONDAY,
    client,
    decided,
    get,
    in_every_stage,
    lawful,
    reload,
    said,
)
from tests.cases.test_clock import licence
from tests.cases.test_pages_acts import PDF
from tests.cases.world import SYSTEM, hand_in
from tests.cast import party
from yimen.cases import track
from yimen.cases.actions import perform
from yimen.cases.models import Material
from yimen.lib import time
from yimen.lib.crypto import unseal
from yimen.lib.masking import mask_name
from yimen.notices.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(cast, monday):
    return monday


def code_of(d) -> str:
    return unseal(d.case.enquiry_code, about=f"case:{d.case.number}")


def test_number_and_code_open_the_case_without_personal_data() -> None:
    for name, d in in_every_stage().items():
        for number in (d.case.number, d.case.enquiry_no):
            page = client(None).post("/track/", {"number": number, "code": code_of(d)})
            assert page.status_code == 200, name
            assert d.content.name.zh in said(page)
            assert party("resident").name not in said(page)
            assert code_of(d) not in page.content.decode()


def test_a_number_is_found_however_a_telephone_writes_it() -> None:
    d = hand_in(LOW_INCOME)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    number = f"{d.case.enquiry_no[:4]} {d.case.enquiry_no[4:]}".translate(wide)
    typed = {"number": number, "code": f" {code_of(d)[:3]} {code_of(d)[3:]}".translate(wide)}
    assert client(None).post("/track/", typed).status_code == 200


def test_the_page_says_who_worked_where_to_collect_and_whom_to_call() -> None:
    d = decided(hand_in("civil-affairs-018", applicant=party("resident")))
    perform(d.case.number, "deliver", by=SYSTEM, way="counter")
    page = said(get("resident", f"/my/cases/{d.case.number}/"))
    assert f"到{d.case.centre.name}领取" in page and d.case.centre.phone in page
    assert party("resident").name in page
    perform(d.case.number, "deliver", by=SYSTEM, way="courier", parcel="SF123")
    assert "快递单号 SF123" in said(get("resident", f"/my/cases/{d.case.number}/"))


def test_an_empty_verification_says_so() -> None:
    assert "请填写" not in said(client(None).get("/verify/"))
    empty = client(None).get("/verify/?code=")
    assert empty.status_code == 422 and "请填写" in said(empty)


def test_the_qr_fills_in_the_number_only() -> None:
    page = client(None).get("/track/?number=12345678&code=604218").content.decode()
    assert 'value="12345678"' in page
    assert 'value="604218"' not in page


def test_wrong_number_and_wrong_code_read_the_same_and_are_slowed() -> None:
    d = hand_in(LOW_INCOME)
    browser = client(None)
    one = browser.post("/track/", {"number": d.case.number, "code": "000000"})
    other = browser.post("/track/", {"number": "99999999", "code": "000000"})
    assert one.status_code == other.status_code == 404
    assert "没有查到" in said(one) and "没有查到" in said(other)
    for _ in range(track.FAILURES_A_MINUTE):
        browser.post("/track/", {"number": d.case.number, "code": "000000"})
    slowed = browser.post("/track/", {"number": d.case.number, "code": code_of(d)})
    assert slowed.status_code == 429
    assert slowed["Retry-After"] == "60"
    assert "请在 09:01:00 以后再试" in said(slowed)
    with time.at(MONDAY + timedelta(minutes=2)):
        assert (
            browser.post("/track/", {"number": d.case.number, "code": code_of(d)}).status_code
            == 200
        )


def test_my_cases_are_mine_only() -> None:
    d = hand_in(LOW_INCOME, applicant=party("resident"))
    assert d.case.number in said(get("resident", "/my/cases/"))
    assert d.case.number not in said(get("resident2", "/my/cases/"))
    assert get("resident", f"/my/cases/{d.case.number}/").status_code == 200
    for stranger in ("resident2", "clerk", "director"):
        assert get(stranger, f"/my/cases/{d.case.number}/").status_code == 404, stranger


def test_who_handed_in_for_somebody_follows_too() -> None:
    d = hand_in(
        LOW_INCOME, applicant=party("mother"), presenter=party("resident"), capacity="agent"
    )
    assert f"代 {party('mother').name} 办" in said(get("resident", "/my/cases/"))
    assert get("resident", f"/my/cases/{d.case.number}/").status_code == 200


def test_a_resident_withdraws_with_a_question_first() -> None:
    d = lawful(hand_in(LOW_INCOME, applicant=party("resident")))
    browser, address = client("resident"), f"/my/cases/{d.case.number}/withdraw/"
    assert "这个办件就结束了" in said(browser.get(address))
    assert reload(d).case.stage == "handling"
    assert browser.post(address).status_code == 302
    assert reload(d).case.ending == "withdrawn"
    assert browser.post(address).status_code == 409


def test_a_resident_brings_what_is_missing_online() -> None:
    d = hand_in(LOW_INCOME, missing=True, applicant=party("resident"))
    code = d.missing()[0].code
    browser, address = client("resident"), f"/my/cases/{d.case.number}/supplied/"
    bare = browser.post(address, {"materials": [code]})
    assert "请上传这份材料的照片或扫描件" in said(bare)
    assert reload(d).missing()
    scan = SimpleUploadedFile("证明.pdf", PDF, "application/pdf")
    assert browser.post(address, {"materials": [code], f"scan_{code}": scan}).status_code == 302
    row = Material.objects.get(case=d.case, code=code)
    assert (row.status, row.given) == ("given", "electronic")
    assert browser.get(f"/my/cases/{d.case.number}/files/{row.file_id}/").content == PDF
    assert get("resident2", f"/my/cases/{d.case.number}/files/{row.file_id}/").status_code == 404


def test_receipt_of_the_result_and_whether_it_helped_are_said_by_the_applicant() -> None:
    d = decided(hand_in("civil-affairs-018", applicant=party("resident")))
    perform(d.case.number, "deliver", by=SYSTEM)
    browser, base = client("resident"), f"/my/cases/{d.case.number}/"
    assert 'data-act="confirm"' in browser.get(base).content.decode()
    assert browser.post(base + "confirm/").status_code == 302
    page = browser.get(base).content.decode()
    assert 'data-act="solved"' in page and 'data-act="withdraw"' not in page
    assert browser.post(base + "solved/", {"answer": "partly"}).status_code == 302
    assert reload(d).case.solved == "partly"
    told = Message.objects.filter(template="case.unsolved", to_body=d.case.lead_id)
    assert told.exists(), "finished is not solved: the office hears of it"
    assert "部分解决" in said(get("clerk", f"/desk/cases/{d.case.number}/"))


def test_a_result_document_is_checked_without_personal_data() -> None:
    d = decided(hand_in(version=licence(), applicant=party("resident")))
    code = d.valid_result.code
    page = said(get(None, f"/verify/?code={code.lower()}"))
    assert "现在有效" in page and mask_name(party("resident").name) in page
    assert party("resident").name not in page
    wrong = get(None, f"/verify/?code={code[:-1]}{'A' if code[-1] != 'A' else 'B'}")
    assert wrong.status_code == 404 and "查不到" in said(wrong)
    perform(d.case.number, "correct", by=SYSTEM, reason="姓名有误")
    assert "已经更正" in said(get(None, f"/verify/?code={code}"))


def test_an_expired_document_says_so() -> None:
    d = decided(hand_in(version=licence()))
    last = d.valid_result.valid_until
    with time.at(time.now().replace(year=last.year, month=last.month, day=last.day)):
        assert "现在有效" in said(get(None, f"/verify/?code={d.valid_result.code}"))
    with time.at(
        time.now().replace(year=last.year, month=last.month, day=last.day) + timedelta(days=1)
    ):
        assert "已经过了有效期" in said(get(None, f"/verify/?code={d.valid_result.code}"))


def test_checking_is_slowed() -> None:
    browser = client(None)
    answers = {browser.get("/verify/?code=K7QM42PX9TRD").status_code for _ in range(21)}
    assert answers == {404, 429}


def test_the_auditor_sees_every_act_with_power_and_the_whole_chain() -> None:
    d = decided(hand_in("civil-affairs-018"))
    page = said(get("auditor", f"/desk/cases/{d.case.number}/ledger/"))
    assert "链条完整" in page
    for word in ("收件", "受理", "作出决定", "decide", bytes(reload(d).case.hash).hex()):
        assert word in page, word
    data = get("auditor", f"/desk/cases/{d.case.number}/ledger.json").json()
    assert data["intact"] is True
    assert [e["seq"] for e in data["entries"]] == list(range(1, reload(d).case.seq + 1))


def test_a_column_changed_behind_the_record_is_found() -> None:
    d = lawful(hand_in(LOW_INCOME))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_case SET round = 2 WHERE number = %s", [d.case.number])
    page = said(get("auditor", f"/desk/cases/{d.case.number}/ledger/"))
    assert "办件现在的内容与记录不一致" in page
    assert "链条完整" not in page


def test_who_acted_and_by_which_seat_is_on_the_page() -> None:
    d = hand_in(LOW_INCOME)
    client("clerk").post(f"/desk/cases/{d.case.number}/accept/", {"version": d.case.version})
    client("clerk2").post(f"/desk/cases/{d.case.number}/accept/", {"version": d.case.version})
    acted = "clerk" if reload(d).case.stage == "handling" else ""
    assert acted
    page = said(get("auditor", f"/desk/cases/{d.case.number}/ledger/"))
    assert "综合窗口" in page and party("clerk").name in page
