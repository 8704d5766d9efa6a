"""My roster: my time, swaps, leave, and what waits for my decision."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.lib.errors import Unseen
from yimen.lib.icalendar import Event, calendar
from yimen.lib.time import now, today
from yimen.workforce import actions, perms, queries
from yimen.workforce.forms import LeaveForm, SwapForm
from yimen.workforce.models import Duty, Leave, Swap
from yimen.workforce.views.access import for_staff, form_page

WEEKS = timedelta(days=28)


@require_safe
@for_staff
def mine(request: HttpRequest) -> HttpResponse:
    """The next four weeks, what colleagues ask, what I have asked; for who decides, what waits."""
    actor = request.actor
    swaps = list(queries.swaps_visible_to(actor)[:60])
    leaves = list(queries.leaves_visible_to(actor)[:60])
    decides = perms.may_decide(actor, actor.street)
    context = {
        "duties": list(queries.own_duties(actor.account, today(), today() + WEEKS)),
        "now": now(),
        "asked_of_me": [s for s in swaps if s.asked_of_id == actor.account and s.state == "asked"],
        "my_swaps": [s for s in swaps if s.asked_by_id == actor.account][:10],
        "my_leaves": [x for x in leaves if x.account_id == actor.account][:10],
        "swaps": [s for s in swaps if decides and s.state == "accepted"],
        "leaves": [x for x in leaves if decides and x.state == "asked"],
        "open_swaps": {s.duty_id for s in swaps if s.state in Swap.OPEN},
        "today": today(),
        "me": actor.account,
        "annual": queries.annual_days(actor.account, today().year) if actor.account else 0,
    }
    return render(request, "workforce/mine.html", context)


@require_safe
@for_staff
def ics(request: HttpRequest) -> HttpResponse:
    """My duties for a calendar program: from a month ago to a year ahead."""
    day = today()
    rows = queries.own_duties(request.actor.account, day - WEEKS, day + timedelta(days=366))
    events = [
        Event(
            uid=f"{d.pk}@yimen",
            begins=d.begins_at,
            ends=d.ends_at,
            title=d.post.label if d.post else str(d.get_sort_display()),
            place=d.place.label,
        )
        for d in rows
    ]
    content = calendar(events, name=_("我的排班"), at=now())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="roster.ics"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def ask_swap(request: HttpRequest, id: UUID) -> HttpResponse:
    """Ask a colleague to take one of my duties."""
    actor = request.actor
    own = Duty.objects.filter(account=actor.account, sort=Duty.Sort.POST, cancelled_at=None)
    duty = own.select_related("post__body", "post__seat", "place").filter(pk=id).first()
    if duty is None:
        raise Unseen("duty")
    form = SwapForm(request.POST or None, duty=duty)
    if form.is_valid():
        with form.refusals():
            facts = form.cleaned_data
            actions.ask_swap(duty, of=facts["of"], other=facts["other"], by=actor, at=now())
            messages.success(request, _("已请对方回答。对方同意并经批准后，排班才会变。"))
            return redirect("workforce:mine")
    return form_page(request, form, _("找人换班"), _("请对方回答"), back="mine")


def _done(request: HttpRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("workforce:mine")


def _swap(request: HttpRequest, id: UUID) -> Swap:
    found = queries.swaps_visible_to(request.actor).filter(pk=id).first()
    if found is None:
        raise Unseen("swap")
    return found


@require_POST
@for_staff
def answer_swap(request: HttpRequest, id: UUID) -> HttpResponse:
    """Yes or no from the colleague who was asked."""
    accept = request.POST.get("answer") == "yes"
    actions.answer_swap(_swap(request, id), accept=accept, by=request.actor, at=now())
    return _done(request, _("已同意，等待批准。") if accept else _("已回绝。"))


@require_POST
@for_staff
def decide_swap(request: HttpRequest, id: UUID) -> HttpResponse:
    """Approve or not."""
    approve = request.POST.get("answer") == "yes"
    actions.decide_swap(_swap(request, id), approve=approve, by=request.actor, at=now())
    return _done(request, _("已批准，排班已更新。") if approve else _("没有批准，排班不变。"))


@require_POST
@for_staff
def cancel_swap(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.cancel_swap(_swap(request, id), by=request.actor, at=now())
    return _done(request, _("换班请求已取消。"))


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def ask_leave(request: HttpRequest) -> HttpResponse:
    """Ask for leave."""
    form = LeaveForm(request.POST or None, actor=request.actor)
    if form.is_valid():
        facts = dict(form.cleaned_data)
        with form.refusals():
            place = facts.pop("place")
            actions.ask_leave(place, by=request.actor, at=now(), **facts)
            return _done(request, _("已提出请假，等待批准。"))
    return form_page(request, form, _("请假"), _("提出"), back="mine")


def _leave(request: HttpRequest, id: UUID) -> Leave:
    found = queries.leaves_visible_to(request.actor).filter(pk=id).first()
    if found is None:
        raise Unseen("leave")
    return found


@require_POST
@for_staff
def decide_leave(request: HttpRequest, id: UUID) -> HttpResponse:
    """Approve or not; approved leave leaves gaps, which the page names."""
    approve = request.POST.get("answer") == "yes"
    gone = actions.decide_leave(_leave(request, id), approve=approve, by=request.actor, at=now())
    if not approve:
        return _done(request, _("没有批准。"))
    return _done(request, _("已批准。有 %(n)d 个班空出来，请补排。") % {"n": gone})


@require_POST
@for_staff
def cancel_leave(request: HttpRequest, id: UUID) -> HttpResponse:
    actions.cancel_leave(_leave(request, id), by=request.actor, at=now())
    return _done(request, _("请假已取消。空出来的班不会自动回到您名下，请找行政助理。"))
