"""Pages for those who rate, and the figures that everybody may read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from yimen.cases.queries import visible_to as cases_visible_to
from yimen.feedback import actions, perms, queries, visits
from yimen.feedback.forms import LookUpForm, RatingForm
from yimen.feedback.lookup import invitation_by, subject_by, subject_of
from yimen.feedback.models import Channel, FollowUp, Rating
from yimen.feedback.queries import Rateable
from yimen.feedback.rules import Figures, add
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.look.language import pick
from yimen.matters.queries import some
from yimen.places.models import ServicePoint

SALT, TOKEN_S = "feedback.rate", 3600
YEAR = timedelta(days=365)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Number and code, in the body of a POST; then the form. Staff do not rate."""
    _not_staff(request)
    printed = request.GET.get("number", "")  # the QR code of a receipt brings it
    form = LookUpForm(request.POST or None, initial={"number": printed})
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            subject = subject_by(request, number=given["number"], code=given["code"])
        except Unseen:
            form.add_error(None, _("没有查到。请核对编号和查询码。"))
            form.http_status = 404
        else:
            return _form_page(request, form, subject, Channel.QR if printed else Channel.WEB)
    return render(request, "feedback/look_up.html", {"form": form}, status=form.http_status)


def _not_staff(request: HttpRequest) -> None:
    if not perms.may_rate(request.actor):
        raise Forbidden("rate", _("评价只能由办事人作出，工作人员不能代评。"))


def of_visit(request: HttpRequest, subject: Rateable) -> HttpResponse:
    """For the house that knows the visit and has checked the secret of its link."""
    _not_staff(request)
    return _form_page(request, LookUpForm(), subject, Channel.QR)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """The link of an invitation: the form without number and code while it holds; and the place to
    say that one wants no more of them."""
    _not_staff(request)
    invitation = invitation_by(request, code, key)
    if request.method == "POST":
        stops = request.POST.get("do") == "stop"
        verb = actions.stop_asking if stops else actions.ask_again
        verb(invitation, by=request.actor, at=now())
        return redirect("feedback:invited", code, key)
    if invitation.expires_at <= now():
        problem = _("这个链接过期了。请用编号和查询码评价。")
        context = {"form": LookUpForm(), "problem": problem}
        return render(request, "feedback/look_up.html", context, status=410)
    subject = subject_of(invitation.subject, invitation.street, invitation.ref)
    asked = not queries.wants_none(invitation.party_id)
    return _form_page(request, LookUpForm(), subject, Channel.SMS, asked=asked)


def _form_page(
    request: HttpRequest, form: LookUpForm, subject: Rateable, channel: str = Channel.WEB,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """The rating form; or how far the answer to a rating is, or why it cannot be rated now."""
    first = queries.first_of(subject)
    try:
        actions.check(subject, first)
    except Refused as refusal:
        if first is not None:
            return render(request, "feedback/rated.html", _said(request, subject, first) | more)
        if not form.is_bound:  # by a link: nothing was typed, so nothing typed is wrong
            context = {"form": form, "problem": str(refusal.detail)}
            return render(request, "feedback/look_up.html", context, status=refusal.status)
        form.add_problem(refusal)
        return render(request, "feedback/look_up.html", {"form": form}, status=form.http_status)
    return _give_page(request, subject, RatingForm(subject.online), channel, first, **more)


def _said(request: HttpRequest, subject: Rateable, first: Rating) -> dict[str, Any]:
    """How far the answer to a rating is. What was said only the signed-in applicant reads again:
    number and code stand on papers that the office has in its hands too."""
    again = Rating.objects.filter(again_of=first).first()
    followup = FollowUp.objects.filter(rating=first).first()
    own = subject.party is not None and request.actor.party == subject.party
    return {
        "subject": _name_of(subject),
        "ratings": [r for r in (first, again) if r is not None and own],
        "followup": followup,
        "open": followup is not None and followup.state in ("open", "appealed"),
        "story": queries.story_of(first),
    }


def _name_of(subject: Rateable) -> str:
    """The matter of a case, for the top of the page; a question has none that could be shown."""
    found = some([subject.matter]) if subject.matter else {}
    version = found.get(subject.matter)
    return pick({"zh": version.name, "en": version.name_en}) if version else ""


def _give_page(
    request: HttpRequest, subject: Rateable, form: RatingForm, channel: str, first: Any = None,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    token = signing.dumps([subject.sort, subject.street, subject.ref, channel], salt=SALT)
    context = {"form": form, "token": token, "story": queries.story_of(first), **more}
    context["subject"] = _name_of(subject)
    return render(request, "feedback/give.html", context, status=form.http_status)


@require_GET
def own_case(request: HttpRequest, number: str) -> HttpResponse:
    """A signed-in applicant rates without a code."""
    _not_staff(request)
    party = request.actor.party
    case = cases_visible_to(request.actor).filter(number=number, applicant_id=party).first()
    if case is None or party is None:
        raise Unseen("case")
    return _form_page(request, LookUpForm(), queries.of_case(case))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponse:
    """Rate. The sealed token says what, and that number and code were right within the hour.
    Whoever reloads the page afterwards is led back to where rating begins."""
    _not_staff(request)
    if request.method != "POST":
        return redirect("feedback:rate")
    subject, channel = _subject_of(request.POST.get("token", ""))
    form = RatingForm(subject.online, request.POST)
    if form.is_valid():
        with form.refusals():
            rating = actions.rate(
                subject, by=request.actor, at=now(), channel=channel, **form.arguments()
            )
            return render(request, "feedback/thanks.html", {"rating": rating})
    return _give_page(request, subject, form, channel)


def _subject_of(token: str) -> tuple[Rateable, str]:
    try:
        sort, street, ref, channel = signing.loads(token, salt=SALT, max_age=TOKEN_S)
    except signing.BadSignature:
        raise Refused("token", _("页面打开太久了，请重新输入编号和查询码。")) from None
    return subject_of(sort, street, ref), channel


@login_not_required
@require_GET
def public(request: HttpRequest) -> HttpResponse:
    """Figures of the last year: few ratings are not shown, no rating is never a good one."""
    since = now() - YEAR
    centres = _both(queries.figures(since, "centre"), queries.enquiry_figures(since))
    matters = queries.figures(since, "matter")
    halls = queries.visit_figures(since, visits.rated().served(since))
    context = {
        "since": since,
        "tables": [
            {"label": _("按中心"), "rows": _rows(centres, _centre_names(centres))},
            {"label": _("窗口服务，按中心"), "rows": _rows(halls, _centre_names(halls))},
            {"label": _("按事项"), "rows": _rows(matters, _matter_names(matters))},
        ],
        "all": _sum(centres),
        "months": _months(since),
        "page": paging.page(
            queries.told(), keys=("-checked_at", "-id"), cursor=request.GET.get("cursor"), size=10
        ),
    }  # fmt: skip
    return render(request, "feedback/public.html", context)


def _months(since: datetime) -> list[dict[str, Any]]:
    """The months, the newest first, with what became of their bad ratings."""
    figures, followed = queries.monthly(since), queries.followed(since)
    return [
        {"month": month, "f": figures[month], "bad": followed.get(month)}
        for month in sorted(figures, reverse=True)
    ]


def _both(one: dict[str, Figures], other: dict[str, Figures]) -> dict[str, Figures]:
    found = dict(one)
    for key, figures in other.items():
        found[key] = add(found[key], figures) if key in found else figures
    return found


def _sum(rows: dict[str, Figures]) -> Figures:
    total = Figures({}, 0)
    for figures in rows.values():
        total = add(total, figures)
    return total


def _rows(figures: dict[str, Figures], names: dict[str, str]) -> list[dict[str, Any]]:
    ordered = sorted(figures.items(), key=lambda item: (-item[1].finished, item[0] or ""))
    rows = []
    for key, one in ordered[:200]:
        levels = [one.levels.get(n, 0) for n in (5, 4, 3, 2, 1)]
        rows.append({"name": names.get(key, key), "f": one, "levels": levels})
    return rows


def _centre_names(rows: dict[str, Figures]) -> dict[str, str]:
    points = ServicePoint.objects.filter(code__in=list(rows))
    return {p.code: pick({"zh": p.name, "en": p.name_en}) for p in points}


def _matter_names(rows: dict[str, Figures]) -> dict[str, str]:
    return {code: pick({"zh": v.name, "en": v.name_en}) for code, v in some(rows).items()}
