"""A number of a person that was typed into a search by address is taken out of the address."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from yimen.lib.masking import holds_id

READING = ("GET", "HEAD")
MACHINES = "/api/"  # answer themselves, and have no page to go back to


class ScrubMiddleware:
    """An identity number in a query goes nowhere: the same page again without it, with a sentence.
    Addresses end up in histories, logs and the next page's referrer. Desks search by POST."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in READING and not request.path.startswith(MACHINES):
            kept = request.GET.copy()
            for name, values in request.GET.lists():
                if any(holds_id(value) for value in values):
                    del kept[name]
            if len(kept) < len(request.GET):
                messages.warning(request, _("请不要在这里输入身份证号码，已经去掉。"))
                return redirect(f"{request.path}?{kept.urlencode()}" if kept else request.path)
        return self.get_response(request)
