"""Pages for those who are asked: lists, a new question, one question and what can be done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages as flash
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yimen.contacts import actions, perms, queries
from yimen.contacts.forms import (
    AnswerForm,
    CloseForm,
    DeclineForm,
    DeskAskForm,
    EscalateForm,
    OfferForm,
)
from yimen.contacts.models import Enquiry, Handover
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Forbidden, Refused, Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.look.dates import cn_datetime
from yimen.look.forms import Form
from yimen.matters.queries import answers

URGENT_FIRST, NEWEST_FIRST = ("due_at", "id"), ("-asked_at", "-id")


def _staff(actor: Actor) -> None:
    if actor.kind != "staff":
        raise Unseen("desk")


def _lists(
    actor: Actor, moment: datetime
) -> dict[str, tuple[Any, QuerySet[Enquiry], tuple[str, ...]]]:
    """The lists an actor has: label, rows, order."""
    lists: dict[str, tuple[Any, QuerySet[Enquiry], tuple[str, ...]]] = {
        "mine": (_("由我负责"), queries.mine(actor), URGENT_FIRST),
        "sign": (_("待签收"), queries.to_sign(actor), URGENT_FIRST),
        "body": (_("本单位"), queries.my_bodies(actor), URGENT_FIRST),
        "late": (_("逾期未答复"), queries.overdue(actor, moment), URGENT_FIRST),
        "past": (
            _("已办完"),
            queries.visible_to(actor).exclude(state=Enquiry.State.OPEN),
            NEWEST_FIRST,
        ),
    }
    if actor.can(*perms.COORDINATORS, Can.AUDIT):
        rows = queries.visible_to(actor).filter(state=Enquiry.State.OPEN)
        lists["all"] = (_("全街道"), rows, URGENT_FIRST)
    return lists


@require_GET
def enquiries(request: HttpRequest) -> HttpResponse:
    """Mine, to sign, my body's; the whole street for those who coordinate."""
    _staff(request.actor)
    moment = now()
    lists = _lists(request.actor, moment)
    chosen = request.GET.get("list", "mine")
    label, rows, keys = lists.get(chosen) or lists["mine"]
    rows = rows.select_related("owner_account__party", "owner_body", "centre")
    page = paging.page(rows, keys=keys, cursor=request.GET.get("cursor"))
    words = queries.questions_of(page)
    context = {
        "page": page,
        "label": label,
        "rows": [
            {"e": e, "question": words.get(e.pk, ""), "late": perms.is_late(e, moment)}
            for e in page
        ],
        "tabs": [
            {"label": name, "href": f"?list={key}", "current": key == chosen}
            for key, (name, _rows, _keys) in lists.items()
        ],
        "may_take": perms.may_take(request.actor),
    }
    return render(request, "contacts/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take a question. Whoever writes it down is asked first."""
    _staff(request.actor)
    if not perms.may_take(request.actor):
        raise Forbidden("ask", _("您没有任职，不能代人登记咨询。"))
    form = DeskAskForm(request.actor, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            asked = actions.ask(by=request.actor, at=now(), **form.cleaned_data)
            said = _(
                "已登记。请把编号 %(number)s 和查询码 %(code)s 告诉提问人；查询码只显示这一次。"
            )
            flash.success(request, said % {"number": asked.enquiry.number, "code": asked.code})
            return redirect("contacts:detail", asked.enquiry.number)
    return render(request, "contacts/new.html", {"form": form}, status=form.http_status)


def _found(request: HttpRequest, number: str) -> Enquiry:
    _staff(request.actor)
    found = (
        queries.visible_to(request.actor)
        .filter(number=number)
        .select_related(
            "owner_account__party", "owner_body", "first_account__party", "first_body", "centre"
        )
        .first()
    )
    if found is None:
        raise Unseen("enquiry")
    return found


@require_GET
def detail(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, _found(request, number))


def _page(request: HttpRequest, enquiry: Enquiry, **forms: Form) -> HttpResponse:
    """One question with what this actor may do; `forms` hold what was just sent and refused."""
    offer = queries.offer_of(enquiry)
    may_work = enquiry.is_open and perms.may_work(request.actor, enquiry)
    may_sign = enquiry.is_open and perms.may_sign(request.actor, offer)
    context: dict[str, Any] = {
        "enquiry": enquiry,
        "words": queries.words_of(enquiry),
        "offer": offer,
        "handovers": Handover.objects.filter(enquiry=enquiry)
        .select_related(
            "from_account__party", "from_body", "to_body", "to_account__party", "signed_by__party"
        )
        .order_by("offered_at"),
        "late": perms.is_late(enquiry, now()),
        "may_work": may_work,
        "may_sign": may_sign,
    }
    if may_work:
        context["said"] = answers(context["words"].get("question", ""))
        context |= {"answer_form": AnswerForm(), "close_form": CloseForm()}
        context |= {} if offer else {"offer_form": OfferForm(enquiry)}
        if not offer and (up := EscalateForm(enquiry)).bodies:
            context["escalate_form"] = up
    if may_sign:
        context["decline_form"] = DeclineForm()
    sent = next(iter(forms.values()), None)
    context |= {**forms, "sent": sent}
    status = sent.http_status if sent else 200
    return render(request, "contacts/detail.html", context, status=status)


@require_POST
def act(request: HttpRequest, number: str, act: str) -> HttpResponse:
    """One act on one question; a refusal shows the page again with what was typed."""
    enquiry = _found(request, number)
    do = ACTS.get(act)
    if do is None:
        raise Unseen("act")
    _check(request.actor, enquiry, act)
    return do(request, enquiry) or redirect("contacts:detail", enquiry.number)


def _check(actor: Actor, enquiry: Enquiry, act: str) -> None:
    """Before anybody's words are looked at: is it for this person to do?"""
    if act in ("sign", "decline"):
        offer = queries.offer_of(enquiry)
        may = offer is None or perms.may_sign(actor, offer)  # an offer that is gone: 409 below
    else:
        may = perms.may_work(actor, enquiry)
    if not may:
        raise Forbidden("enquiry", _("这个问题不由您负责，您可以查看，但不能办理。"))


def _answer(request: HttpRequest, enquiry: Enquiry) -> HttpResponse | None:
    form = AnswerForm(request.POST)
    if form.is_valid():
        with form.refusals():
            actions.answer(enquiry, form.cleaned_data["text"], by=request.actor, at=now())
            flash.success(request, _("已答复。"))
            return None
    return _page(request, enquiry, answer_form=form)


def _offer(request: HttpRequest, enquiry: Enquiry) -> HttpResponse | None:
    form = OfferForm(enquiry, request.POST)
    if form.is_valid():
        with form.refusals():
            body, account = form.target()
            actions.offer(
                enquiry, to_body=body, to_account=account, by=request.actor, at=now(),
                reason=form.cleaned_data["reason"], note=form.cleaned_data["note"],
            )  # fmt: skip
            flash.success(request, _("已提出转交。对方签收之前，仍由您这一方负责。"))
            return None
    return _page(request, enquiry, offer_form=form)


def _escalate(request: HttpRequest, enquiry: Enquiry) -> HttpResponse | None:
    form = EscalateForm(enquiry, request.POST)
    if form.is_valid():
        with form.refusals():
            actions.offer(
                enquiry, to_body=form.bodies[form.cleaned_data["step"]], by=request.actor, at=now(),
                reason=Handover.Reason.EXPERTISE, note=form.cleaned_data["why"],
            )  # fmt: skip
            flash.success(request, _("已请上一级解答。对方签收之前，仍由您这一方负责。"))
            return None
    return _page(request, enquiry, escalate_form=form)


def _open_offer(enquiry: Enquiry) -> Handover:
    offer = queries.offer_of(enquiry)
    if offer is None:
        raise Refused(
            "not_offered", _("这次转交已经结束（已签收、谢绝、收回或退回），请刷新页面。")
        )
    return offer


def _sign(request: HttpRequest, enquiry: Enquiry) -> None:
    signed = actions.sign(_open_offer(enquiry), by=request.actor, at=now())
    said = _("已签收，现在由您负责。请在 %(when)s 前答复。")
    flash.success(request, said % {"when": cn_datetime(signed.due_at)})


def _decline(request: HttpRequest, enquiry: Enquiry) -> HttpResponse | None:
    form = DeclineForm(request.POST)
    if form.is_valid():
        with form.refusals():
            note = form.cleaned_data["note"]
            actions.decline(_open_offer(enquiry), note=note, by=request.actor, at=now())
            flash.success(request, _("已谢绝，仍由转交人负责。"))
            return redirect("contacts:list")
    return _page(request, enquiry, decline_form=form)


def _take_back(request: HttpRequest, enquiry: Enquiry) -> None:
    actions.withdraw_offer(_open_offer(enquiry), by=request.actor, at=now())
    flash.success(request, _("已收回转交。"))


def _close(request: HttpRequest, enquiry: Enquiry) -> HttpResponse | None:
    form = CloseForm(request.POST)
    if form.is_valid():
        with form.refusals():
            actions.close(enquiry, why=form.cleaned_data["why"], by=request.actor, at=now())
            flash.success(request, _("已关闭。"))
            return None
    return _page(request, enquiry, close_form=form)


ACTS: dict[str, Callable[[HttpRequest, Enquiry], HttpResponse | None]] = {
    "answer": _answer,
    "offer": _offer,
    "escalate": _escalate,
    "sign": _sign,
    "decline": _decline,
    "take-back": _take_back,
    "close": _close,
}
