"""Documents of a case: only where they apply, with the dates of the record, readable by a scanner."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cases.browsing import (
    LOW_INCOME,
    MONDAY,
    client,
    decided,
    get,
    in_every_stage,
    lawful,
    reload,
)
from tests.cases.test_clock import licence
from tests.cases.world import SYSTEM, hand_in
from tests.cast import party
from tests.printing import pictures
from tests.printing.pictures import codes, pages
from yimen.cases import printing
from yimen.cases.actions import perform
from yimen.lib import time
from yimen.lib.crypto import unseal
from yimen.lib.numbering import pretty_code

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def world(cast, monday):
    return monday


def printed(d, name: str, who: str = "clerk", lang: str = "zh-hans") -> bytes:
    answer = get(who, f"/desk/cases/{d.case.number}/print/{name}.pdf?lang={lang}")
    assert answer.status_code == 200, answer.content[-400:]
    assert answer["Content-Type"] == "application/pdf"
    return answer.content


def text(pdf: bytes) -> str:
    """What stands on the paper; the setter's own spaces between signs do not count."""
    return pictures.text(pdf).replace(" ", "")


def scanned(pdf: bytes) -> set[str]:
    return {one for page in pages(pdf) for found in codes(page).values() for one in found}


def test_the_receipt_has_the_days_promised_at_receipt_and_its_codes_can_be_scanned() -> None:
    d = hand_in(version=licence())
    first = text(printed(d, "receipt"))
    for day in ("2026年3月2日", "2026年3月9日", "2026年3月16日", "2026年3月30日"):
        assert day in first, day
    read = scanned(printed(d, "receipt"))
    assert d.case.number in read
    assert f"http://localhost:8000/track/?number={d.case.enquiry_no}" in read
    secret = unseal(d.case.enquiry_code, about=f"case:{d.case.number}")
    assert secret in first
    assert not any(secret in one for one in read)
    with time.at(MONDAY + timedelta(days=3)):
        lawful(d)
        again = text(printed(d, "receipt"))
    assert "2026年3月16日" in again and "2026年3月19日" not in again


def test_the_enquiry_code_is_printed_only_where_it_is_handed_out() -> None:
    d = lawful(hand_in(LOW_INCOME))
    secret = unseal(d.case.enquiry_code, about=f"case:{d.case.number}")
    assert secret in text(printed(d, "acceptance", "clerk"))
    assert secret not in text(printed(d, "acceptance", "officer"))


def test_receipt_and_acceptance_are_two_documents_with_two_dates() -> None:
    d = hand_in(version=licence())
    assert get("clerk", f"/desk/cases/{d.case.number}/print/acceptance.pdf").status_code == 409
    with time.at(MONDAY + timedelta(days=2)):
        perform(d.case.number, "accept", by=SYSTEM)
        said = text(printed(d, "acceptance"))
    assert "2026年3月2日" in said and "2026年3月4日" in said
    assert "2026年3月18日" in said and "2026年4月1日" in said


def test_not_accepted_states_reason_direction_and_remedies() -> None:
    d = in_every_stage()["not_accepted"]
    said = text(printed(d, "not-accepted"))
    for part in (
        "户籍不在本街道",
        "请到户籍所在街道的服务中心办理",
        "行政复议",
        "六十日",
        "示例区人民政府",
    ):
        assert part in said, part


def test_the_supplement_notice_lists_everything_asked_with_the_last_day() -> None:
    d = hand_in(LOW_INCOME, missing=True)
    said = text(printed(d, "supplement"))
    for row in d.missing():
        assert d.content.material(row.code).name.zh[:6] in said
    assert "2026年3月23日" in said


def test_extension_and_hold_have_old_and_new_days_and_article() -> None:
    d = lawful(hand_in(version=licence()))
    perform(d.case.number, "extend", by=SYSTEM, reason="需向外省市核实。")
    said = text(printed(d, "extension", "officer"))
    assert "2026年3月16日" in said and "2026年3月30日" in said and "需向外省市核实" in said
    perform(d.case.number, "hold", by=SYSTEM, sort="hearing", reason="申请人要求听证。")
    said = text(printed(d, "hold", "officer"))
    assert "申请人要求听证" in said and "第45条" in said and "20个工作日" in said


def test_a_result_is_checked_by_its_code_and_gone_when_revoked() -> None:
    d = decided(hand_in(version=licence()))
    code = pretty_code(d.valid_result.code)
    pdf = printed(d, "result", "officer")
    assert f"http://localhost:8000/verify/?code={code}" in scanned(pdf)
    assert code in text(pdf)
    perform(d.case.number, "revoke", by=SYSTEM, reason="材料有假")
    assert get("officer", f"/desk/cases/{d.case.number}/print/result.pdf").status_code == 409


def test_a_refusal_has_reasons_and_remedies_and_no_result() -> None:
    d = decided(hand_in(version=licence()), "refused", "家庭收入超过标准。")
    said = text(printed(d, "decision", "officer"))
    assert "家庭收入超过标准" in said and "行政诉讼" in said
    assert get("officer", f"/desk/cases/{d.case.number}/print/result.pdf").status_code == 409


def test_every_document_that_applies_prints_in_both_languages() -> None:
    for name, d in in_every_stage().items():
        for offered in printing.offered(d, staff=True):
            for lang in ("zh-hans", "en"):
                assert printed(d, offered["name"], "clerk", lang)[:4] == b"%PDF", (name, offered)


def test_what_does_not_exist_is_not_found() -> None:
    d = hand_in(LOW_INCOME)
    assert get("clerk", f"/desk/cases/{d.case.number}/print/nothing.pdf").status_code == 404


def test_the_applicant_downloads_the_own_documents_and_nobody_elses() -> None:
    d = reload(lawful(hand_in(LOW_INCOME, applicant=party("resident"))))
    path = f"/my/cases/{d.case.number}/print/"
    assert client("resident").get(path + "acceptance.pdf").status_code == 200
    assert client("resident").get(path + "case-sheet.pdf").status_code == 404
    assert client("resident2").get(path + "acceptance.pdf").status_code == 404
    assert client(None).get(path + "acceptance.pdf").status_code == 302


def test_no_document_bears_a_number_in_full() -> None:
    d = lawful(hand_in(LOW_INCOME))
    for offered in printing.offered(reload(d), staff=True):
        said = text(printed(d, offered["name"]))
        assert "310199198605204281" not in said, offered["name"]
        assert "19900000029" not in said, offered["name"]
