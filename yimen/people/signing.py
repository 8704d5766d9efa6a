"""How residents open an account on the web: the choice of a user name, and the entry on record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import resolve_url

from yimen.lib.actor import Actor
from yimen.lib.time import now
from yimen.look.signing import AccountAdapter
from yimen.people import actions
from yimen.people.actions.accounts import username_problem


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
