"""Pages of announcements: what runs, what is to come, what was."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.time import local, now
from yimen.look import paging
from yimen.notices.actions import announcing
from yimen.notices.forms import AnnouncementForm
from yimen.notices.models import Announcement

SHOWN = ("text", "text_en", "centre", "begins_at", "ends_at", "urgent")


@require_http_methods(["GET", "HEAD", "POST"])
def announcements(request: HttpRequest) -> HttpResponse:
    """The list, and below its head the form for another one."""
    actor, at = _staff(request), now()
    began = local(at).replace(second=0, microsecond=0)
    start = {"begins_at": began, "ends_at": began + timedelta(days=7)}
    form = AnnouncementForm(actor.street, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            announcing.announce(actor.street, form.words(), by=actor, at=at)
            messages.success(request, _("公告已发布。"))
            return redirect("notices:announcements")
    rows = Announcement.objects.filter(street=actor.street).select_related("centre", "written_by")
    page = paging.page(
        rows, keys=("-begins_at", "-id"), cursor=request.GET.get("cursor"), count=False
    )
    context = {"form": form, "page": page, "at": at}
    return render(request, "notices/announcements.html", context, status=form.http_status)


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """The old words, to be put right."""
    actor = _staff(request)
    old = Announcement.objects.filter(pk=announcement, street=actor.street).first()
    if old is None:
        raise Unseen("announcement")
    initial: dict[str, Any] = model_to_dict(old, SHOWN) | {
        "begins_at": local(old.begins_at), "ends_at": local(old.ends_at)
    }  # fmt: skip
    form = AnnouncementForm(actor.street, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            announcing.correct(old.pk, form.words(), by=actor, at=now())
            messages.success(request, _("已更正：原来的不再显示，新的马上显示。"))
            return redirect("notices:announcements")
    context = {"form": form, "old": old}
    return render(request, "notices/correct.html", context, status=form.http_status)


@require_POST
def end(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Take it down."""
    announcing.end(announcement, by=_staff(request), at=now())
    messages.success(request, _("公告已撤下。"))
    return redirect("notices:announcements")


def _staff(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "staff":
        raise Unseen("announcements")
    announcing.may(actor, actor.street)
    return actor
