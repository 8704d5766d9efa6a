"""The two pages that look has of its own: keeping preferences, and the living style page."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from yimen.lib.errors import Unseen
from yimen.look import preferences as kept
from yimen.look import samples


@login_not_required
@csrf_exempt  # a cookie about letters and language on this very browser: nothing to forge
@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep language, type size and contrast, and go back to where the visitor was."""
    response = HttpResponseRedirect(_back(request))
    secure = request.is_secure()
    for cookie, value in kept.chosen(request.POST).items():
        kept.remember(response, cookie, value, secure=secure)
    language = request.POST.get("language")
    if language in dict(settings.LANGUAGES):
        kept.remember(response, settings.LANGUAGE_COOKIE_NAME, language, secure=secure)
    return response


def _back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


@require_GET
def styles(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for those who build pages."""
    if request.actor.kind != "staff":  # type: ignore[attr-defined]
        raise Unseen("styles")
    form = samples.SampleForm(request.GET or None)
    if request.GET:
        form.is_valid()
    return render(
        request, "look/styles.html", {"form": form, **samples.facts(), "title": _("页面组件")}
    )
