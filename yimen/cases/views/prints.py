"""Printed documents of a case, drawn from the record each time they are asked for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.cases import perms, printing
from yimen.cases.dossier import Dossier
from yimen.cases.views.access import find, find_own, for_staff, reads_in_full
from yimen.files.views import answer
from yimen.lib.errors import Forbidden
from yimen.printing import render

LANGUAGES = ("zh-hans", "en")


@require_safe
@for_staff
def pdf(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """A document for the desk. The enquiry code stands on it only at a counter that hands it out."""
    d = find(request, number)
    if not reads_in_full(request.actor, d):
        raise Forbidden("print", _("您的岗位只能查看脱敏的办件，不能打印文书。"))
    return _print(request, d, name, staff=True, code=perms.counter(request.actor, d).ok)


@require_safe
def own_pdf(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """A document for the applicant, or whoever handed in."""
    return _print(request, find_own(request, number), name, staff=False, code=True)


def _print(request: HttpRequest, d: Dossier, name: str, *, staff: bool, code: bool) -> HttpResponse:
    template, facts = printing.sheet(d, name, staff=staff, code=code)
    wanted = request.GET.get("lang", "")
    lang = wanted if wanted in LANGUAGES else get_language() or "zh-hans"
    content = render(template, facts, lang)
    return answer(content, "application/pdf", f"{d.case.number}-{name}.pdf", inline=True)
