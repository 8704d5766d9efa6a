"""Pages for the editors of the catalogue."""

from __future__ import annotations

import difflib
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now, today
from yimen.matters import actions, queries
from yimen.matters.forms import ContentForm, Filters, PublishForm, SynonymForm, as_text
from yimen.matters.models import FailedQuery, MatterVersion, Synonym, Unanswered
from yimen.matters.perms import may_edit

either = require_http_methods(["GET", "HEAD", "POST"])


def _editor(request: HttpRequest) -> Actor:
    """The actor, who must hold the power over the catalogue."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "staff":
        raise Unseen("desk")
    if not may_edit(actor):
        raise Forbidden("catalogue", _("您没有维护事项目录的职权。"))
    return actor


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every matter with its newest version, and what waits as a draft."""
    actor = _editor(request)
    filters = Filters(request.GET, departments=queries.departments(), events=queries.life_events())
    chosen = filters.chosen()
    context = {
        "filters": filters,
        "rows": queries.browse(chosen),
        "drafts": queries.drafts(actor),
    }
    return render(request, "matters/desk/catalogue.html", context)


@require_safe
def matter(request: HttpRequest, code: str) -> HttpResponse:
    """One matter: its versions, and the newest one as it reads."""
    actor = _editor(request)
    versions = queries.versions(actor, code)
    context = {
        "code": code,
        "versions": versions,
        "newest": versions[0],
        "draft": next((v for v in versions if v.status == "draft"), None),
        "in_force": queries.everywhere().filter(matter_id=code).first(),
        "text": as_text(versions[0].content),
    }
    return render(request, "matters/desk/matter.html", context)


@either
def new(request: HttpRequest) -> HttpResponse:
    """A new matter, from an empty box or a copy of another (`?from=code`)."""
    actor = _editor(request)
    source = request.GET.get("from", "")
    initial = as_text(queries.versions(actor, source)[0].content) if source else ""
    return _editing(request, actor, ContentForm(request.POST or None, initial={"content": initial}))


@either
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The next version of a matter; saving makes or replaces its draft."""
    actor = _editor(request)
    newest = queries.versions(actor, code)[0]
    form = ContentForm(request.POST or None, initial={"content": as_text(newest.content)})
    form.code = code
    return _editing(request, actor, form, code)


def _editing(request: HttpRequest, actor: Actor, form: ContentForm, code: str = "") -> HttpResponse:
    if form.is_valid():
        with form.refusals():
            version = actions.draft(form.cleaned_data["content"], by=actor, at=now())
            messages.success(request, _("草稿已保存，发布后才生效。"))
            return redirect("matters:diff", code=version.matter_id)
    context = {"form": form, "code": code}
    return render(request, "matters/desk/edit.html", context, status=form.http_status)


def _draft(actor: Actor, code: str) -> MatterVersion:
    draft = next((v for v in queries.versions(actor, code) if v.status == "draft"), None)
    if draft is None:
        raise Unseen("draft", code)
    return draft


@require_safe
def diff(request: HttpRequest, code: str) -> HttpResponse:
    """What the newest version says otherwise than the one before it, line by line."""
    actor = _editor(request)
    versions = queries.versions(actor, code)
    numbers = {v.version: v for v in versions}
    newer = numbers.get(_number(request, "new", versions[0].version), versions[0])
    older = numbers.get(_number(request, "old", newer.version - 1))
    context = {
        "code": code,
        "newer": newer,
        "older": older,
        "lines": _lines(older, newer),
        "draft": newer.status == "draft",
    }
    return render(request, "matters/desk/diff.html", context)


def _number(request: HttpRequest, name: str, default: int) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdigit() and len(text) < 6 else default


def _lines(older: MatterVersion | None, newer: MatterVersion) -> list[dict[str, str]]:
    before = as_text(older.content).splitlines() if older else []
    after = as_text(newer.content).splitlines()
    kinds = {"+": "added", "-": "gone", "@": "place"}
    found = difflib.unified_diff(before, after, n=2, lineterm="")
    return [
        {"kind": kinds.get(line[:1], "same"), "text": line}
        for line in found
        if not line.startswith(("---", "+++"))
    ]


@either
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Asks once more, then puts the draft into force."""
    actor = _editor(request)
    draft = _draft(actor, code)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            day = form.cleaned_data["valid_from"]
            actions.publish(draft, by=actor, at=now(), valid_from=day)
            messages.success(request, _("已发布。正在办理的件仍按收件时的版本办理。"))
            return redirect("matters:matter", code=code)
    context: dict[str, Any] = {
        "base": "look/desk.html",
        "title": _("发布“%(name)s”第 %(n)d 版？") % {"name": draft.name, "n": draft.version},
        "text": _("发布后内容不能再改，只能出新版本。"),
        "facts": [(_("事项代码"), code), (_("部门"), draft.department)],
        "form": form,
        "action": request.path,
        "submit": _("发布"),
        "cancel": reverse("matters:diff", args=[code]),
    }
    return render(request, "look/confirm.html", context, status=form.http_status)


@either
def retire(request: HttpRequest, code: str) -> HttpResponse:
    """Asks once more, then takes the matter out of the catalogue."""
    actor = _editor(request)
    newest = queries.versions(actor, code)[0]
    if request.method == "POST":
        actions.retire(code, by=actor, at=now())
        messages.success(request, _("已停用，从今天起不再收件。"))
        return redirect("matters:matter", code=code)
    context = {
        "base": "look/desk.html",
        "title": _("停用“%(name)s”？") % {"name": newest.name},
        "text": _("停用后居民查不到这个事项，窗口也不再收件。正在办理的件继续办完。"),
        "action": request.path,
        "submit": _("停用"),
        "variant": "warning",
        "cancel": reverse("matters:matter", args=[code]),
    }
    return render(request, "look/confirm.html", context)


@require_POST
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throws the draft away."""
    actor = _editor(request)
    actions.discard(_draft(actor, code), by=actor, at=now())
    messages.success(request, _("草稿已删除。"))
    return redirect("matters:catalogue")


@either
def synonyms(request: HttpRequest) -> HttpResponse:
    """Words that mean the same, and the questions that found nothing."""
    actor = _editor(request)
    form = SynonymForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.add_synonym(form.cleaned_data["words"], by=actor, at=now())
            messages.success(request, _("已添加，搜索立即生效。"))
            return redirect("matters:synonyms")
    context = {
        "form": form,
        "rows": list(Synonym.objects.order_by("shipped", "words")),
        "failed": list(
            FailedQuery.objects.filter(count__gte=queries.FEWEST).order_by("-count", "text")[:50]
        ),
    }
    return render(request, "matters/desk/synonyms.html", context, status=form.http_status)


@require_POST
def synonym_drop(request: HttpRequest, pk: Any) -> HttpResponse:
    """Takes a group of synonyms back."""
    actor = _editor(request)
    actions.drop_synonym(get_object_or_404(Synonym, pk=pk), by=actor, at=now())
    messages.success(request, _("已删除。"))
    return redirect("matters:synonyms")


WEEKS = 8


@require_safe
def unanswered(request: HttpRequest) -> HttpResponse:
    """What people asked and did not find, week by week: what many asked, without anybody."""
    _editor(request)
    last = queries.last_week(today())
    back = min(max(_number(request, "back", 0), 0), WEEKS - 1)
    week = last - timedelta(weeks=back)
    rows, few = queries.unanswered(week)
    before = queries.asked_in_weeks([row.text for row in rows], week)
    context = {
        "week": week,
        "until": week + timedelta(days=6),
        "rows": [(row, before.get(row.text, 0)) for row in rows],
        "few": few,
        "fewest": queries.FEWEST,
        "older": back + 1 if back + 1 < WEEKS else None,
        "newer": back - 1 if back else None,
    }
    return render(request, "matters/desk/unanswered.html", context)


@require_POST
def settle(request: HttpRequest, pk: Any) -> HttpResponse:
    """Somebody has seen to it."""
    actor = _editor(request)
    row = Unanswered.objects.filter(pk=pk, count__gte=queries.FEWEST).first()
    if row is None:
        raise Unseen("unanswered")
    actions.settle(row, by=actor, at=now())
    messages.success(request, _("已处理。以后还有人问，会再出现在当周的清单里。"))
    return redirect("matters:unanswered")
