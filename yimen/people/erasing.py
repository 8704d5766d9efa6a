"""Pages: a person is erased at their own request; how long what is kept, and what goes next."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.ledger.models import Entry
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now
from yimen.look.sessions import step_up
from yimen.people import actions, perms, queries, retention
from yimen.people.forms import EraseForm
from yimen.people.queries import party_for

RUNS = 10


def erase(request: HttpRequest, id: UUID) -> HttpResponse:
    """What would go and what stands against it, first; then the deed, with a reason."""
    record = party_for(request.actor, id)
    if not perms.may_erase(request.actor, record):
        raise Forbidden("erase", _("只有系统管理员可以按本人申请删除个人资料。"))
    step_up(request)
    form = EraseForm(request.POST or None)
    if form.is_valid():
        with form.refusals():
            reason = form.cleaned_data["reason"]
            actions.erase(record, reason=reason, by=request.actor, at=now())
            messages.success(request, _("已删除。编号和办理过程仍在记录里，不再指向任何人。"))
            return redirect("people:people")
    context = {"party": record, "form": form, "kept": queries.kept(record, at=now())}
    return render(request, "people/erase.html", context, status=form.http_status)


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Every term with its source, what tonight's run will take, and what the last ones took."""
    if not perms.may_see_terms(request.actor):
        raise Unseen("retention")
    runs = Entry.objects.filter(street="0", stream="retention").order_by("-seq")[:RUNS]
    context = {"due": retention.due(now()), "runs": [retention.run(entry) for entry in runs]}
    return render(request, "people/retention.html", context)
