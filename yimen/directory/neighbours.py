"""The desk's pages about neighbours who help: vetting, what they were asked, concerns."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bodies.models import Body
from yimen.directory import actions, perms, queries
from yimen.directory.forms import DeskOfferForm, HandForm
from yimen.directory.models import Asking, Helper
from yimen.lib.errors import Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.people.queries import by_document
from yimen.places.queries import committees

TABS = (Helper.State.OFFERED, Helper.State.READY, Helper.State.PAUSED, Helper.State.ENDED)


@require_safe
def helpers(request: HttpRequest) -> HttpResponse:
    """Neighbours of the street by state."""
    actor = request.actor
    if not perms.asks(actor, actor.street):
        raise Unseen("helpers")
    rows = queries.helpers_visible_to(actor).filter(street=actor.street)
    state = request.GET.get("state", "")
    state = state if state in TABS else Helper.State.OFFERED
    here = reverse("directory:helpers")
    tabs = [
        {"label": one.label, "href": f"{here}?state={one}", "current": one == state}
        for one in TABS
    ]  # fmt: skip
    page = paging.page(
        rows.filter(state=state), keys=("-consented_at", "-id"),
        cursor=request.GET.get("cursor"),
    )  # fmt: skip
    queries.with_services(page.items)
    context = {"tabs": tabs, "page": page, "concerns": perms.keeps(actor, actor.street)}
    return render(request, "directory/helpers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest) -> HttpResponse:
    """Somebody who stands at the desk offers help."""
    actor = request.actor
    if not perms.asks(actor, actor.street):
        raise Unseen("helpers")
    form = DeskOfferForm(
        request.POST or None, committees=list(committees(actor.street)),
        services=list(queries.services(actor.street).exclude(is_policy=True)),
    )  # fmt: skip
    if form.is_valid():
        facts = dict(form.cleaned_data)
        found = by_document(actor.street, "resident_id", facts.pop("id_number"))
        if found is None:
            form.add_error("id_number", _("没有找到这个人。请先在受理页面登记，再来报名。"))
            form.http_status = 422
        else:
            with form.refusals():
                made = actions.offer_help(**facts, party=found.pk, by=actor, at=now())
                messages.success(request, _("已报名，等待核实。"))
                return redirect("directory:helper", made.pk)
    context = {
        "form": form,
        "title": _("代为报名"),
        "button": _("报名"),
        "back": "directory:helpers",
    }
    return render(request, "bodies/form.html", context, status=form.http_status)


VERBS = {
    "vet": actions.vet,
    "refuse": actions.refuse,
    "pause": actions.pause,
    "resume": actions.resume,
    "end": actions.end,
}
OF_ASKING = {"withdraw": actions.withdraw, "done": actions.finish, "thank": actions.thank}


@require_http_methods(["GET", "HEAD", "POST"])
def helper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One neighbour, with what they were asked."""
    actor = request.actor
    if not perms.asks(actor, actor.street):
        raise Unseen("helpers")
    row = get_object_or_404(queries.helpers_visible_to(actor), pk=pk, street=actor.street)
    do = request.POST.get("do", "")
    if do in VERBS:
        VERBS[do](row, by=actor, at=now())
        messages.success(request, _("已登记。"))
        return redirect("directory:helper", pk)
    if do in OF_ASKING:
        asked = get_object_or_404(
            queries.askings_visible_to(actor).filter(helper=row), pk=_uuid(request)
        )
        OF_ASKING[do](asked, by=actor, at=now())
        return redirect("directory:helper", pk)
    queries.with_services([row])
    rows = queries.askings_visible_to(actor).filter(helper=row)
    context = {
        "helper": row, "keeps": perms.keeps(actor, row.street) and not perms.owns(actor, row),
        "page": paging.page(rows, keys=("-asked_at", "-id"), cursor=request.GET.get("cursor")),
        "State": Helper.State, "Asked": Asking.State,
    }  # fmt: skip
    return render(request, "directory/helper.html", context)


def _uuid(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("asking", ""))
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
def concerns(request: HttpRequest) -> HttpResponse:
    """What somebody was worried about: open first; handed to the organ whose it is."""
    actor = request.actor
    seen = queries.concerns_visible_to(actor)
    if not (perms.keeps(actor, actor.street) or seen.exists()):
        raise Unseen("concerns")
    bodies = Body.objects.filter(street__in=[actor.street, "0"]).order_by("code")
    form = HandForm(request.POST or None, bodies=bodies)
    if form.is_valid():
        row = get_object_or_404(seen, pk=_uuid(request))
        with form.refusals():
            actions.settle(row, **form.cleaned_data, by=actor, at=now())
            messages.success(request, _("已转交。"))
            return redirect("directory:concerns")
    context = {
        "open": list(seen.filter(settled_at=None).order_by("raised_at")[:50]), "form": form,
        "page": paging.page(
            seen.exclude(settled_at=None), keys=("-settled_at", "-id"),
            cursor=request.GET.get("cursor"),
        ),
        "keeps": perms.keeps(actor, actor.street),
    }  # fmt: skip
    return render(request, "directory/concerns.html", context, status=form.http_status)
