from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.matters.conftest import DATA
from yimen.matters import actions, meaning, search
from yimen.matters.models import FailedQuery

QUESTIONS = json.loads((DATA / "search" / "questions.json").read_text(encoding="utf-8"))
pytestmark = pytest.mark.django_db
needs_model = pytest.mark.skipif(not meaning.available(), reason="extra `semantic` not installed")


@pytest.fixture(autouse=True)
def _catalogue(catalogue_once: None, db: None) -> Iterator[None]:
    yield


def shares(part: str) -> tuple[float, float]:
    """How often the right matter is first, and among the first five."""
    first = five = 0
    for one in QUESTIONS[part]:
        codes = [hit.code for hit in search.search(one["q"], one["lang"], limit=5)]
        first += bool(codes) and codes[0] in one["right"]
        five += any(code in one["right"] for code in codes)
    return first / len(QUESTIONS[part]), five / len(QUESTIONS[part])


@needs_model
def test_sixty_everyday_questions_find_their_matter() -> None:
    assert len(QUESTIONS["tuned"]) == 60
    first, five = shares("tuned")
    assert first >= 0.65 and five >= 0.80, (first, five)


@needs_model
def test_questions_that_were_never_tuned_for_do_as_well() -> None:
    assert len(QUESTIONS["held_out"]) == 20
    first, five = shares("held_out")
    assert first >= 0.65 and five >= 0.80, (first, five)


def test_search_works_without_the_model(settings: Any) -> None:
    settings.YIMEN_SEARCH_MEANING = False
    first, five = shares("tuned")
    assert first >= 0.60 and five >= 0.75, (first, five)


@pytest.mark.parametrize(
    ("text", "lang", "code"),
    [
        ("老人卡", "zh-hans", "social-card-006"),
        ("孩子上户口", "zh-hans", "household-registration-001"),
        ("公司倒闭了没收入", "zh-hans", "employment-013"),
        ("my newborn's health insurance", "en", "medical-insurance-003"),
        ("最低生活保障申请", "zh-hans", "civil-affairs-001"),
        ("zdshbzsq", "zh-hans", "civil-affairs-001"),
        ("groups-001", "zh-hans", "groups-001"),
    ],
)
def test_names_initials_codes_and_plain_words(text: str, lang: str, code: str) -> None:
    best = search.search(text, lang)[0]
    assert best.code == code
    assert best.why and 0 < best.score <= 1
    assert best.name.isascii() == (lang == "en")


@pytest.mark.parametrize(("text", "key"), [("护照", "passport"), ("离婚", "marriage"),
                                           ("driving licence", "driving"), ("驾照换证", "driving"),
                                           ("how do i get married", "marriage"), ("垃圾没人收", "hotline")])  # fmt: skip
def test_what_is_done_elsewhere_is_answered_with_where_to_go(text: str, key: str) -> None:
    best = search.search(text, "zh-hans")[0]
    assert (best.sort, best.code) == ("elsewhere", key)
    assert best.department and best.text


def test_a_search_takes_less_than_a_third_of_a_second() -> None:
    search.warm()
    taken = []
    for one in QUESTIONS["tuned"][:20]:
        begun = time.perf_counter()
        search.search(one["q"], one["lang"])
        taken.append(time.perf_counter() - begun)
    assert statistics.median(taken) < 0.3


def test_a_new_synonym_counts_at_once() -> None:
    from yimen.lib.actor import system
    from yimen.lib.time import now

    before = [hit.code for hit in search.search("铁饭碗证", limit=3)]
    assert "social-card-006" not in before[:1]
    actions.add_synonym(["铁饭碗证", "敬老卡"], by=system(), at=now())
    assert "social-card-006" in [hit.code for hit in search.search("铁饭碗证", limit=3)]


def test_a_failed_question_is_counted_without_names_or_numbers() -> None:
    from yimen.lib.time import today

    for _time in range(2):
        actions.count_failed("王建国310199199001010028想修飞船", on=today())
    row = FailedQuery.objects.get()
    assert row.count == 2
    assert "王建国" not in row.text and not any(sign.isdigit() for sign in row.text)
    assert "飞船" in row.text
