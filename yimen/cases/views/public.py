"""What anybody may do without signing in: follow a case by number and code, check a result
document, read a posting and object to it. All of it slowed for whoever tries too often.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.cases import track
from yimen.cases.actions.objections import LONGEST, object_to
from yimen.cases.dossier import Dossier, content_of
from yimen.cases.models import Posting, Result
from yimen.cases.posting import shown_name
from yimen.cases.printing import authority_of
from yimen.lib.errors import Unseen
from yimen.lib.masking import mask_name
from yimen.lib.numbering import pretty, pretty_code, verification_code
from yimen.lib.time import local, now, today
from yimen.look import paging, throttle
from yimen.look.forms import Form, without_id
from yimen.look.language import pick
from yimen.matters import guide

CHECKS_A_MINUTE = 20
OBJECTIONS_A_MINUTE = 3
KEPT_DAYS = 30  # how long a posting can still be read after its last day


class TrackForm(Form):
    number = forms.CharField(
        label=gettext_lazy("办件编号或查询号"),
        max_length=40,
        help_text=gettext_lazy("收件凭证上 26 位的编号，或者 8 位的查询号。"),
    )
    code = forms.CharField(
        label=gettext_lazy("查询码"), max_length=12,
        help_text=gettext_lazy("收件凭证上 6 位的查询码。"),
    )  # fmt: skip


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def tracking(request: HttpRequest) -> HttpResponse:
    """Number and code by POST; the answer is the page itself, so that no address bears the code."""
    if request.method != "POST":
        form = TrackForm(initial={"number": request.GET.get("number", "")[:40]})
        return render(request, "cases/track.html", {"form": form})
    form = TrackForm(request.POST)
    if form.is_valid():
        try:
            d = track.look_up(request, form.cleaned_data["number"], form.cleaned_data["code"])
        except Unseen as problem:
            form.add_error(None, str(problem.detail))
            form.http_status = 404
        except throttle.TooMany as problem:
            return _slow(request, form, problem)
        else:
            return render(request, "cases/tracked.html", progress(d))
    return render(request, "cases/track.html", {"form": form}, status=form.http_status)


def _slow(request: HttpRequest, form: Any, problem: throttle.TooMany) -> HttpResponse:
    """Too many wrong tries: say when one may try again."""
    again = local(now() + timedelta(seconds=problem.retry_after))
    form.add_error(
        None, _("尝试次数太多。请在 %(time)s 以后再试。") % {"time": f"{again:%H:%M:%S}"}
    )
    response = render(request, "cases/track.html", {"form": form, "slowed": True}, status=429)
    response["Retry-After"] = str(problem.retry_after)
    return response


def progress(d: Dossier) -> dict[str, Any]:
    """What happened, what comes next and by when, without personal data."""
    lang = get_language() or "zh-hans"
    step = track.next_step(d, lang)
    past = [{"title": p.text, "at": p.at, "state": "done"} for p in track.history(d, lang)]
    if d.open:
        past.append({"title": step.text, "state": "next"})
    return {
        "d": d,
        "case": d.case,
        "matter": d.content.name.text(lang),
        "pretty": pretty(d.case.number),
        "step": step,
        "history": past,
        "centre": guide.place(d.case.centre),
        "statutory": d.case.statutory_due_on if d.content.terms.statutory else None,
        "missing": [
            known.name.text(lang) for m in d.missing() if (known := d.content.material(m.code))
        ],
    }


# -- checking a result document ----------------------------------------------------------------


@login_not_required
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """Is this result document genuine, and does it still hold?"""
    typed = request.GET.get("code", "").strip()
    context: dict[str, Any] = {"typed": typed[:40], "asked": "code" in request.GET}
    if typed:
        throttle.refuse_if_over(request, "verify", CHECKS_A_MINUTE)
        throttle.count(request, "verify")
        context |= _checked(typed)
    elif context["asked"]:
        return render(request, "cases/verify.html", context, status=422)
    status = 404 if typed and context["state"] == "unknown" else 200
    return render(request, "cases/verify.html", context, status=status)


def _checked(typed: str) -> dict[str, Any]:
    code = verification_code(typed)
    found = Result.objects.filter(code=code) if code else Result.objects.none()
    row = found.select_related("case__lead__guided_by", "holder").first()
    if row is None:
        return {"state": "unknown"}
    content, issuer = content_of(row.case.matter_id), authority_of(row.case.lead)
    return {
        "state": _state(row),
        "result": row,
        "code": pretty_code(row.code),
        "name": content.result.name.text(get_language() or ""),
        "matter": content.name.text(get_language() or ""),
        "issuer": pick({"zh": issuer.name, "en": issuer.name_en}),
        "holder": mask_name(row.holder.name),
    }


def _state(row: Result) -> str:
    if row.state != Result.State.VALID:
        return str(row.state)
    day = today()
    if row.valid_until is not None and row.valid_until < day:
        return "expired"
    return "early" if row.valid_from > day else "valid"


# -- postings ----------------------------------------------------------------------------------


class ObjectionForm(Form):
    text = forms.CharField(
        label=gettext_lazy("您的异议和理由"),
        min_length=5,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 6}),
        help_text=gettext_lazy("请写明事实。不要写自己或别人的身份证号。"),
        validators=[without_id],
    )
    contact = forms.CharField(
        label=gettext_lazy("怎样联系您"), required=False, max_length=100,
        help_text=gettext_lazy("可以不留。留下的话，只有答复异议的工作人员能看到，每次查看都有记录。"),
    )  # fmt: skip


def _public() -> Any:
    """Postings that are out, or ended lately."""
    day = today()
    shown = Posting.objects.filter(starts_on__lte=day, ends_on__gte=day - timedelta(days=KEPT_DAYS))
    return shown.select_related("case__lead", "case__applicant").annotate(
        raised=Count("objections")
    )


@login_not_required
@require_safe
def postings(request: HttpRequest) -> HttpResponse:
    """What is posted for the residents to examine."""
    page = paging.page(_public(), keys=("-ends_on", "-id"), cursor=request.GET.get("cursor"))
    rows = [_posting(posting) for posting in page]
    return render(request, "cases/postings.html", {"page": page, "rows": rows})


def _posting(posting: Posting) -> dict[str, Any]:
    content = content_of(posting.case.matter_id)
    lead = posting.case.lead
    return {
        "posting": posting,
        "matter": content.name.text(get_language() or ""),
        "body": pick({"zh": lead.name, "en": lead.name_en}),
        "who": shown_name(posting.case),
        "running": posting.ends_on >= today(),
    }


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def posting(request: HttpRequest, posting: UUID) -> HttpResponse:
    """One posting, with the form to object while it is out."""
    found = _public().filter(pk=posting).first()
    if found is None:
        raise Unseen("posting")
    form = ObjectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        throttle.refuse_if_over(request, "objection", OBJECTIONS_A_MINUTE)
        throttle.count(request, "objection")
        with form.refusals():
            given = form.cleaned_data
            object_to(found, text=given["text"], contact=given["contact"], at=now())
            return redirect("cases:objected", found.pk)
    context = {**_posting(found), "form": form}
    return render(request, "cases/posting.html", context, status=form.http_status)


@login_not_required
@require_safe
def objected(request: HttpRequest, posting: UUID) -> HttpResponse:
    """The objection has arrived; what happens now."""
    found = _public().filter(pk=posting).first()
    if found is None:
        raise Unseen("posting")
    return render(request, "cases/objected.html", _posting(found))
