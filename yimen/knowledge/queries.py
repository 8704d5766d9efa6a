"""Looking up: documents, their passages, and passages by words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import add, or_
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from yimen.knowledge import rules
from yimen.knowledge.models import Document, Passage, Standing
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.matters import lexicon

SIZE, DEEPEST = 10, 50  # passages on a page, pages: whoever needs more asks better
LEAF = 100  # passages of a document on a page


@dataclass(frozen=True)
class Found:
    """A page of passages. `words` are those found, to be marked; `loose` says that not all of the
    question stands in them."""

    passages: Sequence[Passage]
    words: Sequence[str]
    page: int
    more: bool
    loose: bool = False


def visible_to(_actor: Actor) -> QuerySet[Document]:
    """Law is public: everybody sees every document."""
    return Document.objects.all()


def document(pk: UUID) -> Document:
    """One document; Unseen when there is none."""
    found = Document.objects.filter(pk=pk).first()
    if found is None:
        raise Unseen("document")
    return found


def due(day: date) -> QuerySet[Document]:
    """What is in force and should be looked at again by `day`."""
    return Document.objects.filter(review_on__lte=day, standing=Standing.IN_FORCE)


def leaf(of: Document, page: int) -> tuple[list[Passage], bool]:
    """The passages of one page of a document (from 1), and whether more follow."""
    first = (page - 1) * LEAF
    rows = of.passages.defer("grams").filter(position__gt=first).order_by("position")
    found = list(rows[: LEAF + 1])
    return found[:LEAF], len(found) > LEAF


def versions(of: Document) -> QuerySet[Document]:
    """Other texts of the same title, the newest first."""
    return Document.objects.filter(title=of.title).exclude(pk=of.pk).order_by("-issued_on", "-id")


def cited(title: str, article: str) -> Passage | None:
    """The article of the text in force under that title; its first passage when none is named or
    found there. None when the text is not here."""
    rows = Passage.objects.filter(
        document__title=title.strip("《》 "), document__standing="in_force"
    )
    rows = rows.order_by("-document__issued_on", "document_id", "position")
    return (rows.filter(label=article).first() if article else None) or rows.first()


def search(question: str, *, page: int = 1, sort: str = "", old: bool = False) -> Found:
    """Passages for a question in plain words: with all its parts as they stand, else with all its
    words, else with any. `old` also looks in what is no longer in force."""
    base = Passage.objects.select_related("document").defer("grams")
    if sort:
        base = base.filter(document__sort=sort)
    if not old:
        base = base.filter(document__standing=Standing.IN_FORCE)
    page = min(max(page, 1), DEEPEST)
    whole, words = rules.phrases(question), _words(question)
    for asked, every in ((whole, True), (words, True), (words, False)):
        rows = _with(base, asked, every=every) if asked else base.none()
        found = list(rows[(page - 1) * SIZE : page * SIZE + 1])
        if found or (page > 1 and rows.exists()):
            more = len(found) > SIZE and page < DEEPEST
            return Found(found[:SIZE], asked, page, more, loose=not every)
    return Found([], words, page, more=False)


def _words(question: str) -> list[str]:
    cut = [word for word in lexicon.words(question) if len(word) > 1]
    return list(dict.fromkeys(cut))[: rules.MOST_WORDS]


def _with(base: QuerySet[Passage], asked: Sequence[str], *, every: bool) -> QuerySet[Passage]:
    """Passages with the words, those with most of them in their own text first."""
    held = [_holds(word) for word in asked]
    rows = base.filter(*held) if every else base.filter(reduce(or_, held))
    ones = [_said(word) for word in asked]
    return rows.annotate(said=reduce(add, ones)).order_by(
        "-said", "-document__issued_on", "document_id", "position"
    )


def _said(word: str) -> Case:
    return Case(
        When(label=word, then=2),
        When(**{_in("text", word): word}, then=1),
        default=Value(0),
        output_field=IntegerField(),
    )


def _holds(word: str) -> Q:
    """The pairs by the index; then the word itself, as pairs may also stand apart. One pair is the
    word."""
    pairs = rules.grams(word)
    by_index = Q(grams__contains=pairs)
    if pairs == [word]:
        return by_index
    said = Q(label=word)
    for column in ("text", "heading", "document__title"):
        said |= Q(**{_in(column, word): word})
    return by_index & said


def _in(column: str, word: str) -> str:
    """Chinese has no capitals, and looking past them costs."""
    return f"{column}__icontains" if word.isascii() else f"{column}__contains"
