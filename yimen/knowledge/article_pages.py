"""Pages of articles: the public one, and the desk's lists, form and review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from yimen.contacts.queries import visible_to as questions_seen_by
from yimen.contacts.queries import words_of
from yimen.knowledge import actions, articles, perms
from yimen.knowledge.forms import ArticleForm, SendBackForm
from yimen.knowledge.models import Article
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.time import now, today
from yimen.look import paging
from yimen.matters.queries import some

YEAR = timedelta(days=365)


def _writer(actor: Actor) -> None:
    if not perms.may_write(actor):
        raise Unseen("desk")


def _matter(code: str) -> Any:
    return some([code]).get(code) if code else None


@login_not_required
@require_safe
def article(request: HttpRequest, series: UUID) -> HttpResponse:
    """The answer as everybody reads it."""
    found = articles.public(series)
    context = {"article": found, "matter": _matter(found.matter_code)}
    return render(request, "knowledge/article.html", context)


@require_GET
def listed(request: HttpRequest) -> HttpResponse:
    """Articles of the street: waiting, public, to look at again."""
    _writer(request.actor)
    lists = articles.lists(request.actor)
    chosen = request.GET.get("list", "draft")
    label, rows = lists.get(chosen) or lists["draft"]
    rows = rows.defer("grams", "body").select_related("written_by__party")
    context = {
        "page": paging.page(rows, keys=("-written_at", "-id"), cursor=request.GET.get("cursor")),
        "label": label,
        "tabs": [
            {"label": name, "href": f"?list={key}", "current": key == chosen}
            for key, (name, _rows) in lists.items()
        ],
    }
    return render(request, "knowledge/articles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """A new article; `?question=W…` begins with an answered question's
    words, `?words=` with what people looked for."""
    _writer(request.actor)
    number = request.GET.get("question", "")[:9]
    initial = {"title": request.GET.get("words", "")[:60], **_from(request.actor, number)}
    form = ArticleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            made = actions.write(form.text(), by=request.actor, at=now(), question=number)
            flash.success(request, _("已提交。另一个人审核后公开。"))
            return redirect("knowledge:article_desk", made.pk)
    context = {"form": form, "question": number}
    return render(request, "knowledge/article_form.html", context, status=form.http_status)


def _from(actor: Actor, number: str) -> dict[str, Any]:
    initial: dict[str, Any] = {"review_on": today() + YEAR}
    if not number:
        return initial
    found = questions_seen_by(actor).filter(number=number).first()
    if found is None:
        raise Unseen("enquiry")
    words = words_of(found)
    return initial | {
        "title": words.get("question", "")[:120], "body": words.get("answer", ""),
        "matter": found.matter_code,
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def rewrite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another text, or the next version."""
    _writer(request.actor)
    found = articles.seen(request.actor, pk)
    initial = {
        "title": found.title, "body": found.body, "matter": found.matter_code,
        "valid_to": found.valid_to, "review_on": max(found.review_on, today() + YEAR),
    }  # fmt: skip
    form = ArticleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            made = actions.rewrite(pk, form.text(), by=request.actor, at=now())
            flash.success(request, _("已提交。另一个人审核后公开。"))
            return redirect("knowledge:article_desk", made.pk)
    context = {"form": form, "article": found}
    return render(request, "knowledge/article_form.html", context, status=form.http_status)


@require_GET
def detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    _writer(request.actor)
    return _page(request, articles.seen(request.actor, pk))


def _page(request: HttpRequest, found: Article, back: SendBackForm | None = None) -> HttpResponse:
    form = back or SendBackForm()
    draft = found.state == Article.State.DRAFT
    context = {
        "article": found,
        "matter": _matter(found.matter_code),
        "versions": articles.of_series(found.street, found.series)
        .exclude(pk=found.pk)
        .defer("grams", "body")
        .order_by("-version")[:20],
        "may_review": draft and perms.may_review(request.actor, found),
        "own": draft and found.written_by_id == request.actor.account,
        "may_withdraw": found.state == Article.State.PUBLIC and perms.may_review_any(request.actor),
        "form": form,
    }
    return render(request, "knowledge/article_desk.html", context, status=form.http_status)


@require_POST
def act(request: HttpRequest, pk: UUID, act: str) -> HttpResponse:
    """Publish, send back, withdraw."""
    _writer(request.actor)
    found = articles.seen(request.actor, pk)
    if act == "publish":
        actions.publish(pk, by=request.actor, at=now())
        flash.success(request, _("已公开，搜索里找得到了。"))
    elif act == "withdraw":
        actions.withdraw(pk, by=request.actor, at=now())
        flash.success(request, _("已撤下。"))
    elif act == "send-back":
        form = SendBackForm(request.POST)
        if not form.is_valid():
            return _page(request, found, form)
        actions.send_back(pk, why=form.cleaned_data["why"], by=request.actor, at=now())
        flash.success(request, _("已退回，写的人会收到通知。"))
    else:
        raise Unseen("act")
    return redirect("knowledge:article_desk", pk)
