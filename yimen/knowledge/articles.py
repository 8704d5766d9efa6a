"""Looking up articles: at the desk, and by everybody once a second person made them public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from yimen.knowledge import rules
from yimen.knowledge.models import Article
from yimen.knowledge.perms import may_write
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.time import today
from yimen.look.hits import Hit
from yimen.matters import lexicon

LOOKED_AT = 40
IN_HAND = ("draft", "returned")


def visible_to(actor: Actor) -> QuerySet[Article]:
    """All versions of the street's articles, to those who hold a seat in it."""
    if actor.kind == "system":
        return Article.objects.all()
    if not may_write(actor):
        return Article.objects.none()
    return Article.objects.filter(street=actor.street)


def of_series(street: str, series: UUID) -> QuerySet[Article]:
    """The versions of one article."""
    return Article.objects.filter(street=street, series=series)


def in_hand(street: str, series: UUID) -> bool:
    """Does a version wait for review already?"""
    return of_series(street, series).filter(state__in=IN_HAND).exists()


def seen(actor: Actor, pk: UUID) -> Article:
    """One version, by who may see it; Unseen else."""
    rows = visible_to(actor).select_related("written_by__party", "reviewed_by__party")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Unseen("article")
    return found


def holding(day: date | None = None) -> QuerySet[Article]:
    """What everybody may read on a day."""
    over = Q(valid_to=None) | Q(valid_to__gte=day or today())
    return Article.objects.filter(over, state=Article.State.PUBLIC)


def public(series: UUID) -> Article:
    """The version that everybody reads; Unseen when there is none any more."""
    found = holding().filter(series=series).first()
    if found is None:
        raise Unseen("article")
    return found


def to_review(moment: date, limit: int = 500) -> QuerySet[Article]:
    """Public articles whose day to look again has come."""
    rows = Article.objects.filter(state=Article.State.PUBLIC, review_on__lte=moment)
    return rows.order_by("review_on", "id")[:limit]


def search(question: str, limit: int = 5) -> list[Article]:
    """Articles for a question in plain words, those with most of its words first; with less than
    half of them an article is no answer."""
    words = _words(question)
    if not words:
        return []
    held = reduce(or_, [Q(grams__contains=rules.grams(word)) for word in words])
    rows = holding().filter(held).defer("grams").order_by("-reviewed_at", "-id")[:LOOKED_AT]
    ranked = [(_score(row, words), row) for row in rows]
    fit = [pair for pair in ranked if 2 * pair[0] >= len(words)]
    return [row for _n, row in sorted(fit, key=lambda pair: -pair[0])[:limit]]


def _words(question: str) -> list[str]:
    cut = [word for word in lexicon.words(question) if len(word) > 1]
    return list(dict.fromkeys(cut))[: rules.MOST_WORDS]


def _score(row: Article, words: Sequence[str]) -> int:
    text = f"{row.title}\n{row.body}".lower()
    return sum(word.lower() in text for word in words)


def answers(question: str, limit: int = 5) -> list[Hit]:
    """The same for a page that knows nothing of articles."""
    return [
        Hit(row.title, reverse("knowledge:article", args=[row.series]), _("答复"), row.body)
        for row in search(question, limit)
    ]


def find(actor: Actor, text: str) -> list[Hit]:
    """For the search over everything."""
    return answers(text) if actor.kind == "staff" else []


def lists(actor: Actor) -> dict[str, tuple[Any, QuerySet[Article]]]:
    """The editors' lists: label and rows."""
    rows = visible_to(actor)
    public_ones = rows.filter(state=Article.State.PUBLIC)
    return {
        "draft": (_("待审核"), rows.filter(state__in=IN_HAND)),
        "public": (_("已公开"), public_ones),
        "due": (_("该复核的"), public_ones.filter(review_on__lte=today())),
        "all": (_("全部版本"), rows),
    }
