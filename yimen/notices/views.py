"""Pages of notices: the staff inbox, what left the house, background work, a resident's own."""

from __future__ import annotations

import json
from uuid import UUID

from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth.decorators import login_not_required
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from yimen.ledger import actions as ledger
from yimen.lib.actor import Actor, Can, system
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.masking import mask_name
from yimen.lib.time import now
from yimen.look import paging
from yimen.notices import actions, perms, queries
from yimen.notices.channels.gateway import receipt_of
from yimen.notices.forms import ERRAND_NAMES, ERRAND_WORDS, ErrandFilter, OutboxFilter
from yimen.notices.models import Message

NEWEST = ("-queued_at", "-id")
VERBS = {"resend": actions.resend, "cancel": actions.cancel, "post": actions.post}


def _staff(actor: Actor) -> None:
    if actor.kind != "staff":
        raise Unseen("desk")


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What was told to me and my bodies; unread first by its own tab."""
    _staff(request.actor)
    everything = request.GET.get("all") == "1"
    whole = Message.objects.select_related("to_body", "read_by__party")
    lists = queries.inbox_lists(request.actor, unread=not everything)
    rows = paging.Merged(lists, NEWEST, whole)
    found = paging.page(rows, keys=NEWEST, cursor=request.GET.get("cursor"), count=False)
    unread = queries.unread_count(request.actor)
    tabs = [
        {"label": _("未读"), "href": "?", "current": not everything, "count": unread},
        {"label": _("全部"), "href": "?all=1", "current": everything},
    ]
    shown = [queries.shown(m, get_language() or "") for m in found]
    context = {"page": found, "shown": shown, "tabs": tabs, "everything": everything}
    return render(request, "notices/inbox.html", context)


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark as read: the ticked ones, or the one opened, which leads on to what it is about."""
    _staff(request.actor)
    wanted = _uuids(request.POST.getlist("message"))[:100]
    count = actions.read(wanted, by=request.actor, at=now()) if wanted else 0
    if request.POST.get("open") and len(wanted) == 1:
        message = queries.inbox(request.actor).filter(pk=wanted[0]).first()
        if message and (page := queries.shown(message).page):
            return redirect(page)
    if not wanted:
        flash.warning(request, _("请先选中要标为已读的消息。"))
    if count:
        text = ngettext("已标为已读：%(n)d 条。", "已标为已读：%(n)d 条。", count)
        flash.success(request, text % {"n": count})
    return redirect("notices:inbox")


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """What left the house, and whether it arrived. In the demonstration this is where it went."""
    _manager(request.actor, reading=True)
    form = OutboxFilter(request.GET)
    rows = queries.outbox(request.actor).filter(**form.lookups()).select_related("to_party")
    found = paging.page(rows, keys=NEWEST, cursor=request.GET.get("cursor"))
    context = {
        "form": form,
        "page": found,
        "rows": [{"shown": queries.shown(m), "to": _masked(m)} for m in found],
        "demonstration": queries.is_demonstration(),
        "may_manage": perms.may_manage(request.actor),
    }
    return render(request, "notices/outbox.html", context)


def _masked(message: Message) -> str:
    party = message.to_party
    return f"{mask_name(party.name)} {party.phone_mask}".strip() if party else ""


def _manager(actor: Actor, *, reading: bool = False) -> None:
    _staff(actor)
    if not (perms.may_manage(actor) or (reading and actor.can(Can.AUDIT))):
        raise Forbidden("outbox", _("只有中心主任、行政协调员或系统管理员可以查看发件记录。"))


@require_POST
def manage(request: HttpRequest, message: UUID, act: str) -> HttpResponse:
    """Resend, cancel, or note that a letter was posted."""
    if act not in VERBS:
        raise Unseen("act")
    VERBS[act](message, by=request.actor, at=now())
    said = {"resend": _("已重新排队发送。"), "cancel": _("已取消。"), "post": _("已登记寄出。")}
    flash.success(request, said[act])
    return redirect("notices:outbox")


@require_GET
def letter(request: HttpRequest, message: UUID) -> HttpResponse:
    """The written notice, to be printed and posted."""
    _manager(request.actor)
    found = (
        queries.visible_to(request.actor)
        .filter(pk=message, channel=Message.Channel.PAPER)
        .select_related("to_party__address")
        .first()
    )
    if found is None:
        raise Unseen("message")
    return render(request, "notices/letter.html", {"letter": queries.shown(found)})


@require_GET
def errands(request: HttpRequest) -> HttpResponse:
    """Background work, what failed first."""
    _staff(request.actor)
    if not perms.may_see_errands(request.actor):
        raise Forbidden("errands", _("只有中心主任或系统管理员可以查看后台任务。"))
    form = ErrandFilter(request.GET)
    rows = _failed_first(queries.errands(request.actor).filter(**form.lookups()))
    keys = ("rank", "-queued_at", "-id")
    found = paging.page(rows, keys=keys, cursor=request.GET.get("cursor"))
    listed = [
        {"errand": e, "name": ERRAND_NAMES.get(e.name, e.name), "state": ERRAND_WORDS[e.state]}
        for e in found
    ]
    context = {"form": form, "page": found, "listed": listed}
    return render(request, "notices/errands.html", context)


def _failed_first(rows: QuerySet) -> QuerySet:
    rank = Case(When(state="failed", then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.annotate(rank=rank)


@require_POST
def resend_errand(request: HttpRequest, errand: UUID) -> HttpResponse:
    """Give failed background work a fresh start."""
    _staff(request.actor)
    if not perms.may_see_errands(request.actor):
        raise Forbidden("errands", _("只有中心主任或系统管理员可以重新执行后台任务。"))
    if not queries.errands(request.actor).filter(pk=errand).exists():
        raise Unseen("errand")
    ledger.resend(errand, by=request.actor, at=now())
    flash.success(request, _("已重新排队。"))
    return redirect("notices:errands")


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What a resident was told, by whatever channel."""
    rows = queries.of_resident(request.actor)
    found = paging.page(rows, keys=NEWEST, cursor=request.GET.get("cursor"), count=False)
    shown = [queries.shown(m, get_language() or "", keys=True) for m in found]
    return render(request, "notices/mine.html", {"page": found, "shown": shown})


@csrf_exempt
@login_not_required
@require_POST
def gateway_receipt(request: HttpRequest) -> HttpResponse:
    """The text message gateway reports what became of a message. Signed like our own requests."""
    secret = settings.YIMEN_SMS_GATEWAY.get("secret", "")
    report = receipt_of(request.body, request.headers, secret)
    if report is None:
        return JsonResponse({"detail": "signature"}, status=401)
    try:
        ref, state = str(json.loads(report)["id"]), str(json.loads(report)["state"])
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"detail": "id and state are required"}, status=422)
    known = actions.arrived(
        ref, delivered=state == "delivered", reason=f"gateway_{state}"[:40],
        by=system(name="gateway"), at=now(),
    )  # fmt: skip
    return JsonResponse({"known": known}, status=200 if known else 404)
