"""Applying from home: begin, answer, upload, look once more, send; every step is kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yimen.cases.words import WAYS
from yimen.files.models import File
from yimen.files.views import answer, download
from yimen.intake import actions, controls, prints, queries, typed
from yimen.intake.forms import EventForm, ForWhomForm
from yimen.intake.models import Draft
from yimen.intake.views.counter import chosen_of_event
from yimen.intake.views.home import Home, choices_for, own_mandates
from yimen.intake.views.result import described
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import now
from yimen.look.language import pick
from yimen.matters.content import Content
from yimen.matters.queries import content_of, current, life_event

View = Callable[..., HttpResponse]


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def for_person(view: View) -> View:
    """Applications from home are made by people whom we know."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _actor(request).party is None:
            text = _("这个账号还没有和您的资料连起来。请先在“我的资料”里绑定，或者到窗口办理。")
            raise Forbidden("no_party", text)
        return view(request, *args, **kwargs)

    return seen


# -- begin --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def start(request: HttpRequest, code: str) -> HttpResponse:
    """For whom, and whether something was begun already."""
    content = content_of(current(code))
    if not content.online:
        text = _("这个事项要到窗口办理，不能在网上申请。办事指南里有地址和时间。")
        raise Refused("not_online", text)
    form = ForWhomForm(choices_for(_actor(request), [content]), request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = _begin(request, form, [content], matter_code=code)
        return redirect("intake:answers", draft.pk)
    begun = [d for d in _open(request) if d.matter_code == code]
    context = {"content": content, "form": form, "begun": begun}
    return render(request, "intake/start.html", context, status=form.http_status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def event(request: HttpRequest, key: str) -> HttpResponse:
    """One life event: conditions decide what is proposed, each can be unticked, one form follows."""
    found = life_event(key)
    parts = queries.event_matters(found)
    contents = [content for _part, content in parts]
    whom = ForWhomForm(choices_for(_actor(request), contents), request.POST or None)
    form = EventForm(found, request.POST or None)
    if request.method == "POST" and whom.is_valid() and form.is_valid():
        wanted = [c for c in chosen_of_event(form, found, {}) if f"want-{c}" in request.POST]
        chosen = [c for c in contents if c.code in wanted and c.online]
        if chosen:
            draft = _begin(request, whom, chosen, life_event=key)
            return redirect("intake:answers", draft.pk)
        form.add_error(None, _("按这些情况没有可以在网上办的事项。请核对选择，或到窗口办理。"))
    shown = [
        {
            "part": p,
            "content": c,
            "ticked": request.method != "POST" or f"want-{c.code}" in request.POST,
        }
        for p, c in parts
    ]
    begun = [d for d in _open(request) if d.life_event == key]
    context = {"event": found, "parts": shown, "form": form, "whom": whom, "begun": begun}
    context["at_counter"] = [{"part": p, "content": c} for p, c in parts if not c.online]
    status = form.http_status if form.http_status != 200 else whom.http_status
    return render(request, "intake/start_event.html", context, status=status)


def _begin(
    request: HttpRequest, form: ForWhomForm, contents: list[Content], *,
    matter_code: str = "", life_event: str = "",
) -> Draft:  # fmt: skip
    actor, whom = _actor(request), form.cleaned_data["whom"]
    answers: dict[str, Any] = {"matters": [c.code for c in contents], "present": str(actor.party)}
    if whom == "self":
        answers |= {"applicant": str(actor.party), "capacity": "self"}
    else:
        held = next(m for m in own_mandates(actor) if str(m.pk) == whom)
        answers |= {"applicant": str(held.principal_id), "capacity": held.capacity, "mandate": whom}
    answers["event"] = life_event
    applicant = queries.person(actor, answers["applicant"])
    centre = queries.home_centre((applicant and applicant.division) or actor.street)
    return actions.open_draft(
        door=Draft.Door.ONLINE, street=actor.street, centre=centre, answers=answers,
        by=actor, at=now(),
        matter_code=matter_code, life_event=life_event,
    )  # fmt: skip


def _open(request: HttpRequest) -> list[Draft]:
    return queries.open_drafts(_actor(request), Draft.Door.ONLINE)


# -- the steps ------------------------------------------------------------------------------------------


def _home(request: HttpRequest, pk: UUID) -> Home | HttpResponse:
    draft = queries.draft(_actor(request), pk, Draft.Door.ONLINE)
    return redirect("intake:sent", pk) if draft.sent_at else Home(request, draft)


def _page(home: Home, template: str, step: str, status: int = 200, **more: Any) -> HttpResponse:
    context = {"home": home, "draft": home.draft, "step": step, "titles": home.titles, **more}
    context["shown_errors"] = controls.summary(
        home.errors, home.basket.questions, home.basket.lines
    )
    return render(home.request, f"intake/{template}.html", context, status=status)


def _kept(home: Home) -> HttpResponse | None:
    """Keep the draft; a page to go to when it was sent from another window meanwhile."""
    try:
        actions.keep_draft(home.draft, by=home.actor, at=now())
    except Refused:
        return redirect("intake:sent", home.draft.pk)
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def answers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The questions of all matters as one form."""
    home = _home(request, pk)
    if isinstance(home, HttpResponse):
        return home
    do = request.POST.get("do", "next")
    if request.method == "POST":
        home.absorb()
        elsewhere = _kept(home)
        if elsewhere:
            return elsewhere
        if do == "save":
            return _saved(request)
        home.errors |= home.wrong
        open_ones = {
            q.name: _("“%(question)s”还没有填。")
            % {"question": q.field.label.text(get_language() or "")}
            for q in home.unanswered
        }
        if do == "next":
            home.errors = {**open_ones, **home.errors}
        if not home.errors:
            return redirect("intake:materials", pk)
        return _page(
            home, "answers", "answers", 422, groups=home.groups(), may_skip=bool(open_ones)
        )
    return _page(home, "answers", "answers", groups=home.groups())


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("已经保存，以后可以接着填。"))
    return redirect("intake:drafts")


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def materials(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One upload a paper, for every matter that needs it."""
    home = _home(request, pk)
    if isinstance(home, HttpResponse):
        return home
    if request.method == "POST":
        home.absorb()
        elsewhere = _kept(home)
        if elsewhere:
            return elsewhere
        if home.errors:
            return _page(home, "materials", "materials", 422, papers=home.papers())
        if request.POST.get("do") == "save":
            return _saved(request)
        if request.POST.get("do") == "stay":
            return redirect("intake:materials", pk)
        return redirect("intake:review", pk)
    return _page(home, "materials", "materials", papers=home.papers())


@require_http_methods(["GET", "HEAD", "POST"])
@for_person
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything once more; what is missing is said before, and it may be handed in all the same."""
    home = _home(request, pk)
    if isinstance(home, HttpResponse):
        return home
    if request.method == "POST":
        elsewhere = _wish(home)
        if elsewhere:
            return elsewhere
        home.errors |= {"": " ".join(home.wrong.values())} if home.wrong else {}
        if not home.errors:
            try:
                actions.send(home.draft, by=home.actor, at=now())
            except (Invalid, Refused, Forbidden) as problem:
                home.errors[""] = typed.words(problem)
            else:
                return redirect("intake:sent", pk)
    return _page(
        home, "review", "review", 422 if home.errors else 200,
        papers=home.papers(), rows=home.rows(), accepting=home.accepting(), ways=_ways(home),
    )  # fmt: skip


def _ways(home: Home) -> list[dict[str, Any]]:
    """The ways to have the result, the chosen one or the counter ticked."""
    chosen = home.answers.get("delivery", "")
    ways = home.ways
    ticked = chosen if chosen in ways else next(iter(ways), "")
    return [{"way": w, "label": pick(WAYS[w]), "ticked": w == ticked} for w in ways]


def _wish(home: Home) -> HttpResponse | None:
    """Keep how the result is to come; to an address only when there is one."""
    if not home.ways or "delivery" not in home.request.POST:
        return None
    typed.take_delivery(home.answers, home.basket, home.request.POST)
    if typed.needs_address(home.answers, home.applicant):
        home.errors["delivery"] = _(
            "还没有登记地址，不能寄送。请先到“我的信息”填写地址，或选窗口领取。"
        )
    return _kept(home)


# -- after --------------------------------------------------------------------------------------------


def _sent(request: HttpRequest, pk: UUID) -> tuple[Draft, list[Any]]:
    draft = queries.draft(_actor(request), pk, Draft.Door.ONLINE)
    if draft.sent_at is None:
        raise Unseen("draft")
    return draft, queries.cases_of(draft.numbers)


@require_safe
@for_person
def sent(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The receipt on screen: numbers, codes, days."""
    draft, cases = _sent(request, pk)
    context = {"draft": draft, "cases": described(cases, codes=True), "bundle": cases[0].bundle_id}
    return render(request, "intake/sent.html", context)


@require_safe
@for_person
def receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    _draft, cases = _sent(request, pk)
    content = prints.visit_receipt(cases, get_language() or "zh-hans", codes=True)
    return answer(content, "application/pdf", prints.file_name(cases), inline=True)


@require_safe
@for_person
def drafts(request: HttpRequest) -> HttpResponse:
    """What was begun and not sent: go on, or throw away."""
    found = _open(request)
    baskets = {code for d in found for code in d.answers.get("matters", [])}
    titles = {c.code: c for c in queries.basket(sorted(baskets)).contents}
    others = queries.people_by_id(d.answers.get("applicant", "") for d in found)
    rows = [
        {
            "draft": d,
            "names": [titles[c] for c in d.answers.get("matters", []) if c in titles],
            "applicant": others.get(d.answers.get("applicant", "")),
        }
        for d in found
    ]
    return render(request, "intake/drafts.html", {"rows": rows})


@require_POST
@for_person
def discard(request: HttpRequest, pk: UUID) -> HttpResponse:
    draft = queries.draft(_actor(request), pk, Draft.Door.ONLINE)
    actions.discard(draft, by=_actor(request), at=now())
    messages.success(request, _("草稿已经删除。"))
    return redirect("intake:drafts")


@require_safe
@for_person
def file(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    """What one uploaded oneself, to look at again."""
    draft = queries.draft(_actor(request), pk, Draft.Door.ONLINE)
    kept = draft.files.get(code)
    found = File.objects.filter(pk=kept).first() if kept else None
    if found is None:
        raise Unseen("file")
    return download(found, inline=True)
