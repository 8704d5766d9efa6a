"""The counter: who stands there, what they want, one form, one list of papers, hand in."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yimen.intake import actions, papers, queries, typed
from yimen.intake.forms import EventForm
from yimen.intake.models import Draft
from yimen.intake.views import who
from yimen.intake.views.sitting import Sitting
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import now
from yimen.matters.queries import life_event, some

View = Callable[..., HttpResponse]


def for_counter(view: View) -> View:
    """Whoever takes no submissions today is not told that the page exists; staff are told why."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = request.actor  # type: ignore[attr-defined]
        if actor.kind != "staff":
            raise Unseen("intake")
        points = queries.counters(actor)
        if not points:
            raise Forbidden("intake", _("您今天不在受理岗位上。需要收件的，请联系中心排岗。"))
        return view(request, points, *args, **kwargs)

    return seen


@for_counter
def counter(request: HttpRequest, points: list[Any], pk: UUID | None = None) -> HttpResponse:
    """The page of one visit. Enter means: go on with what was just typed."""
    actor = request.actor  # type: ignore[attr-defined]
    draft = queries.draft(actor, pk, Draft.Door.COUNTER) if pk else None
    if draft is not None and draft.sent_at is not None:
        return redirect("intake:done", draft.pk)
    sitting = Sitting(request, draft, points, at=request.GET.get("at", ""))
    if request.method != "POST":
        return sitting.show()
    if draft is None:
        sitting.draft = _begin(request, points)
    return _act(sitting, request.POST)


def _begin(request: HttpRequest, points: list[Any]) -> Draft:
    by = request.actor  # type: ignore[attr-defined]
    chosen = next((p for p in points if p.code == request.POST.get("centre")), points[0])
    enquiry = request.POST.get("enquiry", "")[:9]
    return actions.open_draft(
        door=Draft.Door.COUNTER, street=by.street, centre=chosen, by=by, at=now(),
        answers={"channel": "counter", "matters": [], "enquiry": enquiry},
    )  # fmt: skip


def _act(sitting: Sitting, post: Any) -> HttpResponse:
    """Keep what was typed, then do what the button, or the filled box, says."""
    assert sitting.draft is not None
    do, _colon, arg = post.get("do", "").partition(":")
    sitting.who, sitting.what = post.get("who", "").strip(), post.get("what", "").strip()
    _remember_earlier(sitting)
    sitting.errors |= typed.absorb(
        sitting.draft, sitting.basket, post, sitting.request.FILES, by=sitting.actor, at=now()
    )
    looked_up = who.look_up_facts(sitting, post)
    if looked_up is not None and do != "drop":
        return looked_up
    sitting.answers.pop("hits", None)
    try:
        return DOES.get(do or _meant(post), go_on)(sitting, arg)
    except Refused:
        return redirect("intake:done", sitting.draft.pk)


def _meant(post: Any) -> str:
    """What Enter means: the first box with something in it says."""
    boxes = {"who": "find", "new-name": "register", "for-principal": "mandate", "what": "add"}
    return next((do for box, do in boxes.items() if post.get(box, "").strip()), "next")


def _remember_earlier(sitting: Sitting) -> None:
    """Which earlier scan the key `r` stands for on each line, looked up by us."""
    own = sitting.answers.setdefault("papers", {})
    for code, row in sitting.earlier().items():
        own.setdefault(code, {})["reuse"] = str(row.file_id)


# -- what --------------------------------------------------------------------------------------------


def go_on(sitting: Sitting, _arg: str) -> HttpResponse:
    """Everything is kept; on to the next open place."""
    return sitting.go_on()


def add(sitting: Sitting, arg: str) -> HttpResponse:
    """The best hit of what was typed; the others stay in sight for one more choice."""
    if not arg and not sitting.what:
        return sitting.go_on()
    found = [] if arg else queries.hits(sitting.what, sitting.actor.street)
    if found and found[0].sort == "elsewhere":
        sitting.errors["what"] = f"{found[0].name}: {found[0].text}"
    codes = [arg] if arg else [hit.code for hit in found if hit.sort == "matter"]
    if found and codes and not any(hit.by_words for hit in found):
        sitting.near, codes = codes, []  # only alike in meaning: shown to choose from, never taken
        sitting.errors["what"] = _("没有对得上的事项。请换一个说法，或者从下面相近的里选。")
    if not codes or arg and arg not in some([arg]):
        sitting.errors.setdefault("what", _("没有找到这样的事项，请换一个说法。"))
    if sitting.errors.get("what"):
        return sitting.show(422)
    _into_basket(sitting, codes[:1])
    sitting.answers["hits"] = codes[1:]
    sitting.what = ""
    return sitting.back("what")


def _into_basket(sitting: Sitting, codes: list[str]) -> None:
    chosen = sitting.answers.setdefault("matters", [])
    chosen += [code for code in codes if code not in chosen]


def drop(sitting: Sitting, arg: str) -> HttpResponse:
    sitting.answers["matters"] = [c for c in sitting.answers.get("matters", []) if c != arg]
    sitting.errors.clear()
    return sitting.back("what")


def swap(sitting: Sitting, arg: str) -> HttpResponse:
    """Not this one: another of the hits takes the place of the last."""
    chosen = sitting.answers.get("matters", [])
    if arg in some([arg]) and chosen:
        chosen[-1:] = [arg] if arg not in chosen else []
    return sitting.back("what")


def event(sitting: Sitting, arg: str) -> HttpResponse:
    """A life event: its conditions decide which matters are proposed; each can be left out."""
    sitting.event = life_event(arg)
    posted = sitting.request.POST
    decided = posted.get("event-step") == arg
    sitting.event_form = EventForm(sitting.event, posted if decided else None)
    if not decided or not sitting.event_form.is_valid():
        return sitting.show(422 if decided else 200)
    wanted = chosen_of_event(sitting.event_form, sitting.event, posted)
    if not wanted:
        sitting.event_form.add_error(None, _("按这些情况没有要办的事项。请核对上面的选择。"))
        return sitting.show(422)
    sitting.answers["event"] = arg
    _into_basket(sitting, wanted)
    return sitting.back()


def chosen_of_event(form: EventForm, event: Any, posted: Any) -> list[str]:
    """Proposed by the conditions and not unticked."""
    return [
        content.code
        for part, content in queries.event_matters(event)
        if form.proposes(part) and f"skip-{content.code}" not in posted
    ]


# -- papers and the end ---------------------------------------------------------------------------------


def all_original(sitting: Sitting, _arg: str) -> HttpResponse:
    """Every line that nobody touched: the original was shown."""
    own = sitting.answers.setdefault("papers", {})
    for line in papers.undecided(sitting.basket.lines, own):
        own.setdefault(line.code, {})["key"] = "o"
    return sitting.back()


def submit(sitting: Sitting, arg: str) -> HttpResponse:
    """Hand in. What is missing is said first, once and whole; then it is taken all the same."""
    assert sitting.draft is not None
    sitting.check()
    if sitting.errors:
        return sitting.show(422)
    if arg != "anyway" and (sitting.lacking or sitting.unanswered):
        sitting.telling = True
        return sitting.show()
    draft = sitting.keep()
    try:
        actions.send(draft, by=sitting.actor, at=now())
    except (Invalid, Refused) as problem:
        sitting.errors = {
            e.field.replace(".", "-"): typed.words(problem) for e in problem.errors[:1]
        }
        sitting.errors = sitting.errors or {"": typed.words(problem)}
        draft.refresh_from_db()
        return sitting.show(problem.status)
    return redirect("intake:done", draft.pk)


def discard(sitting: Sitting, _arg: str) -> HttpResponse:
    assert sitting.draft is not None
    actions.discard(sitting.draft, by=sitting.actor, at=now())
    messages.success(sitting.request, _("这次来访没有交件，已经清除。"))
    return redirect("intake:counter")


DOES: dict[str, Callable[[Sitting, str], HttpResponse]] = {
    "find": who.find, "pick": who.pick, "register": who.register, "again": who.again, "nobody": who.forget_who,
    "for": who.for_whom, "mandate": who.mandate, "add": add, "drop": drop, "swap": swap, "event": event, "same": who.same,
    "originals": all_original, "next": go_on, "submit": submit, "discard": discard,
}  # fmt: skip


@require_GET
@for_counter
def suggest(request: HttpRequest, points: list[Any]) -> HttpResponse:
    """What Enter would add, while it is being typed."""
    street = request.actor.street  # type: ignore[attr-defined]
    found = queries.hits(request.GET.get("what", "")[:60], street)
    sure = any(hit.by_words for hit in found)
    return render(request, "intake/_hits.html", {"hits": found, "sure": sure})
