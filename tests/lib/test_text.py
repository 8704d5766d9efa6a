"""One form for what people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.lib import text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 张　三 ", "张三"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽 ・ 买买提", "阿依古丽·买买提"),
        ("ＪＯＨＮ　Ｓｍｉｔｈ", "JOHN Smith"),
        ("王\u200b五", "王五"),
        ("𬭎 㛃", "𬭎㛃"),
        ("\ufa0e", "\ufa0e"),
    ],
)
def test_names_keep_their_characters(typed: str, kept: str) -> None:
    assert text.person_name(typed) == kept


def test_codes_and_search() -> None:
    assert text.code(" 3101－9900 101—a ") == "31019900101A"
    assert text.search_key("ＡＢＣ　Ｄef") == text.search_key("abc def")


@given(st.text())
def test_a_second_time_changes_nothing(typed: str) -> None:
    for form in (text.squeeze, text.person_name, text.code, text.search_key):
        assert form(form(typed)) == form(typed)
