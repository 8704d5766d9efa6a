"""Every house's pages at the root, every house's API under /api/v1/."""

from __future__ import annotations

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

handler400 = "yimen.look.problems.error_400"
handler403 = "yimen.look.problems.error_403"
handler404 = "yimen.look.problems.error_404"
handler500 = "yimen.look.problems.error_500"
