"""The name, number and host of the line; the ways that were joined to it (HLP-9)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yimen.bodies import gateway as bodies
from yimen.bodies.actions import Named, name_gateway
from yimen.bodies.models import Body, Gateway, JoinedChannel
from yimen.hotline import actions, counting, perms
from yimen.hotline.channels import Way
from yimen.hotline.forms import ChannelForm, GatewayForm, MonthFilter
from yimen.hotline.kinds import said
from yimen.ledger.models import Entry
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now, today
from yimen.look import paging
from yimen.people.models import Account
from yimen.places.perms import may_name


def _watcher(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not perms.names(actor):
        raise Unseen("gateway")
    if request.method == "POST" and not may_name(actor, actor.street):
        raise Forbidden("gateway", _("只有中心主任或系统管理员可以更改名称、号码和渠道。"))
    return actor


def _month(request: HttpRequest) -> date:
    return MonthFilter(request.GET).chosen().get("month") or today()


@require_http_methods(["GET", "HEAD", "POST"])
def gateway(request: HttpRequest) -> HttpResponse:
    """What the line is called, whose it is, what came by which way this month."""
    actor, month = _watcher(request), _month(request)
    held = Gateway.objects.filter(street=actor.street).select_related("host", "set_by__party")
    history = list(held.order_by("-version")[:20])
    form = GatewayForm(
        request.POST or None, bodies=_bodies(actor), initial=_initial(actor, history)
    )
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = dict(form.cleaned_data)
            seen = given.pop("seen")
            given["host"] = given["host"].pk if given["host"] else None
            name_gateway(actor.street, Named(**given), seen=seen, by=actor, at=now())
            messages.success(request, _("已保存。每个页面和每张纸上都已经是新的名称和号码。"))
            return redirect("hotline:gateway")
    context = {
        "form": form, "history": history, "current": bodies.in_force(actor.street),
        "may_name": may_name(actor, actor.street), "ways": _ways(actor, month), "month": month,
        "filter": MonthFilter(initial={"month": f"{month:%Y-%m}"}), "acts": _acts(actor.street),
    }  # fmt: skip
    return render(request, "hotline/gateway.html", context, status=form.http_status)


def _bodies(actor: Actor) -> Any:
    return Body.objects.filter(street__in=[actor.street, "0"]).order_by("code")


def _initial(actor: Actor, history: list[Gateway]) -> dict[str, Any]:
    if history:
        names = ("name", "name_en", "number", "host", "hosted_since", "ask")
        return {n: getattr(history[0], n) for n in names} | {"seen": history[0].version}
    own = bodies.in_force(actor.street)
    return {
        "name": own["name"]["zh"], "name_en": own["name"].get("en", ""),
        "number": own.get("phone", ""), "seen": 0,
    }  # fmt: skip


def _ways(actor: Actor, month: date) -> list[dict[str, Any]]:
    asked, calls = counting.counted(actor, month)
    joined = {c.way: c for c in JoinedChannel.objects.filter(street=actor.street)
              .select_related("owner")}  # fmt: skip
    return [
        {"way": way, "joined": joined.get(way), "asked": asked[way], "calls": calls[way]}
        for way in Way
    ]


def _acts(street: str) -> list[tuple[Entry, str]]:
    """What was done to it and by whom, newest first, out of the record."""
    found = Entry.objects.filter(street=street, stream=f"gateway:{street}").order_by("-seq")[:20]
    who = Account.objects.select_related("party").in_bulk([e.account for e in found])
    return [(e, who[e.account].called if e.account in who else "–") for e in found]


@require_http_methods(["GET", "HEAD", "POST"])
def channel(request: HttpRequest, way: str) -> HttpResponse:
    """One way: whose it is, since when, whom to ask; the requests that came by it in a month."""
    actor, month = _watcher(request), _month(request)
    if way not in Way.values:
        raise Unseen("channel")
    held = JoinedChannel.objects.filter(street=actor.street, way=way).select_related("owner")
    joined = held.first()
    begin = {n: getattr(joined, n) for n in ("owner", "since", "ask")} if joined else {}
    form = ChannelForm(request.POST or None, bodies=_bodies(actor), initial=begin)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            given = form.cleaned_data | {"owner": form.cleaned_data["owner"].pk}
            actions.own_channel(way, **given, by=actor, at=now())
            messages.success(request, _("已保存。"))
            return redirect("hotline:channel", way)
    rows = counting.requests(actor, month, way).select_related("case__lead")
    page = paging.page(rows, keys=("-taken_at", "-id"), cursor=request.GET.get("cursor"))
    context = {
        "form": form, "way": Way(way), "joined": joined, "page": page, "month": month,
        "rows": [{"row": r, "need": said(r.need)} for r in page],
        "may_name": may_name(actor, actor.street),
        "filter": MonthFilter(initial={"month": f"{month:%Y-%m}"}),
    }  # fmt: skip
    return render(request, "hotline/channel.html", context, status=form.http_status)
