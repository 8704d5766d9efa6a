"""Who stands at the counter: found, chosen, registered; for whom they act; who the answers name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from yimen.intake import typed
from yimen.intake.forms import MandateForm, RegisterForm
from yimen.intake.views.sitting import Sitting
from yimen.lib import documents
from yimen.lib.errors import Invalid, Unseen
from yimen.lib.time import now, today
from yimen.people import actions as people
from yimen.people import rules
from yimen.people.models import Party
from yimen.people.queries import mandate_for, visible_to
from yimen.people.queries import search as search_people


def find(sitting: Sitting, _arg: str) -> HttpResponse:
    """By the number of a document or telephone in full, or by name."""
    if not sitting.who:
        return sitting.go_on()
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


def again(sitting: Sitting, _arg: str) -> HttpResponse:
    """Not a new person, a slip of the keys: back to the search with what was typed."""
    post = sitting.request.POST
    if post.get("new-purpose") == "present":
        boxes = ("new-id_number", "new-phone", "new-name")
        sitting.who = next((text for box in boxes if (text := post.get(box, "").strip())), "")
        return sitting.show()
    return sitting.back()


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
        answers |= {
            "present": str(party.pk),
            "capacity": "handler",
            "mandate": str(held.pk) if held else "",
        }
    else:
        answers |= {"present": str(party.pk), "applicant": str(party.pk), "capacity": "self"}
    answers["place"] = ""
    return sitting.back("what" if answers.get("matters") else "")


def pick(sitting: Sitting, arg: str) -> HttpResponse:
    """One of several of that name, for the place that was asked for."""
    purpose, _slash, key = arg.rpartition("/")
    party = visible_to(sitting.actor).filter(pk__in=_uuids(key), merged_into=None).first()
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
        sitting.errors |= {f"for-{k}": str(v[0]) for k, v in form.errors.items()}
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


# -- persons inside questions --------------------------------------------------------------------------


def look_up_facts(sitting: Sitting, post: Any) -> HttpResponse | None:
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


def _uuids(text: str) -> list[UUID]:
    """The id that a button sent; none when somebody tampered with it."""
    try:
        return [UUID(text)]
    except ValueError:
        return []
