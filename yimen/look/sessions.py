"""How long a sign-in lasts, and when a person has to show again who they are.

A sign-in ends after an hour without a click and twelve hours after it began, whatever happens
(settings; the limits of NIST SP 800-63B-4 for two factors are one hour and a day). What shows or
carries away personal data asks for password or code again unless that was a quarter of an hour ago
or less: a screen left open at the counter is the likeliest thief's door.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from yimen.lib.errors import Forbidden
from yimen.lib.time import now
from yimen.look.problems import for_machine

BEGAN, SEEN = "yimen_began", "yimen_seen"
NOTE_EVERY_S = 60  # a session is a row: not every click writes it


class SessionLimitsMiddleware:
    """Ends a sign-in that is over before anybody asks who it was."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and SESSION_KEY in request.session:
            if self._over(request):
                logout(request)
                messages.info(request, _("您离开的时间较长，为安全起见已自动退出，请重新登录。"))
            else:
                _note(request)
        return self.get_response(request)

    def _over(self, request: HttpRequest) -> bool:
        moment = now().timestamp()
        idle = moment - request.session.get(SEEN, moment)
        whole = moment - request.session.get(BEGAN, moment)
        return bool(
            idle > settings.YIMEN_SESSION_IDLE_MINUTES * 60
            or whole > settings.YIMEN_SESSION_HOURS * 3600
        )


def _note(request: HttpRequest) -> None:
    """When this sign-in began, and when it was last used (to the minute)."""
    moment, session = now().timestamp(), request.session
    if BEGAN not in session:
        session[BEGAN] = moment
    if moment - session.get(SEEN, 0) >= NOTE_EVERY_S:
        session[SEEN] = moment


def shown_lately(request: HttpRequest) -> bool:
    """Did the person sign in, or give password or code again, within the minutes that count?"""
    limit = settings.YIMEN_STEP_UP_MINUTES * 60
    if now().timestamp() - request.session.get(BEGAN, 0) <= limit:
        return True
    records = get_authentication_records(request, request.user)
    return any(time.time() - record.get("at", 0) <= limit for record in records)


def step_up(request: HttpRequest, *, keep: bool = True) -> None:
    """Before personal data are shown in full or carried away: ask for password or code again.

    The page is left for the question and comes back by itself, with what was typed; not with
    `keep` false, because what was typed (a password) would lie in the session meanwhile. Machines
    with a token have no password; what they may is decided by their account alone.
    """
    if getattr(request, "by_token", False) or shown_lately(request):
        return
    if for_machine(request) or not get_reauthentication_flows(request.user):
        detail = _("登录已有一段时间。请退出后重新登录，再办理这一步。")
        raise Forbidden("step_up", detail)
    if keep:
        raise ReauthenticationRequired
    way = get_adapter(request).get_reauthentication_methods(request.user)[0]["url"]
    place = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
    raise ImmediateHttpResponse(HttpResponseRedirect(f"{way}?{place}"))
