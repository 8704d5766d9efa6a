"""Who may open the pages of figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yimen.bodies.models import Body
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now
from yimen.reports import perms, queries
from yimen.reports.queries import Scope

View = Callable[..., HttpResponse]


def with_scope(view: View) -> View:
    """Give the view its scope. Whoever does not work here is not told that the page exists."""

    @wraps(view)
    def scoped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.kind != "staff":
            raise Unseen("desk")
        if not perms.sees_board(request.actor):
            raise Forbidden("board", _("看板给负责人、协调和监督人员看。您的任务在“待办任务”里。"))
        return view(request, Scope.of(request.actor, now()), *args, **kwargs)

    return scoped


def body_named(scope: Scope, code: str) -> Body | None:
    """The body that an address names, if the board shows it; Unseen otherwise."""
    if not code:
        return None
    body = queries.body_called(scope.actor, code)
    if body is None or (scope.bodies is not None and body.pk not in scope.bodies):
        raise Unseen("body", _("看板上没有这个单位。"))
    return body
