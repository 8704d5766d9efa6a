"""Pages on which more is written down about a request: the call after the alarm, and any time later."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yimen.hotline import actions, queries
from yimen.hotline.actions.adding import nameless
from yimen.hotline.forms import LearnForm, WordsForm
from yimen.hotline.models import HelpRequest, LineCall, Transfer
from yimen.hotline.views import GUIDES, for_operators
from yimen.lib.errors import Unseen
from yimen.lib.time import now
from yimen.people.perms import may_see


def danger_page(
    request: HttpRequest, call: LineCall, held: HelpRequest, form: WordsForm | None = None
) -> HttpResponse:
    """The talk goes on: what was handed over, what is known, what is still to be written down."""
    form = form or WordsForm(nameless=nameless(held))
    context = _known(held, full=True) | {"call": call, "form": form, "guides": GUIDES}
    done = {t.to for t in context["transfers"]}
    context["alarms"] = [(code, label) for code, label in Transfer.To.choices if code not in done]
    return render(request, "hotline/danger.html", context, status=form.http_status)


def _known(held: HelpRequest, *, full: bool) -> dict[str, Any]:
    """`full`: whoever wrote it down, or may see the person's record, reads the words."""
    sent = held.transfers.select_related("three_way", "request__case").order_by("at")
    return {
        "row": held, "transfers": list(sent), "learn": LearnForm(),
        "facts": held.case.facts if full else {}, "added": list(queries.added(held)) if full else [],
        "nameless": nameless(held),
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def words(request: HttpRequest, number: str) -> HttpResponse:
    """More about one request, by whoever works on the line."""
    rows = queries.visible_to(request.actor).select_related("case__applicant")
    held = rows.filter(case__number=number, street=request.actor.street).first()
    if held is None:
        raise Unseen("request", _("没有这个求助。"))
    form = WordsForm(request.POST or None, nameless=nameless(held))
    call = queries.open_call(request.actor)
    talking = call is not None and queries.danger_of(call) == held
    if form.is_valid():
        with form.refusals():
            actions.add_words(held, **form.cleaned_data, by=request.actor, at=now())
            messages.success(request, _("已补记。"))
            return redirect("hotline:line") if talking else redirect("hotline:words", number)
    if talking and call and form.is_bound:
        return danger_page(request, call, held, form)
    full = talking or may_see(request.actor, held.case.applicant)
    context = _known(held, full=full) | {"form": form}
    return render(request, "hotline/words.html", context, status=form.http_status)
