"""Back at the centre: the papers of a visit become cases. Name, matters and papers, no address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yimen.homeservice import actions, queries
from yimen.homeservice.forms import ScanForm
from yimen.homeservice.models import Visit
from yimen.intake.perms import may_take
from yimen.lib.actor import Actor
from yimen.lib.errors import Problem, Unseen
from yimen.lib.time import now
from yimen.look.language import pick
from yimen.matters.queries import some


@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The visit whose papers wait: keep the signed mandate, open the intake, or end it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    found = queries.to_hand_in(actor) if actor.kind == "staff" else Visit.objects.none()
    visit = found.select_related("person", "mandate__agent").filter(pk=pk).first()
    if visit is None:
        raise Unseen("visit", _("没有这次上门服务。请核对编号。"))
    do = request.POST.get("do", "")
    scan = ScanForm(request.POST if do == "scan" else None, request.FILES or None)
    if do:
        led = _act(request, visit, do, scan)
        if led is not None:
            return led
    versions = some(visit.matters)
    context = {
        "visit": visit, "scan": scan, "papers": queries.taken(visit),
        "matters": [pick({"zh": v.name, "en": v.name_en}) for v in versions.values()],
        "takes": may_take(actor, visit.body_id),
    }  # fmt: skip
    return render(request, "homeservice/hand_in.html", context, status=scan.http_status)


def _act(request: HttpRequest, visit: Visit, do: str, scan: ScanForm) -> HttpResponse | None:
    """Where it leads; None when the page is shown again with what is wrong."""
    how: dict[str, Any] = {"by": request.actor, "at": now()}  # type: ignore[attr-defined]
    if do == "scan":
        if scan.is_valid():
            with scan.refusals():
                actions.keep_scan(visit.pk, scan.cleaned_data["paper"], **how)
                messages.success(request, _("扫描件已存好。"))
                return redirect("homeservice:hand_in", visit.pk)
        return None
    try:
        if do == "intake":
            draft = actions.begin_intake(visit.pk, **how)
            return redirect("intake:sitting", draft.pk)
        if do == "nothing":
            actions.nothing_to_hand_in(visit.pk, **how)
            messages.success(request, _("这次上门已结束。"))
            return redirect("pages:desk")
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        messages.error(request, str(problem.detail))
    return redirect("homeservice:hand_in", visit.pk)
