"""The operator's page: one call at a time, a request from it, what waits to be done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yimen.cases.models import Stage
from yimen.cases.second import seconds
from yimen.hotline import actions, came_back, perms, queries, ringing
from yimen.hotline.forms import (
    AnswerForm,
    HangUpForm,
    LearnForm,
    NoteForm,
    SpotForm,
    TakeForm,
)
from yimen.hotline.models import HelpRequest, LineCall, Transfer
from yimen.hotline.near import nearby, taken_as
from yimen.hotline.needs import find, tree
from yimen.hotline.whom_forms import bodies_of
from yimen.lib.actor import Actor
from yimen.lib.errors import Unseen
from yimen.lib.time import now
from yimen.look.forms import Form
from yimen.places.queries import committees

SHOWN = 20  # of a list on the page between two calls
View = Callable[..., HttpResponse]
MEANT = 4  # needs that what was typed may mean
GUIDES = (
    (
        _("没有声音"),
        _(
            "说三遍：“您好，这里是求助热线，能听见吗？”听见动静就请对方敲两下。"
            "三十秒后挂断，登记“无声”；同一个号码一小时内再来，报 110。"
        ),
    ),
    (
        _("没说完就断了"),
        _(
            "马上打回去，一次不通十分钟后再打。听着像有危险的，转 110，地址说到哪里就报到哪里。"
            "三次不通，登记“对方挂断”，在交班记录里写下听到了什么。"
        ),
    ),
    (
        _("辱骂"),
        _(
            "说一遍：“我想帮您，请告诉我什么事。”再骂就说明要结束通话，挂断并登记；有求助内容照样登记。"
        ),
    ),
    (
        _("说不想活了"),
        _(
            "不挂断。先问：“您现在一个人吗？安全吗？”请同事同时转 120 和 110。"
            "不争辩，不许诺，听他说，问清在哪里。"
        ),
    ),
    (
        _("孩子打来"),
        _(
            "慢慢说，叫孩子的名字。问身边有没有大人，在哪里，怕不怕谁。"
            "怕家里人的，不打回去，转 110 并告诉值班负责人。"
        ),
    ),
)


def for_operators(view: View) -> View:
    """Whoever does not work on the line is not told that the page exists."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not perms.operates(request.actor):
            raise Unseen("line")
        return view(request, *args, **kwargs)

    return seen


@require_safe
@for_operators
def line(request: HttpRequest) -> HttpResponse:
    """Between two calls: take the next, call back, ask for outcomes, sign the shift's notes; with a
    call: everything that it may need."""
    return here(request)


def here(request: HttpRequest, status: int = 200) -> HttpResponse:
    """The page that the operator has now."""
    call = queries.open_call(request.actor)
    response = call_page(request, call) if call else _idle(request)
    response.status_code = status
    return response


def _idle(
    request: HttpRequest, answer: AnswerForm | None = None, note: NoteForm | None = None
) -> HttpResponse:
    actor, at = request.actor, now()
    answer, note = answer or AnswerForm(), note or NoteForm()
    waiting, back = queries.to_call_back(actor, at), queries.to_dispatch(actor)
    newest = _newest(actor)
    lists = {**_some("back", waiting), **_some("dispatch", back), "newest": newest}
    came_back.with_last(lists["dispatch"])
    shown = {r.case_id for name in ("back", "dispatch", "newest") for r in lists[name]}
    context = {
        "answer": answer, "note": note, **lists,
        "transfers": list(queries.open_transfers(actor)[:20]), "learn": LearnForm(),
        "texts": list(queries.inbound(actor)[:20]),
        "notes": list(
            queries.notes(actor).filter(signed_at=None, by=actor.account).order_by("at")[:20]
        ),
        **_unsigned(request), "telephone": ringing.standing(actor, at),
        "next": _just_taken(actor, newest),
        "seconds": seconds(actor, shown),
    }  # fmt: skip
    status = max(answer.http_status, note.http_status)
    return render(request, "hotline/line.html", context, status=status)


def _some(name: str, rows: QuerySet[HelpRequest]) -> dict[str, Any]:
    """The first rows and how many there are, to a hundred: counted only where not all are shown."""
    shown = list(rows[:SHOWN])
    count = len(shown) if len(shown) < SHOWN else rows.order_by()[:100].count()
    return {name: shown, f"{name}_count": count}


def _just_taken(actor: Actor, newest: Sequence[HelpRequest]) -> HelpRequest | None:
    """The last that the operator took: one key sends it."""
    mine = next((r for r in newest if r.taken_by_id == actor.account), None)
    return mine if mine and mine.case.stage == Stage.HANDLING else None


def _newest(actor: Actor) -> list[HelpRequest]:
    along = HelpRequest.objects.filter(event=OuterRef("pk"))
    rows = queries.visible_to(actor).filter(street=actor.street)
    rows = rows.select_related("case__lead", "case__matter").annotate(others=Exists(along))
    return list(rows.order_by("-taken_at", "-id")[:15])


def call_page(
    request: HttpRequest,
    call: LineCall,
    form: TakeForm | None = None,
    hang_up: HangUpForm | None = None,
    spot: Form | None = None,
    **shown: Any,
) -> HttpResponse:
    """The page of a call in hand, with what was just sent and refused; `number` where it must be
    dialled by hand, `ready` the answers for a question."""
    if held := queries.danger_of(call):
        from yimen.hotline.adding import danger_page

        return danger_page(request, call, held)
    people = queries.sharing(call.number_of) if call.number_of else []
    near = _near(request, call)
    form = form or _take_form(request, call, None, near)
    hang_up = hang_up or HangUpForm()
    context = {
        "call": call, "form": form, "hang_up": hang_up, "near": near, "guides": GUIDES,
        "open": queries.open_of(request.actor, [p.pk for p in people]),
        "alarms": Transfer.To.choices, "spot": spot or SpotForm(), **_unsigned(request), **shown,
        "telephone": ringing.standing(request.actor, now()),
    }  # fmt: skip
    status = max(form.http_status, hang_up.http_status, context["spot"].http_status)
    return render(request, "hotline/call.html", context, status=status)


def with_call(request: HttpRequest, call: LineCall, number: str) -> HttpResponse:
    """The page of a call that goes out; `number` where it must be dialled by hand."""
    return call_page(request, call, number=number)


def _unsigned(request: HttpRequest) -> dict[str, Any]:
    """What the shift before left and nobody has signed; one's own notes are for the next."""
    mine = request.actor.account
    rows = queries.notes(request.actor).filter(signed_at=None).exclude(by=mine).order_by("at")
    return {"unsigned": list(rows[:20])}


def _near(request: HttpRequest, call: LineCall) -> list[HelpRequest]:
    said = request.POST if request.method == "POST" else call.draft
    found = find(said.get("need", ""), tree().values(), limit=MEANT)
    needs = [need.code for need in found]
    return nearby(request.actor, said.get("place", ""), needs, now())


def _take_form(
    request: HttpRequest, call: LineCall, data: Any, near: list[HelpRequest]
) -> TakeForm:
    street = request.actor.street
    return TakeForm(
        data, people=queries.sharing(call.number_of) if call.number_of else [],
        committees=list(committees(street)), near=near, initial=call.draft,
        bodies=bodies_of([street]), street=street,
    )  # fmt: skip


@require_POST
@for_operators
def answer(request: HttpRequest) -> HttpResponse:
    form = AnswerForm(request.POST)
    if form.is_valid():
        with form.refusals():
            actions.answer(**form.cleaned_data, by=request.actor, at=now())
            return redirect("hotline:line")
    return _idle(request, answer=form)


@require_POST
@for_operators
def take(request: HttpRequest) -> HttpResponse:
    """Hand the request in; or only keep the draft and look what is near."""
    call = my_call(request)
    if request.POST.get("do") == "look":
        actions.keep_draft(call, draft=_typed(request), by=request.actor, at=now())
        return redirect("hotline:line")
    form = _take_form(request, call, request.POST, _near(request, call))
    if form.is_valid():
        with form.refusals():
            d = actions.take(form.asked(call.line), by=request.actor, at=now(), call=call)
            messages.success(request, taken_as(d.case))
            return redirect("hotline:line")
    actions.keep_draft(call, draft=_typed(request), by=request.actor, at=now())
    return call_page(request, call, form=form)


def _typed(request: HttpRequest) -> dict[str, str]:
    return {k: request.POST.get(k, "") for k in TakeForm.base_fields if request.POST.get(k)}


@require_POST
@for_operators
def draft(request: HttpRequest) -> HttpResponse:
    """What was typed, while it is typed; answers with what is near."""
    call = my_call(request)
    actions.keep_draft(call, draft=_typed(request), by=request.actor, at=now())
    context = {"near": _near(request, call)}
    return render(request, "hotline/near.html", context)


def my_call(request: HttpRequest) -> LineCall:
    call = queries.open_call(request.actor)
    if call is None:
        raise Unseen("call", _now("您手上没有电话。"))
    return call


@require_POST
@for_operators
def hang_up(request: HttpRequest) -> HttpResponse:
    call, form = my_call(request), HangUpForm(request.POST)
    if queries.danger_of(call):
        actions.hang_up(call, by=request.actor, at=now())
        return redirect("hotline:line")
    if form.is_valid():
        with form.refusals():
            actions.hang_up(call, **form.cleaned_data, by=request.actor, at=now())
            return redirect("hotline:line")
    return call_page(request, call, hang_up=form)


@require_POST
@for_operators
def alarm(request: HttpRequest) -> HttpResponse:
    """One key: handed over with what was typed, the rest is written down while help is on its way and
    the caller talks on."""
    call = my_call(request)
    made = actions.transfer(
        request.POST.get("to", ""), call=call, typed=call.draft | _typed(request),
        by=request.actor, at=now(),
    )  # fmt: skip
    said = (
        _now("演示：已登记转 %(to)s，通话没有断。不要真的拨 %(to)s。编号 %(number)s。")
        if settings.YIMEN_DEMO
        else _now(
            "已登记转 %(to)s，通话没有断。请在话机上拨 %(to)s 加入三方通话。编号 %(number)s。"
        )
    )
    messages.warning(request, said % {"to": made.to, "number": made.request.case.number})
    return redirect("hotline:line")


@require_POST
@for_operators
def learn(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = LearnForm(request.POST)
    if form.is_valid():
        actions.learn(pk, **form.cleaned_data, by=request.actor, at=now())
        messages.success(request, _now("结果已登记。"))
    else:
        messages.error(request, _now("请写下结果。"))
    return redirect("hotline:line")


@require_POST
@for_operators
def note(request: HttpRequest) -> HttpResponse:
    form = NoteForm(request.POST)
    if form.is_valid():
        with form.refusals():
            actions.write_note(**form.cleaned_data, by=request.actor, at=now())
            messages.success(request, _now("已留给下一班。"))
            return redirect("hotline:line")
    return _idle(request, note=form)


@require_POST
@for_operators
def sign(request: HttpRequest, pk: UUID) -> HttpResponse:
    actions.sign_note(pk, by=request.actor, at=now())
    messages.success(request, _now("已签收。"))
    return redirect("hotline:line")
