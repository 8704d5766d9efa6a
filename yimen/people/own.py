"""A resident's own pages: what is known here about me, and who looked at it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.lib.errors import Unseen
from yimen.lib.time import now, today
from yimen.look import paging, throttle
from yimen.look.sessions import step_up
from yimen.people import actions, queries
from yimen.people.forms import BindForm, DetailsForm, MandateForm
from yimen.people.models import Account, Party
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
        queries.name_seats(seen.items)
    context = {
        "party": party,
        "shown": shown or {},
        "mandates": list(queries.own_mandates(party)) if party else [],
        "seen": seen,
        "today": today(),
        "kept": queries.kept(party, at=now()) if party else [],
    }
    return render(request, "people/me.html", context)


@require_POST
def reveal(request: HttpRequest, field: str) -> HttpResponse:
    """One's own number in full; on record like every look, so that a stolen session shows."""
    party = own_party(request)
    if party is None:
        raise Unseen("party")
    step_up(request)
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


def give_mandate(request: HttpRequest) -> HttpResponse:
    """I let somebody act for me: in what, until when."""
    party = own_party(request)
    if party is None:
        raise Unseen("party")
    begin = {"valid_from": today()}
    form = MandateForm(request.POST or None, request.FILES or None, own=True, initial=begin)
    if request.method == "POST":
        throttle.refuse_if_over(request, "mandate", TRIES_A_MINUTE)
        throttle.count(request, "mandate")
    if form.is_valid():
        by, at = request.actor, now()
        with form.refusals():
            agent = actions.find_or_register(party.street, by=by, at=at, **form.agent())
            actions.create_mandate(party, agent, by=by, at=at, **form.terms())
            messages.success(request, _("委托已登记。"))
            return redirect("people:me")
    return render(request, "people/me_mandate.html", {"form": form}, status=form.http_status)


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


def sign_out(request: HttpRequest) -> HttpResponse:
    """End all my sign-ins, this one among them: for a lost telephone or a borrowed computer."""
    if request.method == "POST":
        account = Account.objects.get(pk=request.actor.account)
        actions.sign_out_everywhere(account, by=request.actor, at=now())
        logout(request)
        messages.success(request, _("所有设备上的登录都已结束。"))
        return redirect("account_login")
    return render(request, "people/me_sign_out.html")


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Everything that is kept about me, to take along (PIPL art. 45). With my numbers in full:
    that they were handed out is on record like every look."""
    party = own_party(request)
    if party is None:
        raise Unseen("party")
    step_up(request)
    by, at, why = request.actor, now(), _("本人导出")
    full = {
        field: actions.disclose(party, field, reason=why, by=by, at=at)
        for field in ("id_number", "phone")
    }
    found = queries.everything_of(party) | full
    response = JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="my-data-{today():%Y%m%d}.json"'
    return response
