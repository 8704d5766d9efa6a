"""A resident's own pages: what is known here about me, and who looked at it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.lib.errors import Unseen
from yimen.lib.time import now, today
from yimen.look import paging, throttle
from yimen.people import actions, queries
from yimen.people.forms import BindForm, DetailsForm
from yimen.people.models import Party
from yimen.people.views import details_of


def own_party(request: HttpRequest) -> Party | None:
    """The record that the account belongs to, if a desk has connected the two."""
    if request.actor.party is None:
        return None
    return Party.objects.select_related("address").filter(pk=request.actor.party).first()


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """My data, my mandates, and who saw my numbers."""
    return _page(request, own_party(request))


def _page(
    request: HttpRequest, party: Party | None, shown: dict[str, str] | None = None
) -> HttpResponse:
    seen = None
    if party:
        seen = paging.page(
            queries.disclosures_of(party), keys=("-at", "-id"), cursor=request.GET.get("cursor")
        )
    context = {
        "party": party,
        "shown": shown or {},
        "mandates": list(queries.mandates_of(party)) if party else [],
        "seen": seen,
        "today": today(),
    }
    return render(request, "people/me.html", context)


@require_POST
def reveal(request: HttpRequest, field: str) -> HttpResponse:
    """One's own number in full; on record like every look, so that a stolen session shows."""
    party = own_party(request)
    if party is None:
        raise Unseen("party")
    value = actions.disclose(party, field, reason=_("本人查看"), by=request.actor, at=now())
    return _page(request, party, {field: value})


def edit(request: HttpRequest) -> HttpResponse:
    """My telephone and address."""
    party = own_party(request)
    if party is None:
        raise Unseen("party")
    begin = details_of(party)
    form = DetailsForm(request.POST or None, street=party.street, own=True, initial=begin)
    if form.is_valid():
        with form.refusals():
            actions.update_details(party, by=request.actor, at=now(), **form.changes())
            messages.success(request, _("已保存。以后的通知会发到新的联系方式。"))
            return redirect("people:me")
    context = {"form": form, "party": party}
    return render(request, "people/me_edit.html", context, status=form.http_status)


TRIES_A_MINUTE = 5


@require_http_methods(["GET", "HEAD", "POST"])
def bind(request: HttpRequest) -> HttpResponse:
    """Join this account to my record, with the paper from the counter."""
    actor = request.actor
    if actor.party is not None or actor.kind != "resident":
        return redirect("people:me")
    form = BindForm(request.POST or None)
    if request.method == "POST":
        for account in (None, actor.account):
            throttle.refuse_if_over(request, "bind", TRIES_A_MINUTE, account=account)
    if form.is_valid():
        with form.refusals():
            actions.bind(**form.cleaned_data, by=actor, at=now())
            messages.success(request, _("账号已经和您的资料连起来了。"))
            return redirect(settings.YIMEN_BOUND_TO)
        throttle.failed(request, "bind")
        throttle.count(request, "bind", account=actor.account)
    return render(request, "people/me_bind.html", {"form": form}, status=form.http_status)
