"""How accounts come to be: at the counter or by an administrator; on the web only where a centre
says so (settings.YIMEN_SIGNUP), and then only residents, who have no powers anyway."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from yimen.lib.time import now
from yimen.look.throttle import place_of

log = logging.getLogger("yimen.signing")


class AccountAdapter(DefaultAccountAdapter):
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            log.warning("sign-in slowed: too many tries, from %s", place_of(request))
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """What was typed is not kept: people type passwords into the wrong box."""
        log.warning("sign-in failed, from %s", place_of(request))

    def login(self, request: HttpRequest, user: Any) -> None:
        """Who came in how; the account's id, never its name."""
        super().login(request, user)
        how = "+".join(m["method"] for m in get_authentication_records(request, user)) or "by hand"
        log.info("sign-in of account %s, %s, from %s", user.pk, how, place_of(request))

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(getattr(settings, "YIMEN_SIGNUP", False))

    def new_user(self, request: HttpRequest) -> Any:
        account = super().new_user(request)
        account.created_at = now()
        return account
