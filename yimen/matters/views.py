"""Public pages of the catalogue: search and browse, guides, forms, life events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from yimen import printing
from yimen.directory.queries import services_like
from yimen.lib.time import today
from yimen.look.language import is_english, pick
from yimen.matters import actions, queries
from yimen.matters import guide as guides
from yimen.matters.content import Material
from yimen.matters.forms import Filters
from yimen.matters.models import LifeEvent, MatterVersion
from yimen.matters.search import Hit
from yimen.places.queries import centres

LOOKED_AT, SHOWN = 40, 8  # hits: whoever needs more asks better


def _language() -> str:
    return get_language() or "zh-hans"


@login_not_required
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The answer to a question in plain words, or the whole catalogue from A to Z."""
    question = request.GET.get("q", "").strip()[:200]
    filters = Filters(request.GET, departments=queries.departments(), events=queries.life_events())
    chosen = filters.chosen()
    context: dict[str, Any] = {"question": question, "filters": filters}
    context["filtered"] = bool(chosen.keys() - {"q"})
    if question:
        context |= _answers(question, chosen)
    else:
        context["letters"] = _letters(queries.browse(chosen))
    context["events"] = queries.life_events()
    context["services"] = services_like(question) if question else []
    return render(request, "matters/search.html", context)


def _answers(question: str, chosen: dict[str, str]) -> dict[str, Any]:
    hits = queries.search(question, _language(), limit=LOOKED_AT)
    rows = queries.some([hit.code for hit in hits if hit.sort == "matter"])
    matters = [
        (hit, rows[hit.code])
        for hit in hits
        if hit.sort == "matter" and hit.code in rows and queries.fits(rows[hit.code], chosen)
    ]
    elsewhere = [hit for hit in hits[:4] if hit.sort == "elsewhere"]
    said = queries.answers(question)
    if not said and (not hits or not hits[0].by_words):
        actions.count_failed(question, on=today(), weak=bool(hits))
    if hits and hits[0].sort == "elsewhere":  # then mere likeness only distracts
        matters = [pair for pair in matters if pair[0].by_words]
    sure = bool(matters) and hits[0] is matters[0][0] and hits[0].by_words
    return {
        "answers": said,
        "best": matters[0] if sure else None,
        "hits": matters[1 if sure else 0 :][:SHOWN],
        "elsewhere": _believable(elsewhere, hits),
    }


def _believable(elsewhere: Sequence[Hit], hits: Sequence[Hit]) -> list[Hit]:
    """Answers of another office that are about as good as the best one."""
    return [hit for hit in elsewhere if hit.score >= 0.7 * hits[0].score]


def _letters(rows: Sequence[MatterVersion]) -> list[tuple[str, list[MatterVersion]]]:
    """Matters by first letter: of the pinyin, or of the English name."""
    groups: dict[str, list[MatterVersion]] = {}
    for row in rows:
        first = row.name_en[:1] if is_english() else row.initials[:1]
        groups.setdefault(first.upper() or "#", []).append(row)
    return sorted(groups.items())


@login_not_required
@require_safe
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """Everything one needs to know before coming."""
    version = queries.current(code)
    content = queries.content_of(version)
    events = [event for event in queries.life_events() if event.key in content.life_events]
    context = {
        "matter": content,
        "key_facts": guides.key_facts(content),
        "rows": guides.summary(content),
        "places": [guides.place(point) for point in centres()],
        "remedies": guides.remedies(content),
        "events": events,
    }
    return render(request, "matters/guide.html", context)


def _pdf(made: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


@login_not_required
@require_safe
def guide_print(request: HttpRequest, code: str) -> HttpResponse:
    """办事告知书: the guide on one sheet of A4."""
    content = queries.content_of(queries.current(code))
    url = request.build_absolute_uri(reverse("matters:guide", args=[code]))
    facts = guides.facts(content, today(), url)
    return _pdf(printing.render("guide", facts, _language()), code)


@login_not_required
@require_safe
def blank_form(request: HttpRequest, key: str) -> HttpResponse:
    """A form to fill in by hand."""
    facts = guides.form_facts(queries.blank_form(key).content, filled=False, on=today())
    return _pdf(printing.render("blank_form", facts, _language()), key)


@login_not_required
@require_safe
def sample_form(request: HttpRequest, key: str) -> HttpResponse:
    """The form filled in as a sample."""
    facts = guides.form_facts(queries.blank_form(key).content, filled=True, on=today())
    return _pdf(printing.render("blank_form", facts, _language()), f"{key}-sample")


@login_not_required
@require_safe
def life_events(request: HttpRequest) -> HttpResponse:
    """Moments of life with the matters that come together."""
    return render(request, "matters/life_events.html", {"events": queries.life_events()})


@login_not_required
@require_safe
def life_event(request: HttpRequest, key: str) -> HttpResponse:
    """One moment: what there is to do, what each needs, what is asked only once."""
    event = queries.life_event(key)
    parts = _of_event(event)
    context = {"event": event, "matters": parts, "papers": _papers(parts)}
    return render(request, "matters/life_event.html", context)


def _of_event(event: LifeEvent) -> list[dict[str, Any]]:
    rows = queries.some(part["code"] for part in event.content["matters"])
    return [
        {"when": part["when"], "content": queries.content_of(rows[part["code"]])}
        for part in event.content["matters"]
        if part["code"] in rows
    ]


def _strictness(paper: Material) -> tuple[bool, bool, bool]:
    return not paper.held_by, paper.essential, not paper.may_follow


def _papers(parts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each paper once, as the strictest of the matters wants it, with how many it serves."""
    found: dict[str, dict[str, Any]] = {}
    for paper in (paper for part in parts for paper in part["content"].materials):
        line = found.setdefault(paper.code, {"name": pick(paper.name), "paper": paper, "n": 0})
        line["n"] += 1
        line["paper"] = max(line["paper"], paper, key=_strictness)
    return sorted(found.values(), key=lambda line: (-line["n"], line["name"]))
