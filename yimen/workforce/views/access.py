"""Who gets to which page of workforce, and the things pages look up."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.places.models import ServicePoint
from yimen.workforce import perms, queries

View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    """Whoever does not work here is not told that the page exists."""
    return _only(perms.works_here, view)


def for_overseers(view: View) -> View:
    """Posts, quota and contracts: who runs the centre, heads a body or oversees."""
    return _only(perms.sees_posts, view)


def _only(may: Callable[[Actor], bool], view: View) -> View:
    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not may(request.actor):
            raise Unseen("workforce")
        return view(request, *args, **kwargs)

    return seen


def place_for(actor: Actor, code: str) -> ServicePoint:
    """A place whose roster the actor may read."""
    found = queries.places_of(actor).filter(code=code).first()
    if found is None:
        raise Unseen("place")
    return found


def form_page(
    request: HttpRequest, form: Any, title: str, button: str, *, back: str
) -> HttpResponse:
    """A form on a page of its own; `back` names the page one came from."""
    context = {"form": form, "title": title, "button": button, "back": f"workforce:{back}"}
    return render(request, "bodies/form.html", context, status=form.http_status)
