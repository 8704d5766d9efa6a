"""Pages about orders of city platforms: the list, one order, one typed in by hand, its return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.bridges import actions
from yimen.bridges.models import Order, System
from yimen.bridges.orders import queries, showing
from yimen.bridges.orders.forms import HandForm, ReturnForm, SortForm
from yimen.bridges.orders.rules import no_return
from yimen.hotline.needs import tree
from yimen.hotline.views import for_operators
from yimen.lib.errors import Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.look.forms import Form
from yimen.look.language import pick
from yimen.people.perms import may_see

FORM = ["GET", "HEAD", "POST"]


def _needs() -> list[tuple[str, str]]:
    """The list that a box for a need offers, in the reader's language."""
    lang = get_language() or "zh-hans"
    return [(need.text(lang), need.code) for need in tree().values()]


def _tabs(request: HttpRequest, which: str) -> list[dict[str, Any]]:
    names = {
        "open": pgettext("order", "在办"), "due": pgettext("order", "快到期"), "waiting": _("等对方确认"),
        "failed": _("没有送到"), "unsorted": _("待分拣"), "all": pgettext("order", "全部"),
    }  # fmt: skip
    counts = queries.counts(request.actor, now())
    return [
        {
            "label": names[name], "href": f"?show={name}", "current": name == which,
            "count": counts.get(name) or None, "tone": {"failed": "bad", "due": "watch"}.get(name, ""),
        }
        for name in queries.FILTERS
    ]  # fmt: skip


@require_safe
@for_operators
def orders(request: HttpRequest) -> HttpResponse:
    """Orders with both clocks, by what is to be done, or by a number."""
    which, typed = request.GET.get("show", "open"), request.GET.get("q", "").strip()[:80]
    which = which if which in queries.FILTERS else "open"
    at, actor = now(), request.actor
    found = queries.numbered(actor, typed) if typed else queries.listed(actor, which, at)
    page = paging.page(
        found, keys=queries.keys("all" if typed else which), cursor=request.GET.get("cursor"),
        size=30,
    )  # fmt: skip
    context = {
        "page": page, "rows": showing.rows(page, at), "typed": typed,
        "tabs": _tabs(request, "" if typed else which), "which": which,
    }  # fmt: skip
    return render(request, "bridges/orders.html", context)


def _find(request: HttpRequest, pk: UUID) -> Order:
    found = queries.worked_by(request.actor).filter(pk=pk).first()
    if found is None:
        raise Unseen("order", _("没有这个工单。"))
    return found


@require_safe
@for_operators
def order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One order: what came, two numbers, two clocks, what was answered, what may be the same."""
    return _page(request, _find(request, pk))


def _page(
    request: HttpRequest, held: Order, *, back: ReturnForm | None = None,
    sort: SortForm | None = None, act: Form | None = None,
) -> HttpResponse:  # fmt: skip
    at, case = now(), held.case
    over = showing.answered(case)
    full = may_see(request.actor, case.applicant)
    back, sort, act = back or ReturnForm(held), sort or SortForm(), act or Form()
    why = no_return(held.state, held.return_refused, over, at, held.return_by)
    context = {
        **showing.rows([held], at)[0], "facts": case.facts if full else {}, "full": full,
        "answers": showing.answers(held), "back": back, "sort": sort, "act": act, "at": at,
        "no_return": actions.NO_RETURN[why]() if why else "", "needs": _needs(),
        "same": [] if held.joined or over else queries.the_same(request.actor, held, at)[:5],
        "others": [o for o in queries.for_case(case) if o.pk != held.pk],
        "closed": held.platform.system.sort == System.Sort.CLOSED, "past": showing.past(held),
    }  # fmt: skip
    status = max(form.http_status for form in (back, sort, act))
    return render(request, "bridges/order.html", context, status=status)


@require_POST
@for_operators
def give_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Asked once, within their limit, for a reason of theirs."""
    held = _find(request, pk)
    form = ReturnForm(held, request.POST)
    if form.is_valid():
        with form.refusals():
            actions.return_order(held, **form.cleaned_data, by=request.actor, at=now())
            messages.success(request, _("已向对方申请退单，对方同意以前仍由我们办理。"))
            return redirect("bridges:order", pk)
    return _page(request, _find(request, pk), back=form)


@require_POST
@for_operators
def sort(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is said what it is about; another need is sent where it belongs."""
    held, form = _find(request, pk), SortForm(request.POST)
    if form.is_valid():
        with form.refusals():
            made = actions.sort_order(
                held, need=form.cleaned_data["need"], by=request.actor, at=now()
            )
            text = _("已分拣，办件 %(number)s，由%(body)s办理。")
            whose = pick({"zh": made.case.lead.name, "en": made.case.lead.name_en})
            lead = {"number": made.case.number, "body": whose}
            messages.success(request, text % lead)
            return redirect("bridges:order", pk)
    return _page(request, _find(request, pk), sort=form)


@require_POST
@for_operators
def act(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Joined, copied over, sent again, what the platform said of a return. A refusal is said on the
    page."""
    held, do = _find(request, pk), request.POST.get("do", "")
    verb = ACTS.get(do)
    if verb is None:
        raise Unseen("act")
    form = Form(request.POST)
    with form.refusals():
        text = verb(held, _uuid(request), {"by": request.actor, "at": now()})
        messages.success(request, text)
        return redirect("bridges:order", pk)
    return _page(request, _find(request, pk), act=form)


def _uuid(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("which", ""))
    except ValueError:
        return UUID(int=0)


def _join(held: Order, which: UUID, how: dict[str, Any]) -> str:
    actions.join_order(held, which, **how)
    return _("已并成一件：一个办件，两个编号。")


def _copy(held: Order, which: UUID, how: dict[str, Any]) -> str:
    actions.copy_over(held, which, **how)
    return _("已登记抄给对方。")


def _again(held: Order, which: UUID, how: dict[str, Any]) -> str:
    again = actions.send_again(held, which, **how)
    return _("正在重新发送。") if again else _("已经在发送，或者已经送到。")


def _judged(accepted: bool) -> Callable[[Order, UUID, dict[str, Any]], str]:
    def judge(held: Order, which: UUID, how: dict[str, Any]) -> str:
        actions.judge_return(held, accepted=accepted, **how)
        return _("已登记：对方同意退单。") if accepted else _("已登记：对方不同意，继续办理。")

    return judge


ACTS: dict[str, Callable[[Order, UUID, dict[str, Any]], str]] = {
    "join": _join, "copied": _copy, "again": _again, "accepted": _judged(True),
    "refused": _judged(False),
}  # fmt: skip


@require_http_methods(FORM)
@for_operators
def by_hand(request: HttpRequest) -> HttpResponse:
    """Type in an order; a number that is known leads to the order that has it."""
    actor = request.actor
    platforms = queries.platforms(actor)
    form = HandForm(actor, platforms, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            data = form.cleaned_data
            held, new = actions.take_order(
                data["platform"], form.said(), need=data["need"], by=actor, at=now()
            )
            if new:
                messages.success(request, _("已收下工单。"))
            else:
                text = _("这个编号已经收下过，就是这一单，没有再建。请核对内容。")
                messages.warning(request, text)
            return redirect("bridges:order", held.pk)
    context = {"form": form, "needs": _needs(), "platforms": platforms}
    return render(request, "bridges/order_form.html", context, status=form.http_status)
