from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.people import rules

DAY = date(2026, 11, 23)
days = st.dates(date(2020, 1, 1), date(2032, 12, 31))


@dataclass
class Held:
    valid_from: date = date(2026, 1, 1)
    valid_until: date | None = date(2026, 12, 31)
    scope: list[str] = field(default_factory=lambda: ["all"])
    revoked_at: object = None


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("单田芳", "shan tian fang"),
        ("查若男", "zha ruo nan"),
        ("曾　乐 山", "zeng le shan"),
        ("尉迟恭", "yu chi gong"),
        ("欧阳明月", "ou yang ming yue"),
        ("Anna  Sample", "anna sample"),
        ("简单", "jian dan"),
    ],
)
def test_names_are_sorted_as_they_are_spoken(name: str, key: str) -> None:
    assert rules.name_key(name) == key


def test_a_firm_has_no_surname() -> None:
    assert rules.name_key("单县商行", person=False).startswith("shan xian") is False


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("199-0000-0001", "19900000001"),
        ("+86 199 0000 0001", "19900000001"),
        ("１９９００００００01", "19900000001"),
        ("6000 0101", "02160000101"),
        ("(021)60000101", "02160000101"),
        ("+4420794600", "+4420794600"),
        ("", ""),
    ],
)
def test_telephone_numbers_have_one_form(typed: str, kept: str) -> None:
    assert rules.phone(typed) == kept


@pytest.mark.parametrize("typed", ["1234", "12900000000", "abc", "1990000000", "199000000012"])
def test_what_cannot_be_called_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        rules.phone(typed)


def test_documents_of_every_kind_are_judged() -> None:
    def codes(*args: str) -> list[str]:
        return [f.code for f in rules.check_document(*args, DAY).problems]  # type: ignore[call-arg]

    assert codes("person", "resident_id", "11010519491231002X") == []
    assert codes("person", "resident_id", "110105194912310021") == ["check"]
    assert codes("person", "resident_id", "") == ["empty"]
    assert codes("person", "uscc", "9144030071526726XG") == ["sort"]
    assert codes("organisation", "uscc", "9144030071526726XG") == []
    assert codes("organisation", "passport", "E12345678") == ["sort"]
    assert codes("person", "foreign_permanent", "ABC310199001010") == []
    assert codes("person", "other", "") == []


def test_an_unknown_area_warns_and_does_not_block() -> None:
    verdict = rules.check_document("person", "resident_id", "310199198605204289", DAY)
    assert [w.code for w in verdict.warnings] == ["area"]


@given(days, st.integers(0, 900), days)
def test_a_mandate_covers_exactly_its_days(first: date, length: int, day: date) -> None:
    last = first + timedelta(days=length)
    assert rules.covers(Held(first, last), "x", day) == (first <= day <= last)
    assert rules.covers(Held(first, None), "x", day) == (first <= day)


@given(days)
def test_a_revoked_mandate_covers_nothing(day: date) -> None:
    assert not rules.covers(Held(date.min, None, revoked_at=DAY), "x", day)


def test_a_mandate_covers_only_its_matters() -> None:
    held = Held(scope=["civil-affairs-012"])
    assert rules.covers(held, "civil-affairs-012", DAY)
    assert not rules.covers(held, "civil-affairs-013", DAY)
    assert rules.covers(replace(held, scope=["all"]), "civil-affairs-013", DAY)


@pytest.mark.parametrize(
    ("typed", "number"),
    [("310199198605204289", True), ("19900000001", True), ("P0000199", True), ("林晓棠", False),
     ("lin xiao", False), ("王1", False)],
)  # fmt: skip
def test_numbers_and_names_are_told_apart(typed: str, number: bool) -> None:
    assert rules.looks_like_number(typed) is number
