"""Finding a matter by plain words: exact names, weighted words, and meaning, fused by rank.

The index of a catalogue (some hundreds of matters) is kept in memory and rebuilt when its
revision changes; a search costs one small query. Without the meaning model the same code runs on
the first two. What is not done here is searched in the same way and answers with where to go.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from yimen.lib.time import today
from yimen.matters import lexicon, meaning
from yimen.matters.models import Elsewhere, MatterVersion, Revision, Synonym

K1, B = 1.2, 0.5  # BM25: how fast repetition and length wear off
SOFTNESS = 10  # of the fusion by rank: smaller trusts the first places more
WEIGHTS = {"exact": 3.0, "words": 1.0, "meaning": 1.3}
SYNONYM = 0.6
# This model calls even strangers near: only above these does nearness alone say something.
NEAR = {True: 0.80, False: 0.86}  # asked in Latin letters, in Chinese
DEPTH = 30


@dataclass(frozen=True)
class Hit:
    """One answer. `sort` is "matter", or "elsewhere" for what another office does."""

    code: str
    name: str
    department: str
    score: float
    why: str
    sort: str = "matter"
    field: str = ""
    text: str = ""
    by_words: bool = False  # words of the question stand in it: more than a likeness


@dataclass(frozen=True)
class Item:
    """One thing that can be found."""

    code: str
    sort: str
    names: tuple[str, str]
    departments: tuple[str, str]
    texts: tuple[str, str]
    field: str
    names_for_exact: frozenset[str]
    initials: str
    words: Mapping[str, float]
    vectors: bytes | None


@dataclass
class Index:
    """The catalogue as search sees it."""

    revision: int
    items: Sequence[Item]
    groups: Sequence[tuple[str, ...]]
    lengths: list[float] = field(default_factory=list)
    postings: dict[str, dict[int, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for n, item in enumerate(self.items):
            self.lengths.append(sum(item.words.values()))
            for word, weight in item.words.items():
                self.postings.setdefault(word, {})[n] = weight
        self.mean = sum(self.lengths) / max(len(self.lengths), 1) or 1.0

    @cached_property
    def vectors(self) -> tuple[Any, list[int]]:
        return meaning.matrix([item.vectors for item in self.items])

    # -- three ways to look ---------------------------------------------------------------------

    def exact(self, question: str) -> dict[int, float]:
        """Names, everyday names, codes and pinyin initials. A question that is itself one of
        the synonyms is asked in all its names."""
        found: dict[int, float] = {}
        for name in self._names_of(question):
            text = lexicon.squeeze(name)
            for n, item in enumerate(self.items):
                score = _exactness(text, name.strip().lower(), item)
                if score:
                    found[n] = max(score, found.get(n, 0.0))
        return found

    def _names_of(self, question: str) -> list[str]:
        text = lexicon.squeeze(question)
        same = [g for g in self.groups if any(lexicon.squeeze(phrase) == text for phrase in g)]
        return list(dict.fromkeys([question, *(phrase for group in same for phrase in group)]))

    def by_words(self, question: str) -> tuple[dict[int, float], dict[int, list[str]]]:
        """BM25 over the words of the question that the catalogue knows, and their synonyms."""
        asked: Counter[str] = Counter()
        known = lexicon.known_words(question, self.postings)
        for word in known:
            asked[word] = max(asked[word], 1)
        weights: dict[str, float] = dict.fromkeys(asked, 1.0)
        for phrase in lexicon.expanded(known, self.groups, question):
            for word in lexicon.known_words(phrase, self.postings):
                weights.setdefault(word, SYNONYM)
        scores: Counter[int] = Counter()
        why: dict[int, list[str]] = {}
        for word, weight in weights.items():
            self._count(word, weight, scores, why)
        return dict(scores), why

    def _count(
        self, word: str, weight: float, scores: Counter[int], why: dict[int, list[str]]
    ) -> None:
        posting = self.postings[word]
        rarity = math.log(1 + (len(self.items) - len(posting) + 0.5) / (len(posting) + 0.5))
        for n, often in posting.items():
            length = 1 - B + B * self.lengths[n] / self.mean
            scores[n] += weight * rarity * often * (K1 + 1) / (often + K1 * length)  # type: ignore[assignment]
            why.setdefault(n, []).append(word)

    def by_meaning(self, question: str) -> dict[int, float]:
        """The nearest in meaning; nothing without the model."""
        if not meaning.available() or not self.vectors[1]:
            return {}
        near = meaning.nearness(question, *self.vectors)
        least = NEAR[question.isascii()]
        return {n: value for n, value in near.items() if value >= least}


def _exactness(text: str, raw: str, item: Item) -> float:
    if not text:
        return 0.0
    if raw == item.code or text in item.names_for_exact:
        return 3.0
    if len(text) >= 2 and text.isascii() and item.initials.startswith(text):
        return 2.0 if item.initials == text else 1.0
    if len(text) >= 3 and any(text in name for name in item.names_for_exact):
        return 1.5
    return 1.5 if item.sort == "elsewhere" and _is_about(text, item) else 0.0


def _is_about(text: str, item: Item) -> bool:
    """Is at least half of the question one of the words for what another office does? Words that
    run into each other (驾照换证) are not found one by one."""
    return any(
        len(name) >= 2 and 2 * len(name) >= len(text) and name in text
        for name in item.names_for_exact
    )


# -- the index in memory ----------------------------------------------------------------------------

_kept: dict[tuple[str, date], Index] = {}


def index(street: str = "", day: date | None = None) -> Index:
    """The index of what is in force, rebuilt when the catalogue changed or the day is another."""
    day = day or today()
    number = Revision.objects.filter(pk=1).values_list("number", flat=True).first() or 0
    kept = _kept.get((street, day))
    if kept is None or kept.revision != number:
        kept = Index(number, [*_matters(street, day), *_elsewhere()], _groups())
        for old in [key for key in _kept if key[1] != day]:
            _kept.pop(old, None)
        _kept[street, day] = kept
    return kept


def _matters(street: str, day: date) -> Iterable[Item]:
    from yimen.matters.queries import in_force

    rows = in_force(day, street).only(
        "matter_id", "name", "name_en", "department", "department_en", "field", "initials",
        "aliases", "words", "meaning",
    )  # fmt: skip
    return [_item(row) for row in rows]


def _item(row: MatterVersion) -> Item:
    names = [row.name, row.name_en, *row.aliases]
    return Item(
        code=row.matter_id,
        sort="matter",
        names=(row.name, row.name_en),
        departments=(row.department, row.department_en),
        texts=("", ""),
        field=row.field,
        names_for_exact=frozenset(lexicon.squeeze(name) for name in names),
        initials=row.initials,
        words=row.words,
        vectors=bytes(row.meaning) if row.meaning else None,
    )


def _elsewhere() -> Iterable[Item]:
    return [_elsewhere_item(row) for row in Elsewhere.objects.all()]


def _elsewhere_item(row: Elsewhere) -> Item:
    content = row.content
    names = [*content["words"]["zh"], *content["words"]["en"]]
    return Item(
        code=row.key,
        sort="elsewhere",
        names=(content["topic"]["zh"], content["topic"]["en"]),
        departments=(content["where"]["zh"], content["where"]["en"]),
        texts=(content["answer"]["zh"], content["answer"]["en"]),
        field="",
        names_for_exact=frozenset(lexicon.squeeze(name) for name in names),
        initials="",
        words=content.get("index", {}),
        vectors=None,
    )


def _groups() -> list[tuple[str, ...]]:
    return [tuple(words) for words in Synonym.objects.values_list("words", flat=True)]


# -- fusing -----------------------------------------------------------------------------------------


def search(
    text: str, lang: str = "zh-hans", limit: int = 10, *, street: str = "", day: date | None = None
) -> list[Hit]:
    """The best answers to a question in plain words, best first."""
    text = text.strip()[:200]
    if not text:
        return []
    found = index(street, day)
    exact, near = found.exact(text), found.by_meaning(text)
    worded, why = found.by_words(text)
    fused = fuse(exact=exact, words=worded, meaning=near)
    spoken = exact.keys() | why.keys()
    best = sorted(fused, key=lambda n: (-fused[n], found.items[n].code))[:limit]
    return [
        _hit(found.items[n], fused[n], _why(n, text, exact, why, near), lang, n in spoken)
        for n in best
    ]


def fuse(**ways: Mapping[int, float]) -> dict[int, float]:
    """Reciprocal rank fusion of several ways to look, each with its weight."""
    fused: dict[int, float] = {}
    for name, scores in ways.items():
        for rank, n in enumerate(_ranked(scores)):
            fused[n] = fused.get(n, 0.0) + WEIGHTS[name] / (SOFTNESS + rank)
    return fused


def _ranked(scores: Mapping[int, float]) -> list[int]:
    return sorted(scores, key=lambda n: (-scores[n], n))[:DEPTH]


def _hit(item: Item, score: float, why: str, lang: str, by_words: bool) -> Hit:
    other = 1 if lang.startswith("en") else 0
    top = sum(WEIGHTS.values()) / SOFTNESS
    return Hit(
        code=item.code,
        name=item.names[other],
        department=item.departments[other],
        score=round(min(score / top, 1.0), 4),
        why=why,
        sort=item.sort,
        field=item.field,
        text=item.texts[other],
        by_words=by_words,
    )


def _why(
    n: int,
    question: str,
    exact: Mapping[int, float],
    words: Mapping[int, list[str]],
    near: Mapping[int, float],
) -> str:
    if exact.get(n, 0) >= 3:
        return _("名称相同")
    said = lexicon.spoken(question, words.get(n, ()))
    if said:
        return _("词语相符：%(words)s") % {"words": _("、").join(said[:3])}
    if n in words:
        return _("说法相近")
    return _("意思相近") if n in near else _("名称相近")


def warm() -> None:
    """Build the index and load the model before the first question comes."""
    search("warm")
    lexicon.sounds("老人卡")
