"""Asking for help without an operator: on the web, at the machine in the hall."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yimen.bodies import gateway
from yimen.cases.dossier import Dossier
from yimen.cases.models import Case
from yimen.hotline import actions
from yimen.hotline.ask_forms import AskForm, KioskAskForm, PlaceForm, offered, open_streets
from yimen.hotline.models import Channel
from yimen.hotline.needs import Need, find, tree
from yimen.intake.prints import code_of
from yimen.lib.actor import Actor, system
from yimen.lib.errors import Unseen
from yimen.lib.ids import new_id
from yimen.lib.numbering import pretty
from yimen.lib.time import now
from yimen.look import throttle
from yimen.people.models import Party
from yimen.places.models import ServicePoint

A_MINUTE, A_NUMBER = 5, 3  # tries of one address, requests with one telephone number
edits = require_http_methods(["GET", "HEAD", "POST"])
RINGS = ("emergency", "urgent")
MARK, KEPT_S = re.compile(r"[0-9a-f-]{36}"), 600  # of a sheet at the machine; how long it is known


def line(street: str) -> dict[str, Any]:
    """What every page says first: in danger, ring; and the number of the line."""
    return {"number": gateway.number(street)}


def chosen(request: HttpRequest) -> Need | None:
    sent = request.POST if request.method == "POST" else request.GET
    return tree().get(sent.get("need", ""))


def offer(question: str) -> dict[str, Any]:
    """Needs that a question in plain words means, and the whole tree in its branches."""
    lang = get_language() or "zh-hans"
    question = question.strip()[:60]
    hits = find(question, tree().values()) if question else []
    branches: list[dict[str, Any]] = []
    for need in tree().values():
        if need.depth == 0:
            branches.append({"need": need, "text": need.text(lang), "parts": []})
        else:
            branches[-1]["parts"].append({"need": need, "text": need.text(lang)})
    return {
        "q": question, "hits": [{"need": n, "text": n.text(lang)} for n in hits],
        "branches": branches,
    }  # fmt: skip


@require_safe
@login_not_required
def start(request: HttpRequest) -> HttpResponse:
    """What help? In plain words, or from the list."""
    context = offer(request.GET.get("q", "")) | {"line": line(request.actor.street)}  # type: ignore[attr-defined]
    return render(request, "hotline/help.html", context)


@edits
@login_not_required
def ask(request: HttpRequest) -> HttpResponse:
    """What happened, where, a photograph; who is signed in is known."""
    need = chosen(request)
    if need is None:
        return redirect("hotline:help")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    me = _me(actor)
    streets = open_streets(actor.street if me else "")
    form = _form(AskForm, request, need, streets, known=me is not None)
    if _sent(request) and form.is_valid():
        throttled(request, form)
        with form.refusals():
            d = _take(form, actor, me, Channel.WEB)
            request.session["helped"] = d.case.number
            return redirect("hotline:asked")
    context = page(form, need, streets) | {"me": me, "had_photos": bool(request.FILES)}
    return render(request, "hotline/ask.html", context, status=form.http_status)


def page(form: PlaceForm, need: Need, streets: list[str]) -> dict[str, Any]:
    typed = str(form["where"].value() or "")
    return {
        "form": form, "need": need, "complaint": need.sort == "complaint", "text": need.text(get_language() or "zh-hans"),
        "line": line(streets[0] if streets else ""), "ring": need.sort in RINGS, "danger": need.sort == "emergency",
        "looked": form.data.get("do") == "find" and bool(typed),
    } | (offered(form, streets) if form.data.get("do") == "find" or form.errors else {})  # fmt: skip


def _sent(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("do") != "find"


def _form(made: type[AskForm], request: HttpRequest, need: Need, streets: list[str], **more: Any) -> AskForm:  # fmt: skip
    """Looking for an address keeps what was typed and finds no fault with it."""
    begin = {"need": need.code, "place": streets[0] if len(streets) == 1 else ""}
    if _sent(request):
        return made(request.POST, request.FILES, streets=streets, initial=begin, **more)
    if request.method == "POST":
        form = made(initial=begin | request.POST.dict(), streets=streets, **more)
        form.data = request.POST
        return form
    return made(initial=begin, streets=streets, **more)


def _me(actor: Actor) -> Party | None:
    """The record of the resident who is signed in, once it is joined to the account."""
    if actor.kind != "resident" or actor.party is None:
        return None
    return Party.objects.filter(pk=actor.party).first()


def throttled(request: HttpRequest, form: AskForm) -> None:
    """Too often from one address, or with one number: whoever it belongs to is not to be flooded."""
    throttle.refuse_if_over(request, "help", A_MINUTE)
    throttle.count(request, "help")
    if phone := form.cleaned_data.get("phone", ""):
        number = throttle.Line(phone)
        throttle.refuse_if_over(number, "help", A_NUMBER)
        throttle.count(number, "help")


def _take(form: AskForm, actor: Actor, me: Party | None, channel: str) -> Dossier:
    """In the name of the resident, or of the product for whoever stands at the open door."""
    if me is not None:
        return actions.take(form.asked(party=me.pk), by=actor, at=now(), channel=channel)
    by = system(form.cleaned_data["place"][:9], "help")
    return actions.take(form.asked(), by=by, at=now(), channel=channel)


@require_safe
@login_not_required
def asked(request: HttpRequest) -> HttpResponse:
    """The number and the code of what this browser has just asked."""
    number = request.session.get("helped")
    case = Case.objects.filter(number=number).first() if number else None
    if case is None:
        return redirect("hotline:help")
    context = told(case) | {
        "line": line(case.street),
        "own": request.actor.party == case.applicant_id,  # type: ignore[attr-defined]
    }
    return render(request, "hotline/asked.html", context)


def told(case: Case) -> dict[str, Any]:
    made = case.help_request
    return {
        "number": pretty(case.number), "plain": case.number, "enquiry": case.enquiry_no,
        "code": code_of(case), "verified": made.verified, "ring": made.sort in RINGS,
    }  # fmt: skip


@edits
@login_not_required
def kiosk(request: HttpRequest, code: str) -> HttpResponse:
    """At the machine: a need, what happened, a name and a telephone. Nothing that was typed stays on
    the screen."""
    point = ServicePoint.objects.filter(pk=code, is_open=True).first()
    if point is None:
        raise Unseen("centre", _("没有这个服务中心。请核对代码。"))
    need = chosen(request)
    context: dict[str, Any] = {
        "point": point, "base": settings.YIMEN_KIOSK_FRAME, "home": _home(point),
        "line": line(point.street),
    }  # fmt: skip
    if need is None:
        context |= offer(request.GET.get("q", ""))
        return render(request, "hotline/kiosk_needs.html", context)
    streets = [point.street]
    form = _form(KioskAskForm, request, need, streets)
    if _sent(request) and (before := _asked_once(request)):
        return render(request, "hotline/kiosk_asked.html", context | told(before))
    if _sent(request) and form.is_valid():
        throttled(request, form)
        with form.refusals():
            d = _take(form, request.actor, None, Channel.KIOSK)  # type: ignore[attr-defined]
            if sheet := _sheet(request):
                cache.set(sheet, d.case.number, KEPT_S)
            return render(request, "hotline/kiosk_asked.html", context | told(d.case))
    context |= page(form, need, streets)
    context["once"] = request.POST.get("once") or new_id()
    return render(request, "hotline/kiosk_ask.html", context, status=form.http_status)


def _sheet(request: HttpRequest) -> str:
    """The sheet that was filled in, by its mark: sent again, by a reload or a second finger, it is
    the same. "" where there is none."""
    once = request.POST.get("once", "")
    return f"kiosk-help:{once}" if MARK.fullmatch(once) else ""


def _asked_once(request: HttpRequest) -> Case | None:
    sheet = _sheet(request)
    number = cache.get(sheet) if sheet else None
    return Case.objects.filter(number=number).first() if number else None


def _home(point: ServicePoint) -> str:
    try:
        return reverse("counters:kiosk", args=[point.pk])
    except NoReverseMatch:
        return "/"
