"""Pages of announcements at the desk: written, looked at in every form, released, put right."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.bodies import gateway
from yimen.ledger.models import Entry
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.ids import new_id
from yimen.lib.time import local, now
from yimen.look import paging
from yimen.look.language import pick
from yimen.notices import broadcast, perms, queries, rules
from yimen.notices.actions import announcing
from yimen.notices.forms import AnnouncementFilter, AnnouncementForm
from yimen.notices.models import Announcement, Message
from yimen.notices.wording import fill, wording
from yimen.people.models import Account
from yimen.places.queries import names as place_names
from yimen.printing import render as print_sheet
from yimen.printing.documents import Column

SHOWN = (
    "text", "text_en", "short", "short_en", "place", "centre", "group", "begins_at", "ends_at",
    "urgent", "by_sms",
)  # fmt: skip


def _writer(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "staff":
        raise Unseen("announcements")
    if not perms.may_write(actor):
        raise Forbidden("announcement", _("由窗口或管理公告的工作人员起草公告。"))
    return actor


def _found(actor: Actor, announcement: UUID) -> Announcement:
    row = queries.announcements_of(actor).filter(pk=announcement).first()
    if row is None:
        raise Unseen("announcement")
    return row


@require_safe
def announcements(request: HttpRequest) -> HttpResponse:
    """What runs, what is to come, what was; drafts among them."""
    actor, at = _writer(request), now()
    form = AnnouncementFilter(request.GET)
    rows = queries.announcements_of(actor).filter(form.chosen_at(at))
    page = paging.page(rows, keys=("-written_at", "-id"), cursor=request.GET.get("cursor"))
    context = {"form": form, "page": page, "rows": [(one, one.state(at)) for one in page]}
    return render(request, "notices/announcements.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest) -> HttpResponse:
    """The form for a new one; it becomes a draft."""
    actor, at = _writer(request), now()
    began = local(at).replace(second=0, microsecond=0)
    start = {"begins_at": began, "ends_at": began + timedelta(days=7), "id": new_id()}
    form = AnnouncementForm(actor.street, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            pk = form.cleaned_data["id"]
            row = announcing.write(actor.street, form.words(), by=actor, at=at, pk=pk)
            return redirect("notices:announcement", row.pk)
    context = {"form": form, "heading": _("写公告"), "button": _("下一步：看每一种样子")}
    return render(request, "notices/write.html", context, status=form.http_status)


@require_safe
def one(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """An announcement in every form, who got it, and who did what."""
    actor, at = _writer(request), now()
    row = _found(actor, announcement)
    state = row.state(at)
    releases = perms.may_release(actor, row.street)
    mine = releases or row.written_by_id == actor.account
    context = {
        "row": row, "state": state, "at": at, "place": _place(row), **_forms(row),
        "delivery": _delivery(row), "failed": _failed(row), "acts": _acts(row),
        "agreed": queries.who_gets(row), "versions": queries.versions(row)[1:],
        "may_release": releases and state == "draft", "may_edit": mine and state == "draft",
        "may_correct": releases and state in ("waiting", "shown", "over", "withdrawn"),
        "may_end": releases and state in ("waiting", "shown"),
    }  # fmt: skip
    return render(request, "notices/announcement.html", context)


def _place(row: Announcement) -> str:
    if row.centre:
        return row.centre.label
    if row.place == row.street:
        return _("全街道")
    return pick(place_names([row.place]).get(row.place))


def _forms(row: Announcement) -> dict[str, Any]:
    """The text message, the column and the script as they will be."""
    key = "announcement.corrected" if row.corrects_id else "announcement.text"
    words = wording(f"{key}_urgent" if row.urgent else key)
    sms = f"【{gateway.sign(row.street)}】{fill(words, {'text': row.short}, 'zh')[1]}"
    return {
        "sms": sms, "sms_parts": rules.messages_of(sms), "column_text": _column_text(row),
        "script": _script(row),
    }  # fmt: skip


def _script(row: Announcement) -> broadcast.Script:
    return broadcast.script(row.text, who=gateway.name(row.street)["zh"], urgent=row.urgent)


def _column_text(row: Announcement) -> str:
    """For a newspaper: the text, and who says so, when."""
    who, said = gateway.in_force(row.street), local(row.released_at or row.written_at)
    phone = f"，电话 {who['phone']}" if who.get("phone") else ""
    return f"{row.text}\n（{who['name']['zh']}{phone}，{said.month}月{said.day}日）"


def _delivery(row: Announcement) -> list[tuple[str, int]]:
    found = queries.delivery(row)
    return [(str(s.label), found[s.value]) for s in Message.State if s.value in found]


def _failed(row: Announcement) -> list[tuple[str, int]]:
    """Why some did not arrive: reasons and how many."""
    reasons: dict[str, int] = {}
    lost = Message.objects.filter(street=row.street, about=row.about, state="failed")
    for reason in lost.values_list("last_error", flat=True)[:1000]:
        reasons[reason] = reasons.get(reason, 0) + 1
    return sorted(reasons.items(), key=lambda pair: -pair[1])


ACTS = {
    "written": __("起草"), "rewritten": __("改了草稿"), "announced": __("发布"),
    "ended": __("撤下"), "dropped": __("作废"),
}  # fmt: skip


def _acts(row: Announcement) -> list[tuple[Entry, str, str]]:
    """Who did what and when, out of the record."""
    stream = f"announcement:{row.pk}"
    found = list(Entry.objects.filter(street=row.street, stream=stream).order_by("seq")[:50])
    who = Account.objects.select_related("party").in_bulk([e.account for e in found if e.account])
    return [
        (e, str(ACTS.get(e.act, e.act)), who[e.account].called if e.account in who else "–")
        for e in found
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def rewrite(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """A draft in other words."""
    actor = _writer(request)
    row = _found(actor, announcement)
    form = _form_of(row, actor, request)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            announcing.rewrite(row.pk, form.words(), by=actor, at=now())
            return redirect("notices:announcement", row.pk)
    context = {
        "form": form,
        "heading": _("改草稿"),
        "button": _("下一步：看每一种样子"),
        "row": row,
    }
    return render(request, "notices/write.html", context, status=form.http_status)


def _form_of(row: Announcement, actor: Actor, request: HttpRequest) -> AnnouncementForm:
    initial: dict[str, Any] = model_to_dict(row, SHOWN) | {
        "begins_at": local(row.begins_at), "ends_at": local(row.ends_at),
        "place": "" if row.place == row.street else row.place,
        "short": "" if row.short == row.text else row.short,
        "short_en": "" if row.short_en == row.text_en else row.short_en,
    }  # fmt: skip
    return AnnouncementForm(actor.street, request.POST or None, initial=initial)


@require_POST
def release(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Out to everybody it is for."""
    announcing.release(announcement, by=_writer(request), at=now())
    messages.success(request, _("公告已发布。"))
    return redirect("notices:announcement", announcement)


@require_POST
def drop(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """A draft that is not wanted."""
    announcing.drop(announcement, by=_writer(request), at=now())
    messages.success(request, _("草稿已作废。"))
    return redirect("notices:announcements")


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """The old words, to be put right."""
    actor = _writer(request)
    announcing.may(actor, actor.street)
    old = _found(actor, announcement)
    form = _form_of(old, actor, request)
    if request.method == "POST" and form.is_valid():
        with form.refusals():
            row = announcing.correct(old.pk, form.words(), by=actor, at=now())
            messages.success(request, _("已更正：原来的不再显示，新的马上显示。"))
            return redirect("notices:announcement", row.pk)
    context = {
        "form": form, "heading": _("更正公告"), "button": _("更正并发布"), "row": old, "old": old,
    }  # fmt: skip
    return render(request, "notices/write.html", context, status=form.http_status)


@require_POST
def end(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """Take it down."""
    announcing.end(announcement, by=_writer(request), at=now())
    messages.success(request, _("公告已撤下。"))
    return redirect("notices:announcement", announcement)


@require_safe
def column(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """The column of the community's newspaper, to be pasted in or put up."""
    row = _found(_writer(request), announcement)
    lang = get_language() or "zh-hans"
    who = gateway.in_force(row.street)
    paper = Column(
        number="", issuer=who["name"], issued_at=row.released_at or row.written_at,
        demo=settings.YIMEN_DEMO, title=_("公告"), phone=who.get("phone", ""),
        text={"zh": row.text, "en": row.text_en or row.text}, urgent=row.urgent,
        begins_at=row.begins_at, ends_at=row.ends_at, place=_place(row),
        corrects=row.corrects_id is not None,
    )  # fmt: skip
    headers = {"Content-Disposition": 'inline; filename="column.pdf"'}
    content = print_sheet("column", paper, lang)
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_safe
def script(request: HttpRequest, announcement: UUID) -> HttpResponse:
    """What the announcer reads, on a page for the printer."""
    row = _found(_writer(request), announcement)
    return render(request, "notices/script.html", {"row": row, "script": _script(row)})
