"""Message texts are data: every template is whole in both languages and tells no secrets."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yimen.config.logs import scrub
from yimen.lib.time import ZONE
from yimen.notices import links, wording
from yimen.notices.wording import WordingError, check, fill, read

SAMPLE = {
    "code": "31019900101202611230000137",
    "count": 3,
    "link": "rate/i/k3m9x2ab4c",
    "day": date(2026, 11, 24),
    "moment": datetime(2026, 11, 24, 16, 30, tzinfo=ZONE),
    "name": {"zh": "居住证办理", "en": "Residence permit"},
}
ALL = sorted(wording.all_versions().values(), key=lambda w: (w.key, w.version))


@pytest.mark.parametrize("words", ALL, ids=lambda w: f"{w.key}-{w.version}")
def test_every_template_fills_in_both_languages(words: wording.Wording) -> None:
    facts = check(words, {name: SAMPLE[kind] for name, kind in words.facts.items()})
    for lang in ("zh-hans", "en"):
        title, text = fill(words, facts, lang)
        assert title and text and "{" not in title + text
    assert not re.search("[一-鿿]", "".join(fill(words, facts, "en")))


@pytest.mark.parametrize("words", ALL, ids=lambda w: f"{w.key}-{w.version}")
def test_every_template_stands_without_its_optional_facts(words: wording.Wording) -> None:
    facts = check(words, {name: SAMPLE[words.facts[name]] for name in words.needs})
    for lang in ("zh-hans", "en"):
        assert "  " not in fill(words, facts, lang)[1]


def test_every_template_that_the_houses_tell_exists() -> None:
    houses = Path(wording.__file__).parent.parent
    asked = set()
    for source in houses.glob("*/**/*.py"):
        text = source.read_text(encoding="utf-8")
        asked |= set(re.findall(r'tell(?:_\w+)?\(\s*(?:[\w.]+,\s*)?"([a-z]+\.[a-z_]+)"', text))
        asked |= set(re.findall(r'template="([a-z]+\.[a-z_]+)"', text))
    assert asked, "the search found nothing to compare"
    assert asked - set(wording.newest()) == set()


def test_a_link_is_whole_only_for_its_recipient() -> None:
    words = wording.wording("rating.invite")
    facts = check(words, {"link": SAMPLE["link"], "until": SAMPLE["day"]})
    key = links.key_of("rate/i/k3m9x2ab4c")
    assert len(key) == links.LENGTH and links.holds("rate/i/k3m9x2ab4c", key)
    assert not links.holds("rate/i/k3m9x2ab4d", key)
    assert key in fill(words, facts, "en", keys=True)[1]
    assert key not in fill(words, facts, "en")[1]
    assert key not in scrub(f'GET /rate/i/k3m9x2ab4c/{key}/ "200"'), "no log keeps it"


def test_facts_of_another_type_are_refused() -> None:
    words = wording.wording("case.due_changed")
    good = {"number": "310199001", "old": date(2026, 1, 5), "due": date(2026, 1, 6)}
    assert check(words, good)["due"] == "2026-01-06"
    with pytest.raises(WordingError, match="missing"):
        check(words, {"number": "310199001"})
    with pytest.raises(WordingError, match="due is not a day"):
        check(words, {**good, "due": "tomorrow"})


@pytest.mark.parametrize("secret", ["310199199001011234", "31019919900101123X", "13812345678"])
def test_an_identity_or_telephone_number_is_never_a_fact(secret: str) -> None:
    words = wording.wording("case.accepted")
    with pytest.raises(WordingError):
        check(words, {"number": secret})
    with pytest.raises(WordingError):
        check(words, {"number": "310199001", "matter": {"zh": f"张三{secret}", "en": "x"}})


@given(st.text(max_size=60))
def test_free_text_does_not_pass_as_a_code(text: str) -> None:
    words = wording.wording("case.accepted")
    if re.fullmatch(r"[A-Za-z0-9 :/._#-]*", text):
        return
    with pytest.raises(WordingError):
        check(words, {"number": text})


def test_undeclared_slots_and_unknown_types_are_refused() -> None:
    text = {"title": "t", "text": "{number}"}
    raw = {"key": "x.y", "audience": "staff", "zh": text, "en": text}
    with pytest.raises(WordingError, match="undeclared"):
        read(raw)
    with pytest.raises(WordingError, match="types"):
        read({**raw, "facts": {"number": "story"}})


def test_days_are_written_as_people_write_them() -> None:
    words = wording.wording("case.due_changed")
    facts = check(words, {"number": "1", "old": date(2026, 9, 30), "due": SAMPLE["moment"]})
    assert "2026年9月30日" in fill(words, facts, "zh-hans")[1]
    assert "30 September 2026" in fill(words, facts, "en")[1]


def test_an_unknown_template_is_a_defect() -> None:
    with pytest.raises(WordingError, match="no message template"):
        wording.wording("case.nonsense")
