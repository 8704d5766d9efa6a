"""Announcements for who reads them: on the web, and whether by text message."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.lib.actor import Can
from yimen.lib.errors import Refused, Unseen
from yimen.lib.time import now
from yimen.look import paging
from yimen.look.language import pick
from yimen.notices import actions, queries
from yimen.notices.models import Announcement
from yimen.people.queries import party_for
from yimen.places.queries import names as place_names


@login_not_required
@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """What holds now, urgent first, and below it what is over."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    rows = queries.announcements_for(actor, at)
    current = list(rows.filter(ends_at__gt=at).order_by("-urgent", "-begins_at", "-id")[:100])
    page = paging.page(
        rows.filter(ends_at__lte=at), keys=("-ends_at", "-id"), cursor=request.GET.get("cursor")
    )
    context = {
        "current": _placed(current), "page": page, "over": _placed(list(page)),
        "bound": actor.kind == "resident" and actor.party is not None,
        "agreed": queries.agreed(actor.party),
    }  # fmt: skip
    return render(request, "notices/public.html", context)


def _placed(rows: list[Announcement]) -> list[dict[str, Any]]:
    """With the place of each in words: one query."""
    known = place_names({one.place for one in rows})
    return [
        {"row": one, "place": one.centre.label if one.centre else pick(known.get(one.place))}
        for one in rows
    ]


@login_not_required
@require_safe
def announcement(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """One, with what was said before it was put right."""
    actor, at = request.actor, now()  # type: ignore[attr-defined]
    row = queries.announcements_for(actor, at).filter(pk=announcement).first()
    if row is None:
        raise Unseen("announcement", _("没有这条公告，或者已经更正、撤下。"))
    context = {
        "one": _placed([row])[0], "over": row.ends_at <= at, "before": queries.versions(row)[1:],
    }  # fmt: skip
    return render(request, "notices/public_one.html", context)


@require_POST
def texts(request: HttpRequest) -> HttpResponse:
    """Yes or no to announcements as text messages."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "resident":
        raise Unseen("texts")
    if actor.party is None:
        raise Refused("not_bound", _("请先把账号和您的资料连起来，我们才知道发到哪个号码。"))
    if request.POST.get("do") == "yes":
        actions.agree(actor.party, by=actor, at=now())
        messages.success(request, _("好的，以后用短信告诉您。随时可以在这里取消。"))
    else:
        actions.no_more(actor.party, by=actor, at=now())
        messages.success(request, _("好的，不再发公告短信。"))
    return redirect("notices:public")


@require_http_methods(["GET", "HEAD", "POST"])
def texts_for(request: HttpRequest, party: UUID) -> HttpResponse:
    """The counter asks who stands there whether announcements shall come as text messages."""
    actor = request.actor  # type: ignore[attr-defined]
    if not actor.can(Can.INTAKE):
        raise Unseen("texts")
    who = party_for(actor, party)
    if request.method == "POST":
        if request.POST.get("do") == "yes":
            actions.agree(who.pk, by=actor, at=now())
            messages.success(request, _("已登记：公告用短信发到这个电话。"))
        else:
            actions.no_more(who.pk, by=actor, at=now())
            messages.success(request, _("已登记：不再发公告短信。"))
        return redirect("notices:texts_for", who.pk)
    context = {"who": who, "agreed": queries.agreed(who.pk)}
    return render(request, "notices/texts_for.html", context)
