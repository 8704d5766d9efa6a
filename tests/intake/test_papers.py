"""Several matters as one list of papers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.world import catalogue
from yimen.intake import papers
from yimen.matters.content import Content, parse

ID = {
    "code": "id", "name": {"zh": "身份证", "en": "ID"}, "essential": True, "original": True,
    "copies": 0, "electronic": True, "may_follow": False, "held_by": "",
}  # fmt: skip
PHOTO = ID | {"code": "photo", "essential": False, "may_follow": True}


def matter(code: str, *materials: dict[str, Any]) -> Content:
    return parse(catalogue()[code] | {"materials": list(materials)})


def test_a_shared_paper_is_one_line_and_the_strictest_matter_counts() -> None:
    loose = ID | {"essential": False, "may_follow": True, "copies": 2}
    lines = papers.merge([matter("social-card-006", loose), matter("civil-affairs-012", ID)])
    assert len(lines) == 1
    assert lines[0].essential and not lines[0].may_follow and lines[0].copies == 2
    assert lines[0].matters == ("social-card-006", "civil-affairs-012")


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        (ID, ""),
        (PHOTO, "l"),
        (ID | {"held_by": "public-security"}, "h"),
        (PHOTO | {"may_follow": False}, "-"),
    ],
)
def test_what_stands_on_a_line_before_anybody_touched_it(paper: Any, expected: str) -> None:
    assert papers.preset(papers.merge([matter("social-card-006", paper)])[0]) == expected


def test_every_key_means_one_way_of_giving() -> None:
    lines = papers.merge([matter("social-card-006", ID, PHOTO)])
    for key, given in (
        ("o", "original"),
        ("k", "original"),
        ("c", "copy"),
        ("e", "electronic"),
        ("-", ""),
    ):
        made = papers.given(lines, "social-card-006", {"id": {"key": key}}, {})
        assert made[0].given == given
    assert papers.lacking(lines, {"id": {"key": "-"}}) == [lines[0]]
    assert papers.lacking(lines, {"id": {"key": "c"}}) == []


def test_a_promise_carries_its_day_and_a_scan_its_file() -> None:
    lines = papers.merge([matter("social-card-006", ID, PHOTO)])
    file = "01a209f0-e366-7a7f-abfb-4046df16f958"
    typed = {"id": {"key": "e"}, "photo": {"key": "l", "promised": "2026-12-01"}}
    made = papers.given(lines, "social-card-006", typed, {"id": file})
    assert str(made[0].file) == file
    assert str(made[1].promised_on) == "2026-12-01" and made[1].given == "later"


def test_only_what_stays_is_registered() -> None:
    form = ID | {"code": "form", "blank_form": "form-x"}
    copy, kept = ID | {"code": "copy"}, ID | {"code": "kept"}
    lines = papers.merge([matter("social-card-006", ID, form, copy, kept)])
    typed = {"id": {"key": "o"}, "form": {"key": "o"}, "copy": {"key": "c"}, "kept": {"key": "k"}}
    stays = {line.code: key for line, key in papers.to_register(lines, typed)}
    assert stays == {"form": "o", "copy": "c", "kept": "k"}
