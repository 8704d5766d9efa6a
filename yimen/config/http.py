"""Headers that every answer carries: what the browser may load, and where from."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": f"'self' {settings.YIMEN_LIVE}",
    "media-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
}
# The API's reading room draws itself with style attributes.
DOCS_POLICY = {**POLICY, "style-src": "'self' 'unsafe-inline'"}
DOCS_PATH = "/api/v1/docs"
SIGN_OUT = "/accounts/logout/"
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def policy(rules: dict[str, str]) -> str:
    """The header's text."""
    return "; ".join(f"{what} {where}" for what, where in rules.items())


class HeadersMiddleware:
    """Strict content policy: no inline script or style, nothing from elsewhere, no framing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.pages, self.docs = policy(POLICY), policy(DOCS_POLICY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        wanted = self.docs if request.path == DOCS_PATH else self.pages
        response.headers.setdefault("Content-Security-Policy", wanted)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        response.headers.setdefault("X-Frame-Options", "DENY")  # for who does not know policies
        if not request.path.startswith("/static/") and "Cache-Control" not in response.headers:
            # A shared computer must not show the last person's page from its cache.
            patch_cache_control(response, private=True, no_store=True)
        if request.path == SIGN_OUT and request.method == "POST":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response
