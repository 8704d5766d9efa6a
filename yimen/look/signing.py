"""How accounts come to be: at the counter or by an administrator; on the web only where a centre
says so (settings.YIMEN_SIGNUP), and then only residents, who have no powers anyway."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from yimen.lib.time import now


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(getattr(settings, "YIMEN_SIGNUP", False))

    def new_user(self, request: HttpRequest) -> Any:
        account = super().new_user(request)
        account.created_at = now()
        return account
