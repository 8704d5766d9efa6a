"""Answering while the caller is on the line: answers found as the question is typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yimen.hotline import actions, views
from yimen.hotline.forms import ASKED, TOLD, SpotForm
from yimen.knowledge import articles
from yimen.knowledge import queries as knowledge
from yimen.lib.time import now
from yimen.matters.search import search as matters

ARTICLES, PASSAGES, GUIDES = 4, 2, 3


def ready(typed: str) -> list[dict[str, Any]]:
    """Answers at hand for a question in plain words, reviewed ones first, then the law, then who has
    to do with it. `fill` is what picking one writes into the form."""
    typed = typed.strip()[:ASKED]
    if not typed:
        return []
    found = [(a.title, a.body, _("答复")) for a in articles.search(typed, ARTICLES)]
    for p in knowledge.search(typed).passages[:PASSAGES]:
        where = f"《{p.document.title}》{p.label}".strip()
        found.append((where, f"{where}：{p.text}", _("法规")))
    for hit in matters(typed, get_language() or "zh-hans", limit=GUIDES):
        if hit.sort == "matter":
            told = _("“%(name)s”在%(whom)s办。") % {"name": hit.name, "whom": hit.department}
            told = f"{told} {hit.text}".strip()
            found.append((hit.name, told, _("办事指南")))
    return [
        {"text": title, "note": sort, "keep": True, "fill": {"told": body[:TOLD]}}
        for title, body, sort in found
    ]


@require_POST
@views.for_operators
def look_up(request: HttpRequest) -> JsonResponse:
    """While it is typed. By POST: what callers ask stands in no address."""
    return JsonResponse({"items": ready(request.POST.get("q", ""))})


@require_POST
@views.for_operators
def tell(request: HttpRequest) -> HttpResponse:
    """Told, on record, hung up; or, without scripts, the answers for what was typed."""
    call, form = views.my_call(request), SpotForm(request.POST)
    if request.POST.get("do") == "find":
        data = request.POST.dict()
        found = ready(data.get("question", ""))
        if (n := data.get("pick", "")).isdigit() and int(n) < len(found):
            data["told"] = found[int(n)]["fill"]["told"]
        return views.call_page(request, call, spot=SpotForm(initial=data), ready=found)
    if form.is_valid():
        with form.refusals():
            made = actions.answer_on_the_spot(call, **form.cleaned_data, by=request.actor, at=now())
            said = _("已登记为咨询 %(number)s，通话结束。")
            messages.success(request, said % {"number": made.number})
            return redirect("hotline:line")
    return views.call_page(request, call, spot=form)
