from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.matters import lexicon, phrases


@given(st.text(max_size=80))
def test_no_question_breaks_the_words(text: str) -> None:
    lexicon.known_words(text, {"户口": 1})
    assert lexicon.squeeze(text) == lexicon.squeeze(lexicon.squeeze(text))
    assert all(word in text.lower() for word in lexicon.spoken(text, ["户口"]))


def test_words_of_the_catalogue_and_of_a_question_meet() -> None:
    bag = lexicon.weighed([("社会保障卡申领", 3.0), ("Social security card", 3.0)])
    assert {"社会", "保障", "申领"} <= set(bag)
    assert lexicon.known_words("怎么申领社会保障卡", bag)
    assert "card" in lexicon.known_words("where are my cards", bag)


@pytest.mark.parametrize(
    ("word", "root"), [("benefits", "benefit"), ("companies", "company"), ("class", "class"),
                       ("registered", "register"), ("baby's", "baby"), ("bus", "bus")],
)  # fmt: skip
def test_english_words_lose_their_endings(word: str, root: str) -> None:
    assert lexicon.stem(word) == root


def test_initials_of_a_name() -> None:
    assert lexicon.initials("敬老卡") == "jlk"


@pytest.mark.parametrize(
    ("article", "number"), [("第四十二条", 42), ("第十条", 10), ("第一百零五条", 105),
                            ("第三条", 3), ("", 0), ("附则", 0)],
)  # fmt: skip
def test_articles_become_numbers(article: str, number: int) -> None:
    assert phrases.article_number(article) == number


def test_a_slip_that_sounds_the_same_is_heard() -> None:
    groups = [("老人卡", "敬老卡"), ("公积金", "住房公积金")]
    assert lexicon.expanded([], groups, "老人咔怎么办") == ["老人卡", "敬老卡"]
    assert lexicon.expanded([], groups, "提取公鸡金") == ["公积金", "住房公积金"]
    assert lexicon.expanded([], groups, "老人看病") == []
