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
from yimen.intake.forms import EventForm, MandateForm, RegisterForm
from yimen.intake.models import Draft
from yimen.intake.views.sitting import Sitting
from yimen.lib import documents
from yimen.lib.errors import Forbidden, Invalid, Refused, Unseen
from yimen.lib.time import now, today
from yimen.matters.queries import life_event, some
from yimen.people import actions as people
from yimen.people import rules
from yimen.people.models import Mandate, Party
from yimen.people.queries import mandate_for, visible_to
from yimen.people.queries import search as search_people

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
    looked_up = _look_up_facts(sitting, post)
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


def go_on(sitting: Sitting, _arg: str) -> HttpResponse:
    """Everything is kept; on to the next open place."""
    if sitting.errors:
        return sitting.show(422)
    if sitting.applicant is None:
        sitting.errors["who"] = _("请先扫描或输入来人的证件号码。")
        return sitting.show(422)
    return sitting.back()


# -- who -------------------------------------------------------------------------------------------


def find(sitting: Sitting, _arg: str) -> HttpResponse:
    """By the number of a document or telephone in full, or by name."""
    if not sitting.who:
        return go_on(sitting, "")
    found = search_people(sitting.actor.street, sitting.who, sitting.actor)
    if len(found) == 1 and rules.looks_like_number(sitting.who):
        return take(sitting, found[0])
    if found:
        sitting.found, sitting.asked_for = found[:9], "present"
        return sitting.show()
    return ask_to_register(sitting, sitting.who, "present")


def ask_to_register(sitting: Sitting, text: str, purpose: str) -> HttpResponse:
    """Nobody on record: a form with what was typed in its right box."""
    form = RegisterForm(sitting.actor.street, initial={**_guessed(text), "purpose": purpose})
    sitting.register, sitting.who = form, ""
    return sitting.show()


def _guessed(text: str) -> dict[str, str]:
    """A name, a telephone or a number: which box it belongs in."""
    if not rules.looks_like_number(text):
        return {"name": text, "id_type": "resident_id"}
    plain = text.replace(" ", "").upper()
    if plain.isdigit() and len(plain) == 11 and plain.startswith("1"):
        return {"phone": plain, "id_type": "resident_id"}
    resident = documents.check_resident_id(plain, on=today()).ok
    if not resident and documents.check_uscc(plain).ok:
        return {"id_number": plain, "id_type": "uscc"}
    return {"id_number": plain, "id_type": "passport" if plain[:1].isalpha() else "resident_id"}


def take(sitting: Sitting, party: Party) -> HttpResponse:
    """This person stands here; or this is the firm; or, after the firm, its handler."""
    answers, firm = sitting.answers, sitting.applicant
    answers.pop("mandate", None), answers.pop("new_mandate", None)
    if party.sort == Party.Sort.ORGANISATION:
        answers |= {"applicant": str(party.pk), "present": "", "capacity": "self"}
    elif firm is not None and firm.sort == Party.Sort.ORGANISATION and not answers.get("present"):
        held = mandate_for(firm.pk, party.pk, rules.ALL, today())
        answers |= {"present": str(party.pk), "capacity": "handler", "mandate": str(held.pk) if held else ""}
    else:
        answers |= {"present": str(party.pk), "applicant": str(party.pk), "capacity": "self"}
    answers["place"] = ""
    return sitting.back("what" if answers.get("matters") else "")


def pick(sitting: Sitting, arg: str) -> HttpResponse:
    """One of several of that name, for the place that was asked for."""
    purpose, _slash, key = arg.rpartition("/")
    party = visible_to(sitting.actor).filter(pk=_uuid(key), merged_into=None).first()
    if party is None:
        raise Unseen("party")
    return _place(sitting, party, purpose)


def _place(sitting: Sitting, party: Party, purpose: str) -> HttpResponse:
    """Put somebody where they belong: here, as principal of a mandate, or into a question."""
    if purpose.startswith("fact:"):
        sitting.answers.setdefault("facts", {})[purpose.removeprefix("fact:")] = str(party.pk)
        return sitting.back()
    if purpose == "principal" and sitting.answers.get("new_mandate"):
        capacity = sitting.answers["new_mandate"]["capacity"]
        sitting.answers.update(applicant=str(party.pk), place="", capacity=capacity, mandate="")
        return sitting.back("what")
    return take(sitting, party)


def register(sitting: Sitting, _arg: str) -> HttpResponse:
    """A new record, made at once; the same number under another name asks which one is right."""
    form = RegisterForm(sitting.actor.street, sitting.request.POST)
    sitting.register = form
    if not form.is_valid():
        return sitting.show(422)
    facts, party = form.facts(), None
    with form.refusals():
        party = people.find_or_register(sitting.actor.street, **facts, by=sitting.actor, at=now())
    if party is None:
        return sitting.show(form.http_status)
    verdict = rules.check_document(party.sort, facts["id_type"], facts["id_number"], today())
    for finding in verdict.warnings:  # an unknown area code warns and never blocks
        messages.warning(sitting.request, f"{finding.message} {finding.remedy}")
    sitting.register = None
    return _place(sitting, party, form.cleaned_data["purpose"] or "present")


def forget_who(sitting: Sitting, _arg: str) -> HttpResponse:
    for key in ("present", "applicant", "mandate", "new_mandate", "place"):
        sitting.answers.pop(key, None)
    sitting.answers["capacity"] = "self"
    return sitting.back()


def for_whom(sitting: Sitting, arg: str) -> HttpResponse:
    """Oneself, or somebody whose mandate is on file."""
    answers = sitting.answers
    answers.pop("new_mandate", None)
    answers["place"] = ""
    if arg == "self":
        answers |= {"applicant": answers.get("present", ""), "capacity": "self", "mandate": ""}
        return sitting.back("what")
    held = next((m for m in sitting.mandates if str(m.pk) == arg), None)
    if held is None:
        raise Unseen("mandate")
    answers |= {
        "present": str(held.agent_id), "applicant": str(held.principal_id),
        "capacity": held.capacity, "mandate": str(held.pk),
    }  # fmt: skip
    return sitting.back("what")


def mandate(sitting: Sitting, _arg: str) -> HttpResponse:
    """A mandate brought along: kept with the draft, registered when everything is handed in."""
    form = MandateForm(sitting.request.POST, sitting.request.FILES)
    sitting.mandate = form
    if sitting.present is None:
        form.add_error(None, _("请先登记在场办事的人。"))
    if not form.is_valid():
        sitting.errors |= {f"for-{k}": v[0] for k, v in form.errors.items()}
        return sitting.show(422)
    data = form.cleaned_data
    sitting.answers["new_mandate"] = {
        "capacity": data["capacity"], "scope": data["scope"],
        "until": data["until"].isoformat() if data["until"] else "",
        "file": _mandate_file(sitting, data["paper"]),
    }  # fmt: skip
    if sitting.errors:
        return sitting.show(422)
    found = search_people(sitting.actor.street, data["principal"], sitting.actor)
    if len(found) == 1:
        return _place(sitting, found[0], "principal")
    if found:
        sitting.found, sitting.asked_for = found[:9], "principal"
        return sitting.show()
    return ask_to_register(sitting, data["principal"], "principal")


def _mandate_file(sitting: Sitting, upload: Any) -> str:
    if not upload:
        return str((sitting.answers.get("new_mandate") or {}).get("file", ""))
    try:
        file = typed.files.store(
            upload, name=upload.name, purpose="mandate", street=sitting.actor.street,
            by=sitting.actor, at=now(),
        )  # fmt: skip
    except Invalid as problem:
        sitting.errors["for-paper"] = typed.words(problem)
        return ""
    return str(file.pk)


# -- what --------------------------------------------------------------------------------------------


def add(sitting: Sitting, arg: str) -> HttpResponse:
    """The best hit of what was typed; the others stay in sight for one more choice."""
    if not arg and not sitting.what:
        return go_on(sitting, "")
    found = [] if arg else queries.hits(sitting.what, sitting.actor.street)
    if found and found[0].sort == "elsewhere":
        sitting.errors["what"] = f"{found[0].name}: {found[0].text}"
    codes = [arg] if arg else [hit.code for hit in found if hit.sort == "matter"]
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


# -- persons inside questions --------------------------------------------------------------------------


def _look_up_facts(sitting: Sitting, post: Any) -> HttpResponse | None:
    """Answers that are persons: found by number or name, asked about when there are several."""
    facts = sitting.answers.setdefault("facts", {})
    for q in sitting.basket.questions:
        text = post.get(q.name, "").strip() if q.field.type == "party" else ""
        if not text:
            continue
        found = search_people(sitting.actor.street, text, sitting.actor)
        if len(found) == 1:
            facts[q.slot] = str(found[0].pk)
            sitting.__dict__.pop("people", None)
        elif found:
            sitting.found, sitting.asked_for = found[:9], f"fact:{q.slot}"
            return sitting.show()
        else:
            return ask_to_register(sitting, text, f"fact:{q.slot}")
    return None


def same(sitting: Sitting, arg: str) -> HttpResponse:
    """The answer is the applicant."""
    if sitting.applicant is not None and arg in {q.slot for q in sitting.basket.questions}:
        sitting.answers.setdefault("facts", {})[arg] = str(sitting.applicant.pk)
    return sitting.back()


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
        sitting.errors = {e.field.replace(".", "-"): typed.words(problem) for e in problem.errors[:1]}
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
    "find": find, "pick": pick, "register": register, "nobody": forget_who, "for": for_whom,
    "mandate": mandate, "add": add, "drop": drop, "swap": swap, "event": event, "same": same,
    "originals": all_original, "next": go_on, "submit": submit, "discard": discard,
}  # fmt: skip


@require_GET
@for_counter
def suggest(request: HttpRequest, points: list[Any]) -> HttpResponse:
    """What Enter would add, while it is being typed."""
    street = request.actor.street  # type: ignore[attr-defined]
    found = queries.hits(request.GET.get("what", "")[:60], street)
    return render(request, "intake/_hits.html", {"hits": found})


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


