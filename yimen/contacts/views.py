"""Pages for those who ask: ask online, read the answer by number and code, withdraw."""

from __future__ import annotations

from typing import Any

from django.contrib import messages as flash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimen.contacts import actions, queries
from yimen.contacts.forms import AskForm, LookUpForm
from yimen.contacts.models import Channel, Enquiry
from yimen.lib.errors import Unseen
from yimen.lib.time import now
from yimen.look import throttle

ASKS_A_MINUTE, FAILURES_A_MINUTE = 5, 10


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a centre; the number and the code are shown on the next page, this once."""
    initial = {"matter": request.GET.get("matter", "")[:64]}
    form = AskForm(request.POST or None, initial=initial)
    if request.method == "POST":
        throttle.refuse_if_over(request, "ask", ASKS_A_MINUTE)
        throttle.count(request, "ask")
        if form.is_valid():
            with form.refusals():
                asked = actions.ask(
                    form.cleaned_data["question"], by=request.actor, at=now(),
                    centre=form.points[form.cleaned_data["centre"]], channel=Channel.ONLINE,
                    matter_code=form.cleaned_data["matter"],
                )  # fmt: skip
                request.session["asked"] = [asked.enquiry.number, asked.code]
                return redirect("contacts:done")
    return render(request, "contacts/ask.html", {"form": form}, status=form.http_status)


@login_not_required
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """The number and the code of what was just asked in this browser."""
    asked = request.session.get("asked")
    if not asked:
        return redirect("contacts:ask")
    enquiry = queries.by_code(*asked)
    context = {"number": asked[0], "code": asked[1], "enquiry": enquiry}
    return render(request, "contacts/done.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest) -> HttpResponse:
    """Number and code, then the answer. Both travel in the body, never in the address."""
    form = LookUpForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "mine": _mine(request)}
    if request.method == "POST" and form.is_valid():
        found = _looked_up(request, form)
        if found is None:
            form.add_error(None, _("没有查到。请核对编号和查询码。"))
            form.http_status = 404
        else:
            context |= {"enquiry": found, "words": queries.words_of(found)}
            context |= {"number": found.number, "code": form.cleaned_data["code"]}
    return render(request, "contacts/answer.html", context, status=form.http_status)


def _looked_up(request: HttpRequest, form: LookUpForm) -> Enquiry | None:
    throttle.refuse_if_over(request, "enquiry", FAILURES_A_MINUTE)
    found = queries.by_code(form.cleaned_data["number"], form.cleaned_data["code"])
    if found is None:
        throttle.failed(request, "enquiry")
    return found


def _mine(request: HttpRequest) -> list[dict[str, Any]]:
    """A signed-in resident's own questions, without a code."""
    if request.actor.kind != "resident" or request.actor.party is None:
        return []
    found = list(queries.visible_to(request.actor).order_by("-asked_at")[:20])
    words = queries.all_words(found)
    return [{"enquiry": e, "words": words.get(e.pk, {})} for e in found]


@login_not_required
@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """The asker does not need the answer any more."""
    form = LookUpForm(request.POST)
    if not form.is_valid() or _looked_up(request, form) is None:
        raise Unseen("enquiry")
    actions.withdraw(
        form.cleaned_data["number"], form.cleaned_data["code"], by=request.actor, at=now()
    )
    flash.success(request, _("已撤回。"))
    return redirect("contacts:answer")
