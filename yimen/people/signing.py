"""How residents open an account on the web: the choice of a user name, and the entry on record."""

from __future__ import annotations

import logging
from secrets import choice
from string import ascii_lowercase
from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import resolve_url

from yimen.lib.actor import Actor
from yimen.lib.time import now
from yimen.look.signing import AccountAdapter
from yimen.look.throttle import place_of
from yimen.people import actions
from yimen.people.actions.accounts import username_problem

log = logging.getLogger("yimen.signing")


def display(account: Any) -> str:
    """Who has just signed in, as the message calls them (settings.ACCOUNT_USER_DISPLAY)."""
    return str(account.called)


class ResidentAdapter(AccountAdapter):
    """The adapter in use (settings.ACCOUNT_ADAPTER)."""

    def clean_username(self, username: str, shallow: bool = False) -> str:
        username = username.strip().lower()
        problem = username_problem(username)
        if problem:
            raise ValidationError(problem)
        return super().clean_username(username, shallow=shallow)

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        account = super().save_user(request, user, form, commit=commit)
        if commit:
            who = Actor(kind=account.kind, account=account.pk, name=account.username)
            actions.signed_up(account, by=who, at=now())
        return account

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """A new account knows nobody yet: the next step is the paper from the counter."""
        return resolve_url("people:me_bind")


class CityAdapter(DefaultSocialAccountAdapter):
    """Signing in through a city's identity service (settings.SOCIALACCOUNT_ADAPTER). Only that it
    is the same person again is kept: what the service tells of names and numbers is let go."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        sociallogin.account.extra_data = {}
        sociallogin.user.username = "city-" + "".join(choice(ascii_lowercase) for _n in range(10))
        return sociallogin.user

    @transaction.atomic
    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        account = super().save_user(request, sociallogin, form)
        who = Actor(kind=account.kind, account=account.pk, name=account.username)
        actions.signed_up(account, by=who, at=now())
        return account

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_more: Any) -> None:
        log.warning("sign-in by the identity service failed, from %s", place_of(request))
