"""Every house's pages at the root, every house's API under /api/v1/."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from yimen.config.api import door


def rooms(name: str) -> list[str]:
    """The dotted paths of the houses' modules called `name`, top floor first."""
    found = (f"yimen.{house}.{name}" for house in settings.HOUSES)
    return [dotted for dotted in found if find_spec(dotted)]


urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", door()),
    path("accounts/", include("allauth.urls")),
    *[path("", include(dotted)) for dotted in rooms("urls")],
]

_pages = "yimen.pages.views"
if find_spec(_pages):
    for _status in (400, 403, 404, 500):
        if hasattr(import_module(_pages), f"error_{_status}"):
            globals()[f"handler{_status}"] = f"{_pages}.error_{_status}"
