"""Public pages: find a passage, read a document."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yimen.knowledge import queries, rules
from yimen.knowledge.forms import SearchFilter
from yimen.knowledge.models import Passage
from yimen.lib.time import today
from yimen.look import paging
from yimen.matters.actions import count_failed


def number(text: str | None) -> int:
    """A page number from an address: 1 for anything that is none."""
    return min(max(int(text), 1), 10_000) if text and text.isascii() and text.isdigit() else 1


def shown(found: queries.Found) -> list[dict[str, Any]]:
    """Passages as a list of answers shows them: cut around the words, the words marked."""
    return [
        {
            "passage": one,
            "leaf": leaf_of(one),
            "parts": rules.marked(rules.excerpt(one.text, found.words), found.words),
        }
        for one in found.passages
    ]


def leaf_of(passage: Passage) -> int:
    """The page of its document on which a passage stands."""
    return (passage.position - 1) // queries.LEAF + 1


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Passages for a question; without one, all documents, the newest first."""
    question = request.GET.get("q", "").strip()[:200]
    form = SearchFilter(request.GET)
    chosen = form.chosen()
    context: dict[str, Any] = {"question": question, "form": form, "filtered": any(chosen.values())}
    if question:
        page = number(request.GET.get("page"))
        found = queries.search(question, page=page, **chosen)
        context |= {"found": found, "rows": shown(found)}
        if page == 1 and (found.loose or not found.passages):
            count_failed(question, on=today(), weak=bool(found.passages))
        context |= {"back": page - 1, "forth": page + 1 if found.more else 0}
    else:
        rows = queries.visible_to(request.actor)
        if "sort" in chosen:
            rows = rows.filter(sort=chosen["sort"])
        context["page"] = paging.page(
            rows, keys=("-issued_on", "-id"), cursor=request.GET.get("cursor")
        )
    return render(request, "knowledge/search.html", context)


@login_not_required
@require_safe
def document(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A document, a hundred passages at a time; words that led here are marked."""
    found, page = queries.document(pk), number(request.GET.get("page"))
    words = rules.phrases(request.GET.get("q", "")[:200])
    passages, more = queries.leaf(found, page)
    context = {
        "document": found,
        "rows": [{"passage": p, "parts": rules.marked(p.text, words)} for p in passages],
        "versions": queries.versions(found)[:20],
        "back": page - 1,
        "forth": page + 1 if more else 0,
        "q": request.GET.get("q", "")[:200],
    }
    return render(request, "knowledge/document.html", context)


@login_not_required
@require_safe
def cited(request: HttpRequest) -> HttpResponse:
    """`?law=…&article=第X条`, as matters name what they rest on: leads to that very article in the
    text in force, or to a search for it."""
    law, article = (request.GET.get(key, "")[:200] for key in ("law", "article"))
    found = queries.cited(law, article)
    if found is None:
        return redirect(f"{reverse('knowledge:search')}?{urlencode({'q': f'{law} {article}'})}")
    href = reverse("knowledge:document", args=[found.document_id])
    return redirect(f"{href}?page={leaf_of(found)}#p{found.position}")
