"""Pages of objections: a unit says why a call back should not count; who runs the line judges."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.hotline import actions, perms, queries
from yimen.hotline.actions.objecting import last_day
from yimen.hotline.models import CallBack
from yimen.hotline.months import DaysFilter
from yimen.lib.errors import Unseen
from yimen.lib.time import local, now
from yimen.look import paging
from yimen.look.forms import Form


class ObjectionForm(Form):
    reason = forms.CharField(
        label=_("为什么不该计"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("写事实：不属于职责、情况有变、记错了。不要写求助人的姓名和电话"),
    )  # fmt: skip


class JudgeForm(Form):
    upheld = forms.ChoiceField(
        label=_("异议成立吗"), widget=forms.RadioSelect,
        choices=[("yes", _("成立：这次回访不计入三率")), ("no", _("不成立：照计"))],
    )  # fmt: skip
    why = forms.CharField(
        label=_("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


@require_safe
def objections(request: HttpRequest) -> HttpResponse:
    """What is not judged yet first, then the newest."""
    if not perms.watches(request.actor) and not perms.answers_for(request.actor):
        raise Unseen("objections")
    rows = queries.objections(request.actor)
    days = DaysFilter(request.GET).chosen()
    if days:  # those that a figure of the month counts
        first, last = days.get("first", date.min), days.get("last", date.max)
        rows = rows.filter(at__date__range=(first, last))
    page = paging.page(rows, keys=("-at", "-id"), cursor=request.GET.get("cursor"), size=30)
    waiting = list(rows.filter(upheld=None).order_by("at")[:50])
    context = {
        "page": page,
        "waiting": waiting,
        "own": _own(request),
        "watches": perms.watches(request.actor),
    }
    return render(request, "hotline/objections.html", context)


def _own(request: HttpRequest) -> list[CallBack]:
    """What one's own bodies may still object to."""
    found = queries.objectionable(request.actor, now())[:100]
    return [back for back in found if local(now()).date() <= last_day(back)][:50]


@require_http_methods(["GET", "HEAD", "POST"])
def object_to(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The unit's own words about one call back."""
    back = queries.call_backs(request.actor).filter(pk=pk).first()
    if back is None or not perms.may_object(request.actor, back):
        raise Unseen("call_back", _now("没有这次回访。"))
    form = ObjectionForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            actions.object_to(pk, **form.cleaned_data, by=request.actor, at=now())
            messages.success(request, _now("异议已提出，由热线负责人裁定。"))
            return redirect("hotline:objections")
    context = {"form": form, "back": back, "until": last_day(back)}
    return render(request, "hotline/object.html", context, status=form.http_status)


@require_http_methods(["GET", "HEAD", "POST"])
def judge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One objection: the unit's reason, what the caller said, the judgement."""
    row = queries.objections(request.actor).filter(pk=pk).first()
    if row is None:
        raise Unseen("objection", _now("没有这个异议。"))
    form = JudgeForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            upheld = form.cleaned_data["upheld"] == "yes"
            actions.judge(
                pk, upheld=upheld, why=form.cleaned_data["why"], by=request.actor, at=now()
            )
            messages.success(request, _now("已裁定，单位负责人会收到通知。"))
            return redirect("hotline:objections")
    may = row.upheld is None and perms.may_judge(request.actor, row)
    context = {"form": form, "row": row, "may": may}
    return render(request, "hotline/judge.html", context, status=form.http_status)
