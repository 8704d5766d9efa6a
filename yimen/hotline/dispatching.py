"""Pages of sending: who could do it and why, one key each; what became of whoever was sent;
neighbours who are asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yimen.cases.dossier import Dossier, load
from yimen.cases.models import Stage
from yimen.cases.second import seconds
from yimen.directory import actions as directory_acts
from yimen.directory import queries as directory
from yimen.directory import rules as choosing
from yimen.directory.models import Asking, Unit
from yimen.hotline import actions, came_back, perms, proposing, queries, sending
from yimen.hotline.jobs import notes_of
from yimen.hotline.models import Dispatch, HelpRequest
from yimen.hotline.sending_forms import NeighbourForm, PriceForm, SaidForm, WhenFilter
from yimen.hotline.views import for_operators
from yimen.lib.errors import Unseen
from yimen.lib.time import local, now
from yimen.people.perms import may_see

State = Dispatch.State


def _asked(request: HttpRequest, number: str) -> tuple[HelpRequest, Dossier]:
    """The request of that number, if the operator may know of it."""
    row = queries.visible_to(request.actor).filter(case__number=number).first()
    if row is None:
        raise Unseen("request", _("没有这个求助。"))
    return row, load(number)


def _about(request: HttpRequest, row: HelpRequest, d: Dossier) -> dict[str, Any]:
    """What both pages say of the request. Its words are for who may see the person's record."""
    full = may_see(request.actor, d.case.applicant)
    return {"row": row, "d": d, "case": d.case, "facts": d.case.facts if full else {}}


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def dispatch(request: HttpRequest, number: str) -> HttpResponse:
    """Who could do it, each with the reason; one key sends."""
    row, d = _asked(request, number)
    said = SaidForm(request.POST if "do" in request.POST else None)
    sends = "to" in request.POST or "assist" in request.POST
    reason = SaidForm(request.POST if sends else None, prefix="why")
    price = _price_form(request, row, d)
    if "price" in request.POST:
        if price and price.is_valid():
            with price.refusals():
                return _answered(request, number, price)
    elif sends and reason.is_valid():
        with reason.refusals():
            return _send(request, number, reason.cleaned_data["text"])
    elif said.is_valid():
        with said.refusals():
            return _write(request, row, said.cleaned_data["text"])
    return _page(request, row, d, price=price, said=said, reason=reason)


def _page(
    request: HttpRequest, row: HelpRequest, d: Dossier, *, price: PriceForm | None,
    said: SaidForm, reason: SaidForm,
) -> HttpResponse:  # fmt: skip
    rows = list(
        row.dispatches.select_related("unit", "body", "by", "task", "price").order_by("-number")
    )
    here = [r for r in rows if r.round == d.case.round]
    values = [
        sending.Past(came_back.now_is(r), r.role == Dispatch.Role.LEAD, r.by_id is None, r.final)
        for r in here
    ]
    disputed = sending.in_dispute(values)
    open_case = d.case.stage == Stage.HANDLING
    proposals = proposing.proposals(row, d, now()) if open_case else []
    sought = request.GET.get("q", "").strip()[:40] if open_case else ""
    context = _about(request, row, d) | {
        "rows": [_shown(r) for r in rows], "price": price,
        "asked": request.GET.get("ask", ""), "said": said, "reason": reason, "disputed": disputed,
        "settles": perms.settles(request.actor), "open": open_case, "State": State,
        "busy": any(v.leads and v.state in sending.OPEN and not v.automatic for v in values),
        "proposals": proposals, "sought": sought,
        "others": proposing.others(row, d, now(), sought, {p.to for p in proposals}),
        "askings": list(_askings(request, d)[:20]), "notes": list(notes_of(d.case)),
        "second": seconds(request.actor, [d.case.pk]).get(d.case.pk, []),
    }  # fmt: skip
    status = max(said.http_status, reason.http_status, price.http_status if price else 200)
    return render(request, "hotline/dispatch.html", context, status=status)


def _shown(made: Dispatch) -> dict[str, Any]:
    """One dispatch as it is now, with the reason and the time of a return that the minute has not
    brought yet. Who was named by the matrix is not recalled: whoever is sent takes its place."""
    state = came_back.now_is(made)
    is_open = state in Dispatch.OPEN
    reason, ended = came_back.how_it_ended(made)
    return {
        "row": made, "state": state, "label": str(State(state).label), "is_open": is_open,
        "reason": reason, "ended": None if is_open else ended,
        "writes": is_open and (made.by_id is not None or made.by_phone),
    }  # fmt: skip


def _price_form(request: HttpRequest, row: HelpRequest, d: Dossier) -> PriceForm | None:
    """The question of the price of the unit that is named in the address."""
    code = request.GET.get("ask", "")
    if not code:
        return None
    unit = Unit.objects.filter(street=row.street, code=code, is_active=True).first()
    if unit is None or unit.body_id in proposing.avoided(d, now()):
        return None
    offered = proposing.asked_for(row, unit)
    data = request.POST if "price" in request.POST else None
    form = PriceForm(data, initial={"price": offered.price, "said_by": "caller"})
    form.unit = offered  # type: ignore[attr-defined]
    return form


def _answered(request: HttpRequest, number: str, form: PriceForm) -> HttpResponse:
    made = actions.answer_price(
        number, unit=request.GET["ask"], **form.facts(), by=request.actor, at=now()
    )
    if made.agreed:
        messages.success(request, _("已登记同意，现在可以派出。"))
    else:
        messages.info(request, _("已登记不同意，请另选一个。"))
    sought = request.GET.get("q", "")
    back = reverse("hotline:dispatch", args=[number])
    return redirect(f"{back}?{urlencode({'q': sought})}#found" if sought else back)


def _send(request: HttpRequest, number: str, reason: str) -> HttpResponse:
    assist = "assist" in request.POST
    made = actions.dispatch(
        number, to=request.POST["assist" if assist else "to"], reason=reason, by=request.actor,
        role=Dispatch.Role.ASSIST if assist else Dispatch.Role.LEAD, at=now(),
    )  # fmt: skip
    if made.by_phone and made.unit:
        sentence = _("已登记。现在打电话给%(name)s：%(phone)s。")
        messages.success(request, sentence % {"name": made.label, "phone": made.unit.phone})
    else:
        messages.success(request, _("已派给%(name)s。") % {"name": made.label})
    return redirect("hotline:dispatch", number)


def _write(request: HttpRequest, row: HelpRequest, text: str) -> HttpResponse:
    """Something about one dispatch: recalled, taken, declined, reported."""
    made = get_object_or_404(row.dispatches, pk=_uuid(request.POST.get("dispatch", "")))
    how: dict[str, Any] = {"by": request.actor, "at": now()}
    verbs = {
        "recall": lambda: actions.recall(made.pk, reason=text, **how),
        "took": lambda: actions.took(made.pk, **how),
        "declined": lambda: actions.declined(made.pk, reason=text, **how),
        "reported": lambda: actions.reported(made.pk, text=text, done=False, **how),
        "done": lambda: actions.reported(made.pk, text=text, done=True, **how),
    }
    do = request.POST.get("do", "")
    if do not in verbs:
        raise Unseen("dispatch")
    verbs[do]()
    messages.success(request, _("已登记。"))
    return redirect("hotline:dispatch", row.case.number)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# -- neighbours ---------------------------------------------------------------------------------


def _askings(request: HttpRequest, d: Dossier) -> Any:
    rows = directory.askings_visible_to(request.actor).filter(job=f"case:{d.case.number}")
    return rows.order_by("-asked_at", "-id")


OF_ASKING = {
    "withdraw": directory_acts.withdraw,
    "done": directory_acts.finish,
    "thank": directory_acts.thank,
}


@require_http_methods(["GET", "HEAD", "POST"])
@for_operators
def neighbours(request: HttpRequest, number: str) -> HttpResponse:
    """Neighbours who could help with it, and those who were asked."""
    row, d = _asked(request, number)
    do = request.POST.get("do", "")
    if do in OF_ASKING:
        asked = get_object_or_404(_askings(request, d), pk=_uuid(request.POST.get("asking", "")))
        OF_ASKING[do](asked, by=request.actor, at=now())
        messages.success(request, _("已登记。"))
        return redirect("hotline:neighbours", number)
    when = WhenFilter(request.GET).chosen().get("when") or _tomorrow()
    helpers = directory.ready(row.street, row.need, row.place, when)
    services = [
        s for s in directory.services(row.street) if choosing.covers(s.needs, row.need)
    ]  # fmt: skip
    form = NeighbourForm(request.POST or None, helpers=helpers, services=services)
    if d.case.stage == Stage.HANDLING and form.is_valid():
        with form.refusals():
            facts = form.facts(services, when, request.actor.account)
            directory_acts.ask(job=f"case:{number}", by=request.actor, at=now(), **facts)
            messages.success(request, _("已经请了，等帮手回答。"))
            return redirect("hotline:neighbours", number)
    context = _about(request, row, d) | {
        "form": form, "filter": WhenFilter(initial={"when": local(when)}), "helpers": helpers,
        "askings": list(_askings(request, d)[:50]), "Asked": Asking.State,
        "open": d.case.stage == Stage.HANDLING, "when": when,
    }  # fmt: skip
    return render(request, "hotline/neighbours.html", context, status=form.http_status)


def _tomorrow() -> datetime:
    return (local(now()) + timedelta(days=1)).replace(hour=10, minute=0, second=0, microsecond=0)
