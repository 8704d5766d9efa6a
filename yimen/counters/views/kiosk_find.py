"""The ticket machine answers: how a matter is done, how far a case is, where to go, was it good."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.cases import track as tracks
from yimen.cases.models import Case
from yimen.cases.views.public import TrackForm, progress
from yimen.counters.models import Plan
from yimen.counters.views.kiosk import answers, centre, page, square
from yimen.feedback import actions as feedback
from yimen.feedback.models import Channel, Level
from yimen.feedback.queries import first_of, of_case
from yimen.knowledge import queries as laws
from yimen.knowledge.views import number, shown
from yimen.lib.errors import Problem, Refused, Unseen
from yimen.lib.time import now
from yimen.look.throttle import TooMany
from yimen.matters import guide as guides
from yimen.matters import queries as matters
from yimen.places.models import ServicePoint

SALT, TOKEN_S = "counters.kiosk.rate", 600


@require_safe
@login_not_required
def find(request: HttpRequest, code: str) -> HttpResponse:
    """What do I need? In plain words."""
    question = request.GET.get("q", "").strip()[:200]
    point = centre(code)
    return page(request, "find", point, q=question, hits=answers(question, point))


@require_safe
@login_not_required
def guide(request: HttpRequest, code: str, matter: str) -> HttpResponse:
    """What to bring, how long, how much; the whole guide goes along on the phone."""
    point, content = centre(code), matters.content_of(matters.current(matter))
    address = request.build_absolute_uri(reverse("matters:guide", args=[matter]))
    return page(
        request, "guide", point, matter=content, facts=guides.key_facts(content),
        code=square(address),
    )  # fmt: skip


@require_safe
@login_not_required
def law(request: HttpRequest, code: str) -> HttpResponse:
    """Laws and gazettes: what stands in them about this? The passages themselves, one tap deep."""
    question, point = request.GET.get("q", "").strip()[:200], centre(code)
    found = laws.search(question, page=number(request.GET.get("page")))
    return page(
        request, "law", point, q=question, rows=shown(found), turn=found.page,
        more=found.page + 1 if found.more else 0,
    )  # fmt: skip


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest, code: str) -> HttpResponse:
    """Scan the receipt: number, then code; how far the case is, without anybody's name."""
    point, form, case = centre(code), *_look_up(request)
    if case is None:
        return page(request, "track", point, form=form, status=form.http_status)
    return page(request, "tracked", point, **progress(case))


def _look_up(request: HttpRequest) -> tuple[TrackForm, Any]:
    """The form and, when number and code belong together, the case's dossier."""
    form = TrackForm(request.POST or None)
    if request.method != "POST":
        return form, None
    if request.POST.get("number") and not request.POST.get("code"):
        return TrackForm(initial={"number": request.POST["number"][:40]}), None  # half scanned
    if form.is_valid():
        try:
            given = form.cleaned_data
            return form, tracks.look_up(request, given["number"], given["code"])
        except (Unseen, TooMany) as problem:
            form.add_error(None, str(problem.detail))
            form.http_status = problem.status
    return form, None


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, code: str) -> HttpResponse:
    """Number and code, then one of five buttons. Nobody at the office learns who it was."""
    point = centre(code)
    if "level" in request.POST:
        return _rated(request, point)
    form, d = _look_up(request)
    if d is None:
        return page(request, "track", point, form=form, rating=True, status=form.http_status)
    try:
        subject = of_case(d.case)
        feedback.check(subject, first_of(subject))
    except Refused as refusal:
        return page(request, "said", point, title=str(refusal.detail), bad=True, status=409)
    token = signing.dumps([d.case.street, d.case.number], salt=SALT)
    levels = sorted(Level.choices, reverse=True)
    return page(request, "rate", point, token=token, levels=levels)


def _rated(request: HttpRequest, point: ServicePoint) -> HttpResponse:
    try:
        street, number = signing.loads(request.POST.get("token", ""), salt=SALT, max_age=TOKEN_S)
        case = Case.objects.get(street=street, number=number)
        level = {str(n): n for n, _label in Level.choices}[request.POST["level"]]
        feedback.rate(
            of_case(case),
            level=level,
            by=request.actor,
            at=now(),
            channel=Channel.KIOSK,  # type: ignore[attr-defined]
        )
    except (signing.BadSignature, KeyError):
        text = _("页面打开太久了，请重新输入编号和查询码。")
        return page(request, "said", point, title=text, bad=True, status=409)
    except Problem as problem:
        return page(
            request, "said", point, title=str(problem.detail), bad=True, status=problem.status
        )
    return page(request, "said", point, title=_("谢谢您的评价"))


@require_safe
@login_not_required
def plan(request: HttpRequest, code: str) -> HttpResponse:
    """Where to go: the hall as a drawing and as a list; `?to=` marks one place."""
    point = centre(code)
    drawn = Plan.objects.filter(pk=point.pk).first()
    return page(request, "plan", point, plan=drawn, to=request.GET.get("to", "")[:20])
