"""Several matters as one form: what is shared, what is not, what is missing."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict

from tests.cases.world import catalogue
from yimen.intake import questions
from yimen.intake.answers import clean
from yimen.matters.content import Content, parse


def content(code: str, **changes: Any) -> Content:
    return parse(catalogue()[code] | changes)


def check(one: Content, facts: dict[str, Any]) -> None:
    clean(one.fields, facts)


FIELD = {"key": "kin", "label": {"zh": "与逝者关系", "en": "Kin"}, "type": "text", "required": True}
LONG = {
    "key": "remark",
    "label": {"zh": "说明", "en": "Remark"},
    "type": "longtext",
    "required": False,
}
TABLE = {
    "key": "family", "label": {"zh": "家人", "en": "Family"}, "type": "table", "required": True,
    "columns": [
        {"key": "name", "label": {"zh": "姓名", "en": "Name"}, "type": "text", "required": True},
        {"key": "income", "label": {"zh": "收入", "en": "Income"}, "type": "money", "required": False},
    ],
}  # fmt: skip


def two(*fields: dict[str, Any], other: tuple[dict[str, Any], ...] | None = None) -> list[Content]:
    one = content("social-card-006", fields=list(fields))
    return [one, content("civil-affairs-012", fields=list(other if other is not None else fields))]


def test_the_same_question_is_asked_once_and_answered_for_both() -> None:
    contents = two(FIELD)
    asked = questions.merge(contents)
    assert [(q.slot, len(q.matters)) for q in asked] == [("kin", 2)]
    for one in contents:
        assert questions.facts_for(asked, one.code, {"kin": "子女"}) == {"kin": "子女"}


def test_the_same_key_with_other_words_is_another_question() -> None:
    other = FIELD | {"label": {"zh": "与申请人关系", "en": "Kin"}}
    contents = two(FIELD, other=(other,))
    asked = questions.merge(contents)
    assert [q.slot for q in asked] == ["kin", "civil-affairs-012--kin"]
    typed = {"kin": "子女", "civil-affairs-012--kin": "配偶"}
    assert questions.facts_for(asked, "civil-affairs-012", typed) == {"kin": "配偶"}


def test_free_remarks_stay_with_their_department() -> None:
    asked = questions.merge(two(LONG))
    assert [q.slot for q in asked] == ["social-card-006--remark", "civil-affairs-012--remark"]


def test_a_table_keeps_its_rows_and_names_the_wrong_cell() -> None:
    contents = two(TABLE)
    asked = questions.merge(contents)
    post = QueryDict(
        "f-family-rows=3&f-family-0-name=A&f-family-0-income=12&f-family-1-name=&f-family-1-income="
        "&f-family-2-name=B&f-family-2-income=x"
    )
    typed = questions.read(asked, post, {})
    assert typed["family"] == [{"name": "A", "income": "12"}, {"name": "B", "income": "x"}]
    wrong = questions.problems(asked, contents, typed, check)
    assert list(wrong) == ["f-family-1-income"]


def test_a_question_that_hangs_on_another_is_missing_only_when_asked() -> None:
    yes_no = FIELD | {"key": "has", "type": "yes_no", "label": {"zh": "有卡", "en": "Card"}}
    hanging = FIELD | {"key": "bank", "only_if": {"field": "has", "equals": False}}
    contents = two(yes_no, hanging)
    asked = questions.merge(contents)
    assert [q.only_slot for q in asked] == ["", "has"]

    def open_after(answer: str) -> list[str]:
        typed = questions.read(asked, QueryDict(f"f-has={answer}"), {})
        return [q.slot for q in questions.unanswered(asked, contents, typed)]

    assert open_after("") == ["has"]
    assert open_after("yes") == []
    assert open_after("no") == ["bank"]
