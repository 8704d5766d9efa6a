from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.matters.conftest import DATA, matter_json
from yimen.lib.errors import Invalid
from yimen.lib.spans import Span, Unit
from yimen.matters import content, loaders

FILES = sorted((DATA / "matters").glob("[a-z]*.json"))


def broken(code: str, **changes: Any) -> set[str]:
    """The paths that are wrong after some changes to a good matter."""
    data = matter_json(code) | changes
    return {error.field for error in content.problems(data)}


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_every_shipped_matter_reads_and_comes_back_the_same(path: Any) -> None:
    found = content.parse(loaders.read(path))
    assert found.code == path.stem
    assert content.parse(found.to_json()) == found
    assert found.name.en and found.department.en and found.category.en and found.audience.en
    assert found.sample, "the shipped catalogue must say that it is a sample"


def test_the_catalogue_holds_what_was_asked_of_it() -> None:
    every = [content.parse(loaders.read(path)) for path in FILES]
    assert len(every) >= 191
    rich = [c for c in every if c.faq and c.fields and len(c.conditions) >= 1 and c.steps]
    assert len(rich) >= 28
    assert {c.mode for c in every} == {"direct", "collect", "local"}
    assert {"01", "05", "07", "20"} <= {c.item_type for c in every}
    assert {e for c in every for e in c.life_events} == {"birth", "death", "retirement"}
    assert any("home" in c.delivery for c in every)
    sorts = {t.sort for c in every for s in c.stages for t in s.tasks}
    assert {"review", "visit", "check", "posting"} <= sorts
    joint = next(c for c in every if c.terms.joint)
    assert len({t.field for t in joint.stages[0].tasks}) == 3
    assert joint.terms.statutory == Span(45, Unit.WORKING_DAYS)
    assert joint.terms.extension == Span(15, Unit.WORKING_DAYS)
    assert joint.terms.deemed and joint.item_type == "01"


def test_one_code_means_one_paper_everywhere() -> None:
    """A shared code with two names would be scanned once for two different papers."""
    names: dict[str, set[str]] = {}
    for path in FILES:
        for paper in content.parse(loaders.read(path)).materials:
            names.setdefault(paper.code, set()).add(paper.name.zh)
    common = {code for code, said in names.items() if len(said) > 1}
    assert common <= {"resident-id", "deregistration-proof", "bank-account"}
    assert "resident-id" in names and "household-register" in names


def test_the_group_filing_keeps_no_more_than_it_may() -> None:
    filing = content.parse(matter_json("groups-001"))
    assert filing.kind == "group_filing"
    assert [s.tasks[0].body for s in filing.stages] == ["bo-groups", "leading-group-office"]
    roster = filing.question("roster")
    assert roster is not None
    columns = {column.key for column in roster.columns}
    assert "emergency_contact" in columns and not columns & {"id_number", "address", "party_member"}
    assert filing.result.valid == content.Validity(1, "years")
    assert filing.result.renew_from_days == 30


def test_all_mistakes_are_told_at_once_with_their_places() -> None:
    data = matter_json("civil-affairs-001")
    data["mode"] = "anywhere"
    data["materials"][0]["name"] = {"zh": "申请表"}
    data["terms"]["promised"] = {"n": "twenty", "unit": "working_days"}
    data["nmae"] = 1
    with pytest.raises(Invalid) as caught:
        content.parse(data)
    fields = {error.field for error in caught.value.errors}
    assert fields == {"mode", "materials.0.name.en", "terms.promised.n", "nmae"}
    assert all(error.message and error.remedy for error in caught.value.errors)


@pytest.mark.parametrize(
    ("code", "changes", "path"),
    [
        ("civil-affairs-001", {"valid_to": "2025-01-01"}, "valid_to"),
        ("civil-affairs-001", {"procedure": []}, "procedure"),
        ("civil-affairs-001", {"lead": {}}, "lead"),
        ("civil-affairs-001", {"visits": 1}, "visit_reason"),
        ("employment-001", {"visits": 0, "delivery": ["counter"]}, "visits"),
        ("social-card-006", {"result": {"name": {"zh": "敬老证", "en": "Card"}, "sort": "record"}},
         "result.sort"),
    ],
)  # fmt: skip
def test_a_matter_that_contradicts_itself_is_refused(
    code: str, changes: dict[str, Any], path: str
) -> None:
    assert path in broken(code, **changes)


def test_terms_keep_to_the_law() -> None:
    terms = matter_json("civil-affairs-001")["terms"]
    assert broken("civil-affairs-001", terms=terms | {"deemed": True}) == {"terms.deemed"}
    late = terms | {"promised": {"n": 31, "unit": "working_days"}}
    assert broken("civil-affairs-001", terms=late) == {"terms.promised"}
    joint = copy.deepcopy(matter_json("business-registration-006")["terms"])
    joint["statutory"]["n"], joint["extension"]["n"] = 46, 16
    found = broken("business-registration-006", terms=joint)
    assert found == {"terms.statutory", "terms.extension"}


def test_a_conditional_question_must_follow_what_it_depends_on() -> None:
    fields = matter_json("disability-012")["fields"]
    assert not broken("disability-012", fields=fields)
    assert broken("disability-012", fields=fields[::-1]) == {"fields.2.only_if.field"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(st.sampled_from(sorted(matter_json("civil-affairs-001"))), JSON)
def test_whatever_stands_in_a_place_is_refused_with_a_sentence_or_read(key: str, junk: Any) -> None:
    """No content, however broken, ends in anything but a list of sentences."""
    for error in content.problems(matter_json("civil-affairs-001") | {key: junk}):
        assert error.field and error.message


@given(JSON)
def test_no_json_at_all_breaks_the_reader(junk: Any) -> None:
    content.problems(junk)
