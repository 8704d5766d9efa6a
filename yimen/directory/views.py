"""Public pages: the list of services; a neighbour's own offer of help."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bodies import gateway
from yimen.directory import actions, perms, queries
from yimen.directory.forms import ConcernForm, ListFilter, OfferForm
from yimen.directory.models import Asking, Helper, Service
from yimen.lib.errors import Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.places.models import Division, ServicePoint
from yimen.places.queries import committees
from yimen.printing import render as print_sheet
from yimen.printing.documents import Worklist


def _list(request: HttpRequest) -> tuple[ListFilter, Division | None, Any]:
    """The filter, the street, and its services."""
    having = Service.objects.filter(is_active=True).values("street")
    streets = list(Division.objects.filter(code__in=having).order_by("code"))
    form = ListFilter(request.GET, streets=streets)
    chosen = form.chosen()
    street = next((s for s in streets if s.code == chosen.get("street")), None)
    street = street or (streets[0] if streets else None)
    rows = queries.matching(queries.services(street.code if street else ""), chosen.get("q", ""))
    return form, street, rows.filter(fee=chosen["fee"]) if "fee" in chosen else rows


@login_not_required
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """What can be had, for whom, when, and what it costs (HLP-5)."""
    form, street, rows = _list(request)
    page = paging.page(rows, keys=("is_policy", "code"), cursor=request.GET.get("cursor"), size=50)
    query = request.GET.urlencode()
    line = gateway.in_force(street.code if street else "")
    context = {"form": form, "street": street, "page": page, "query": query, "line": line}
    return render(request, "directory/services.html", context)


def _shown(street: Division) -> dict[str, str]:
    """Whose list it is, and which number to ring."""
    phone = gateway.in_force(street.code).get("phone", "")
    told = f" · {phone}" if phone else ""
    return {"zh": street.name + told, "en": (street.name_en or street.name) + told}


@login_not_required
@require_safe
def sheet(request: HttpRequest) -> HttpResponse:
    """The same list on paper."""
    _form, street, rows = _list(request)
    if street is None:
        raise Unseen("services")
    heads = (_("服务"), _("做什么"), _("给谁"), _("什么时候"), _("费用"))
    paper = Worklist(
        number="", issuer=gateway.name(street.code), issued_at=now(), demo=settings.YIMEN_DEMO,
        title=_("服务清单"), shown=_shown(street),
        columns=list(heads),
        rows=[
            [s.label, s.said("what"), s.said("audience"), s.said("when"),
             " ".join(filter(None, (str(s.get_fee_display()), s.said("price"))))]
            for s in rows[:500]
        ],
    )  # fmt: skip
    content = print_sheet("worklist", paper, get_language() or "zh-hans")
    headers = {"Content-Disposition": 'inline; filename="services.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@login_not_required
@require_safe
def kiosk(request: HttpRequest, code: str) -> HttpResponse:
    """The list at the ticket machine, for its street."""
    point = ServicePoint.objects.filter(pk=code, is_open=True).first()
    if point is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    context = {
        "point": point, "base": settings.YIMEN_KIOSK_FRAME,
        "home": reverse("counters:kiosk", args=[point.pk]),
        "rows": queries.services(point.street)[:60],
    }  # fmt: skip
    return render(request, "directory/kiosk.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """One's own offer of help, and what one was asked."""
    actor = request.actor
    if actor.kind != "resident":
        raise Unseen("help")
    held = Helper.objects.filter(party__in=actor.records or [actor.party], state__in=Helper.OPEN)
    helper = next(iter(queries.with_services(held[:1])), None)
    form = OfferForm(
        request.POST or None, committees=list(committees(actor.street)),
        services=list(queries.services(actor.street).exclude(is_policy=True)),
    )  # fmt: skip
    if form.is_valid() and helper is None:
        with form.refusals():
            actions.offer_help(**form.cleaned_data, by=actor, at=now())
            messages.success(request, _("谢谢您。我们会请您来见一面，核实以后再联系您。"))
            return redirect("directory:mine")
    asked = queries.askings_visible_to(actor).order_by("-asked_at", "-id")
    context = {
        "helper": helper, "form": form, "bound": actor.party is not None,
        "page": paging.page(asked, keys=("-asked_at", "-id"), cursor=request.GET.get("cursor")),
    }  # fmt: skip
    return render(request, "directory/mine.html", context, status=form.http_status)


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One asking or the offer itself: answer, helped, rest, leave; or say that one is worried."""
    actor = request.actor
    asking = queries.askings_visible_to(actor).filter(pk=pk).first()
    do = request.POST.get("do", "")
    if asking is None:
        return _offer(request, pk, do)
    form = ConcernForm(request.POST if do == "worry" else None)
    if form.is_valid():
        with form.refusals():
            actions.raise_concern(asking, **form.cleaned_data, by=actor, at=now())
            messages.success(request, _("谢谢您告诉我们。中心负责人已经收到。"))
            return redirect("directory:act", pk)
    verbs = {
        "yes": lambda: actions.answer(asking, accept=True, by=actor, at=now()),
        "no": lambda: actions.answer(asking, accept=False, by=actor, at=now()),
        "done": lambda: actions.finish(asking, by=actor, at=now()),
    }
    if do in verbs:
        verbs[do]()
        return redirect("directory:act", pk)
    mine = perms.seats(actor, asking)
    context = {
        "asking": asking, "form": form, "answers": bool(mine),
        "said": asking.answer_of(mine[0]) if mine else "",
        "others": [_other(asking, seat) for seat in asking.seats if mine and seat not in mine],
        "worries": perms.worries(actor, asking), "State": Asking.State,
    }  # fmt: skip
    return render(request, "directory/asking.html", context, status=form.http_status)


def _other(asking: Asking, seat: str) -> str:
    """What the other neighbour said, without who it is."""
    said = asking.answer_of(seat)
    return str(Asking.Answer(said).label) if said else str(Asking.State.ASKED.label)


VERBS = {"pause": actions.pause, "resume": actions.resume, "end": actions.end}


def _offer(request: HttpRequest, pk: UUID, do: str) -> HttpResponse:
    helper = queries.helpers_visible_to(request.actor).filter(pk=pk).first()
    if helper is None or do not in VERBS or not perms.owns(request.actor, helper):
        raise Unseen("help", _("没有这个请求。"))
    VERBS[do](helper, by=request.actor, at=now())
    return redirect("directory:mine")
