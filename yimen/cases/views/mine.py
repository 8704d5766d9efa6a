"""A resident's own cases: follow, bring what is missing, withdraw, confirm, say whether it helped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yimen.cases import printing
from yimen.cases.actions import VERBS, perform
from yimen.cases.actions.supply import Brought, supply
from yimen.cases.dossier import Dossier
from yimen.cases.models import Case
from yimen.cases.queries import visible_to, wished
from yimen.cases.views import acting, shown
from yimen.cases.views.access import find_own
from yimen.cases.views.case import own_file
from yimen.cases.views.public import progress
from yimen.cases.words import SOLVED, WAYS
from yimen.lib.errors import Refused, Unseen
from yimen.look import paging
from yimen.look.language import pick

# what a resident may do here, in the order of the page
OWN_ACTS: dict[str, Any] = {
    "supplied": gettext_lazy("补交材料"),
    "confirm": gettext_lazy("我已收到结果"),
    "solved": gettext_lazy("我的问题解决了吗"),
    "withdraw": gettext_lazy("撤回申请"),
}
SAID: dict[str, Any] = {
    "supplied": gettext_lazy("材料已经收到。"),
    "confirm": gettext_lazy("谢谢，已记录您收到了结果。"),
    "solved": gettext_lazy("谢谢您的回答。"),
    "withdraw": gettext_lazy("申请已经撤回。"),
}


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """All cases that one applied for or handed in, the newest first."""
    page = paging.page(
        _own(request).select_related("matter", "applicant").defer("matter__content"),
        keys=("-received_at", "-id"), cursor=request.GET.get("cursor"), count=False,
    )  # fmt: skip
    rows = [
        {
            "case": case,
            "matter": pick({"zh": case.matter.name, "en": case.matter.name_en}),
            "for_other": case.applicant_id != request.actor.party,
        }
        for case in page
    ]
    context = {"page": page, "rows": rows, "bound": request.actor.party is not None}
    return render(request, "cases/mine.html", context)


def _own(request: HttpRequest) -> Any:
    party = request.actor.party
    if party is None:
        return Case.objects.none()
    own = Q(applicant_id=party) | Q(presenter_id=party)
    return visible_to(request.actor).filter(own)


@require_safe
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One of one's own cases."""
    d = find_own(request, number)
    context = progress(d) | {
        "applicant": d.case.applicant.name,
        "wish": pick(WAYS.get(wished(d), {})),
        "materials": shown.materials(d, full=True),
        "answers": shown.answers(d),
        "prints": printing.offered(d, staff=False),
        "acts": _acts(request, d),
        "solved": SOLVED.get(d.case.solved, ""),
        "rating": _rating(d),
    }
    return render(request, "cases/mine_case.html", context)


def _acts(request: HttpRequest, d: Dossier) -> list[dict[str, Any]]:
    allowed = [a for a in acting.possible(request.actor, d) if a in OWN_ACTS and _open_to(a, d)]
    return [{"name": a, "label": OWN_ACTS[a]} for a in OWN_ACTS if a in allowed]


def _open_to(act: str, d: Dossier) -> bool:
    """Is there anything for the act to do? Only a matter of showing a button."""
    if act == "supplied":
        return any(m.status in ("missing", "later") for m in d.materials)
    return act != "solved" or (d.case.ending == "completed" and not d.case.solved)


def _rating(d: Dossier) -> str:
    """Where this case can be rated, once it is over."""
    if d.open:
        return ""
    try:
        return reverse("feedback:own-case", args=[d.case.number])
    except NoReverseMatch:
        return ""


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """One thing that a resident does to the own case."""
    d = find_own(request, number)
    if act not in OWN_ACTS:
        raise Unseen("act")
    if d.case.stage not in VERBS[act].stages:
        raise Refused("stage", _("这个办件现在不能做这项操作。请看最新的进展。"))
    posted = request.method == "POST"
    form: Any = acting.form_for(
        act, d, request.actor, data=request.POST if posted else None,
        files=request.FILES if posted else None,
    )  # fmt: skip
    _for_residents(form)
    if posted and form.is_valid():
        with form.refusals():
            DO.get(act, _perform)(request, d, act, form)
            messages.success(request, SAID[act])
            return redirect("cases:mine_case", d.case.number)
    context = {"d": d, "act": act, "label": OWN_ACTS[act], "form": form, "matter": d.content.name}
    return render(request, "cases/mine_act.html", context, status=form.http_status)


def _for_residents(form: Any) -> None:
    """A resident acts now, online: no earlier moment, and what is uploaded is electronic."""
    for name in [n for n in form.fields if n in ("at", "proof") or n.startswith("given_")]:
        del form.fields[name]


def _perform(request: HttpRequest, d: Dossier, act: str, form: Any) -> None:
    perform(d.case.number, act, by=request.actor, **form.arguments())


def _supply(request: HttpRequest, d: Dossier, act: str, form: Any) -> None:
    """Online a material is its scan: what is ticked must be uploaded."""
    given = form.cleaned_data
    for code in given["materials"]:
        if not given.get(f"scan_{code}"):
            form.add_error(f"scan_{code}", _("请上传这份材料的照片或扫描件。"))
    if form.errors:
        raise Refused("scan", _("还有材料没有上传。"))
    brought = [Brought(c, "electronic", given[f"scan_{c}"]) for c in given["materials"]]
    supply(d.case.number, brought, by=request.actor, version=given.get("version"))


DO: dict[str, Callable[..., None]] = {"supplied": _supply}


@require_safe
def file(request: HttpRequest, number: str, file: UUID) -> HttpResponse:
    """A scan of one's own case."""
    return own_file(find_own(request, number), file)
