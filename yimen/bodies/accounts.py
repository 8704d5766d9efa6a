"""Pages of accounts, for administrators: who can get in, and by which seats."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yimen.bodies import actions, queries
from yimen.bodies.forms import AccountFilter, AccountForm, PasswordForm
from yimen.bodies.models import Appointment
from yimen.bodies.views import for_administrators
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Invalid, Unseen
from yimen.lib.time import now, today
from yimen.look import paging
from yimen.look.sessions import step_up
from yimen.people import actions as people
from yimen.people.models import Account, Party, Token
from yimen.people.queries import accounts_visible_to
from yimen.people.queries import search as search_people


def account_for(actor: Actor, id: UUID) -> Account:
    found = accounts_visible_to(actor).select_related("party").filter(pk=id).first()
    if found is None:
        raise Unseen("account")
    return found


@require_safe
@for_administrators
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts of the street."""
    form = AccountFilter(request.GET or None)
    asked = form.chosen() if form.is_bound else {}
    found = accounts_visible_to(request.actor).select_related("party")
    if asked.get("name"):
        found = found.filter(username__startswith=asked["name"].lower())
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    page = paging.page(found, keys=("username",), cursor=request.GET.get("cursor"), size=30)
    return render(request, "bodies/accounts.html", {"form": form, "page": page})


@require_safe
@for_administrators
def account(request: HttpRequest, id: UUID) -> HttpResponse:
    """One account: state, seats of all times, tokens."""
    return _page(request, account_for(request.actor, id))


def _page(request: HttpRequest, found: Account, token: str = "") -> HttpResponse:
    held = Appointment.objects.filter(account=found).select_related("seat__body")
    context = {
        "account": found,
        "held": list(held.order_by("-valid_from", "seat__key", "id")),
        "tokens": list(found.tokens.order_by("-created_at")[:20]),
        "second_factors": Authenticator.objects.filter(user=found).count(),
        "today": today(),
        "actor_now": queries.actor_for(found),
        "token": token,
        "own": request.actor.account == found.pk,
        "password_form": PasswordForm(),
    }
    return render(request, "bodies/account.html", context)


@for_administrators
def create_account(request: HttpRequest) -> HttpResponse:
    actor = request.actor
    form = AccountForm(request.POST or None)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            facts["party"] = _party(actor, facts["party"])
            made = people.create_account(
                facts.pop("username"), street=actor.street, by=actor, at=now(), **facts
            )
            messages.success(request, _("账号已建立。接着可以任命席位。"))
            return redirect("bodies:account", made.pk)
    context = {"form": form, "title": _("建立账号"), "button": _("建立"), "back": "bodies:accounts"}
    return render(request, "bodies/form.html", context, status=form.http_status)


def _party(actor: Actor, text: str) -> Party | None:
    """The one person of that name or number; nobody is guessed at."""
    if not text:
        return None
    found = search_people(actor.street, text, actor)
    if len(found) == 1:
        return found[0]
    if found:
        message, remedy = _("有几位同名的人。"), _("请填写完整的证件号码或手机号。")
    else:
        message, remedy = _("没有查到这个人。"), _("请核对写法，或先在“人员”里登记。")
    raise Invalid("party", message, (FieldError("party", message, remedy),))


@require_POST
@for_administrators
def lock(request: HttpRequest, id: UUID) -> HttpResponse:
    """Lock, or let in again."""
    found = account_for(request.actor, id)
    if found.is_active:
        people.lock(found, by=request.actor, at=now())
        messages.success(request, _("账号已锁定，登录、会话和令牌立即失效。"))
    else:
        people.unlock(found, by=request.actor, at=now())
        messages.success(request, _("账号已解锁。"))
    return redirect("bodies:account", found.pk)


@for_administrators
def password(request: HttpRequest, id: UUID) -> HttpResponse:
    """A new password for somebody."""
    found = account_for(request.actor, id)
    step_up(request, keep=False)
    form = PasswordForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            people.set_password(found, form.cleaned_data["password"], by=request.actor, at=now())
            messages.success(request, _("密码已设置。请当面告知本人，并请本人登录后修改。"))
            return redirect("bodies:account", found.pk)
    context = {
        "form": form,
        "title": _("设置密码"),
        "button": _("设置"),
        "back": "bodies:account",
        "back_args": [found.pk],
    }
    return render(request, "bodies/form.html", context, status=form.http_status)


@require_POST
@for_administrators
def second_factor(request: HttpRequest, id: UUID) -> HttpResponse:
    """Take lost second factors away."""
    found = account_for(request.actor, id)
    step_up(request)
    count = actions.reset_second_factor(found, by=request.actor, at=now())
    messages.success(request, _("已清除 %(count)d 项两步验证。") % {"count": count})
    return redirect("bodies:account", found.pk)


@require_POST
@for_administrators
def sign_out(request: HttpRequest, id: UUID) -> HttpResponse:
    """End every sign-in of an account, on whatever device."""
    found = account_for(request.actor, id)
    people.sign_out_everywhere(found, by=request.actor, at=now())
    messages.success(request, _("这个账号在所有设备上的登录都已结束。"))
    return redirect("bodies:account", found.pk)


@require_POST
@for_administrators
def issue_token(request: HttpRequest, id: UUID) -> HttpResponse:
    """A token, shown this once."""
    found = account_for(request.actor, id)
    step_up(request)
    return _page(request, found, people.issue_token(found, by=request.actor, at=now()))


@require_POST
@for_administrators
def revoke_token(request: HttpRequest, id: UUID) -> HttpResponse:
    token = Token.objects.select_related("account").filter(pk=id).first()
    if token is None:
        raise Unseen("token")
    found = account_for(request.actor, token.account_id)
    people.revoke_token(token, by=request.actor, at=now())
    messages.success(request, _("令牌已撤销。"))
    return redirect("bodies:account", found.pk)
