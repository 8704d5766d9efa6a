"""Cutting text into words, for search. Pure but for jieba's dictionary, loaded on first use.

Chinese is cut by jieba and into pairs of characters; English is lowered and stemmed by hand. The
cutter is only needed when a matter is written: a question is looked up in the words that the
catalogue knows (`known_words`), so the first search after a start is fast too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
LATIN = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
LONGEST = 8
PAIR = 0.4  # a pair of characters says less than a word
STOP_ZH = frozenset(
    "的 了 在 是 我 你 他 她 和 与 及 或 等 对 为 以 怎么 怎么办 如何 什么 哪里 办理 办 可以 能 想 要 "  # noqa: SIM905
    "吗 呢 申请 需要 一个 哪些".split()
)
STOP_EN = frozenset(
    "a an the of for to in on at by with and or is are be was were my your our i me we you it its "  # noqa: SIM905
    "do does did how what where when can could get want need have has had from this that as not "
    "no if who someone somebody please about into".split()
)


@cache
def _cutter() -> Any:
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    return jieba


def words(text: str) -> list[str]:
    """The words of a text of the catalogue, with pairs of characters for what jieba cuts apart."""
    found = [stem(w) for w in LATIN.findall(text.lower()) if w not in STOP_EN]
    for run in HAN.findall(text):
        found += [w for w in _cutter().cut_for_search(run) if len(w) > 1 and w not in STOP_ZH]
    return found


def pairs(text: str) -> list[str]:
    """Every two neighbouring Chinese characters."""
    return [run[i : i + 2] for run in HAN.findall(text) for i in range(len(run) - 1)]


def weighed(parts: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Words with their weights: (text, weight of the part it stands in)."""
    total: dict[str, float] = defaultdict(float)
    for text, weight in parts:
        cut = words(text)
        for word in cut:
            total[word] += weight
        for pair in set(pairs(text)) - set(cut):
            if pair not in STOP_ZH:
                total[pair] += weight * PAIR
    return {word: round(weight, 2) for word, weight in total.items()}


def known_words(question: str, vocabulary: Collection[str]) -> list[str]:
    """The words of a question that the catalogue knows, every length, without a dictionary."""
    text = question.lower()
    found = [s for w in LATIN.findall(text) if w not in STOP_EN and (s := stem(w)) in vocabulary]
    for run in HAN.findall(text):
        for start in range(len(run) - 1):
            for end in range(start + 2, min(start + LONGEST, len(run)) + 1):
                if run[start:end] in vocabulary:
                    found.append(run[start:end])
    return found


def stem(word: str) -> str:
    """An English word without the commonest endings; short words stay whole."""
    word = word.removesuffix("'s")
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + instead
            break
    return word.removesuffix("e") if len(word) > 4 else word


def initials(text: str) -> str:
    """The first letters of the pinyin: 敬老卡 -> jlk."""
    from pypinyin import Style, lazy_pinyin

    letters = lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore")
    return "".join(letters).lower()


def squeeze(text: str) -> str:
    """For comparing names: lower case, without spaces and punctuation."""
    return re.sub(r"[\W_]+", "", text.lower())


def harmless(question: str, most: int = 60) -> str:
    """What may be kept of a question: dictionary words, never names of persons or numbers."""
    from jieba import posseg

    _cutter()
    kept = []
    for run in re.findall(r"[\u3400-\u9fff]+|[a-z]+", question.lower()):
        if run.isascii():
            kept.append(run if len(run) > 2 and run not in STOP_EN else "")
        else:
            kept += [p.word for p in posseg.cut(run) if not p.flag.startswith("nr")]
    return " ".join(filter(None, kept))[:most]


def expanded(found: Iterable[str], groups: Iterable[Collection[str]], question: str) -> list[str]:
    """Phrases that mean the same as one in the question, by the list of synonyms."""
    text = squeeze(question)
    there = set(found)
    kept = list(groups)
    heard = sounds(text)  # 老人咔: a slip of the input method sounds the same
    said = [g for g in kept if any(_said(p, text, there) or _heard(p, heard) for p in g)]
    return [p for group in said for p in group if p not in there]


def _heard(phrase: str, heard: tuple[str, ...]) -> bool:
    """Does the question hold characters that sound like this phrase of three or more?"""
    size = len(phrase)
    if size < 3 or size > len(heard) or not HAN.fullmatch(phrase):
        return False
    like = sounds(phrase)
    return any(heard[n : n + size] == like for n in range(len(heard) - size + 1))


@lru_cache(maxsize=4096)
def sounds(text: str) -> tuple[str, ...]:
    """One syllable without tone for each character; other characters as they are."""
    from pypinyin import Style, lazy_pinyin

    return tuple(s for c in text for s in lazy_pinyin(c, style=Style.NORMAL))


def _said(phrase: str, squeezed: str, there: Collection[str]) -> bool:
    if phrase.isascii():
        return all(stem(w) in there or w in STOP_EN for w in LATIN.findall(phrase.lower())) or (
            squeeze(phrase) in squeezed
        )
    return phrase in squeezed


def merged(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    """Sum of two bags of words."""
    return dict(Counter(one) + Counter(other))


def spoken(question: str, matched: Collection[str]) -> list[str]:
    """The matched words as they stand in the question: longest first, none over another."""
    text = question.lower()
    found = [w for w in LATIN.findall(text) if stem(w) in matched]
    taken: set[int] = set()
    for word in sorted(set(matched), key=lambda w: (-len(w), text.find(w))):
        start = -1 if word.isascii() else text.find(word)
        span = set(range(start, start + len(word)))
        if start >= 0 and not span & taken:
            taken |= span
            found.append(word)
    return list(dict.fromkeys(found))
