"""What search needs to know about a matter, worked out once when its version is written."""

from __future__ import annotations

from typing import Any

from yimen.matters import lexicon, meaning
from yimen.matters.content import Content

# How much a word says by where it stands.
NAME, ALIAS, LABEL, PROSE = 3.0, 3.0, 1.0, 0.4


def bag(content: Content) -> dict[str, float]:
    """Weighted words of a matter, Chinese and English together."""
    parts = [(content.name.zh, NAME), (content.name.en, NAME)]
    parts += [(alias, ALIAS) for alias in content.aliases]
    for label in (content.category, content.audience, content.result.name):
        parts += [(label.zh, LABEL), (label.en, LABEL)]
    for prose in (*content.conditions, *(f.q for f in content.faq)):
        parts += [(prose.zh, PROSE), (prose.en, PROSE)]
    choices = [choice for question in content.fields for choice in question.choices]
    for text in {(choice.zh, choice.en) for choice in choices}:
        parts += [(part, PROSE) for part in text]
    return lexicon.weighed(parts)


def sentences(content: Content) -> list[str]:
    """The texts whose meaning stands for the matter."""
    audience, category = content.audience, content.category
    found = [
        f"{content.name.zh}（{category.zh}，{audience.zh}）",
        f"{content.name.en} ({category.en}; {audience.en})",
    ]
    if content.aliases:
        found.append("，".join(content.aliases))
    if content.conditions:
        found.append(content.name.zh + "：" + "".join(c.zh for c in content.conditions)[:120])
    return found


def columns(content: Content, *, with_meaning: bool = True) -> dict[str, Any]:
    """The columns of a version that repeat or index its content."""
    return {
        "name": content.name.zh,
        "name_en": content.name.en,
        "department": content.department.zh,
        "department_en": content.department.en,
        "field": content.field,
        "category": content.category.zh,
        "category_en": content.category.en,
        "party": content.party,
        "handling": content.handling,
        "life_events": list(content.life_events),
        "aliases": list(content.aliases),
        "initials": lexicon.initials(content.name.zh),
        "words": bag(content),
        "meaning": meaning.passages(sentences(content)) if with_meaning else None,
    }
