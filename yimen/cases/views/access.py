"""Who may open a page at all, and the case it is about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yimen.cases.dossier import Dossier, load
from yimen.cases.perms import sees
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.numbering import normal
from yimen.people import perms as people

View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    """Whoever does not work here is not told that the page exists."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.actor.kind != "staff":
            raise Unseen("desk")
        return view(request, *args, **kwargs)

    return seen


def find(request: HttpRequest, number: str) -> Dossier:
    """The case of that number, if the asker may know of it; otherwise there is none."""
    d = load(normal(number))
    if not sees(request.actor, d):
        raise Unseen("case", _("没有这个办件。请核对编号。"))
    return d


def find_own(request: HttpRequest, number: str) -> Dossier:
    """The case of that number, if the asker applied for it or handed it in."""
    d = find(request, number)
    actor = request.actor
    if actor.party is None or actor.party not in (d.case.applicant_id, d.case.presenter_id):
        raise Unseen("case", _("没有这个办件。请核对编号。"))
    return d


def reads_in_full(actor: Actor, d: Dossier) -> bool:
    """Names, answers, scans and texts are for those who work with people's records, and for the
    applicant; supervisors and auditors see the case redacted."""
    mine = actor.party is not None and actor.party == d.case.presenter_id
    return mine or people.may_see(actor, d.case.applicant)
