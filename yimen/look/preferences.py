"""How a visitor wants pages to look: kept in their own browser, set by a plain form.

A cookie holds one word each; nothing is stored about a person.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

LARGE_COOKIE = "yimen_type"
CONTRAST_COOKIE = "yimen_contrast"
CHOICES = {
    "type": (LARGE_COOKIE, {"large", "normal"}),
    "contrast": (CONTRAST_COOKIE, {"high", "normal"}),
}
A_YEAR = 365 * 24 * 3600


def is_large(request: HttpRequest | None) -> bool:
    return request is not None and request.COOKIES.get(LARGE_COOKIE) == "large"


def is_high_contrast(request: HttpRequest | None) -> bool:
    return request is not None and request.COOKIES.get(CONTRAST_COOKIE) == "high"


def remember(response: HttpResponse, name: str, value: str, *, secure: bool = False) -> None:
    """Keep a preference for a year on this browser."""
    response.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", httponly=True, secure=secure)


def chosen(data: Any) -> dict[str, str]:
    """The cookies that a submitted preference form asks for; unknown values are dropped."""
    found: dict[str, str] = {}
    for field, (cookie, allowed) in CHOICES.items():
        if data.get(field) in allowed:
            found[cookie] = data[field]
    return found


def forget(response: HttpResponse) -> HttpResponse:
    """Back to how the page looks to somebody new: for machines that many people use."""
    for cookie, _allowed in CHOICES.values():
        response.delete_cookie(cookie, samesite="Lax")
    response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)
    return response
