"""The page of a case: everything that a stranger needs to finish it, in every state."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yimen.cases import clocks, perms, printing
from yimen.cases.actions.reveal import reveal_answer
from yimen.cases.actions.spot import STEPS
from yimen.cases.dossier import Dossier
from yimen.cases.models import Stage
from yimen.cases.second import seconds
from yimen.cases.views import acting, shown
from yimen.cases.views.access import find, for_staff, reads_in_full
from yimen.cases.views.record import Record
from yimen.cases.words import ACTS, SOLVED
from yimen.clock.queries import shelf
from yimen.custody import queries as custody
from yimen.files.models import File
from yimen.files.views import download
from yimen.lib.actor import Actor, Can
from yimen.lib.errors import Forbidden, Invalid, Unseen
from yimen.lib.numbering import pretty, pretty_code
from yimen.lib.time import now
from yimen.look.language import pick
from yimen.look.sessions import step_up
from yimen.people.actions import disclose
from yimen.people.perms import may_disclose

WATCHING = {"warn", "recompute"}


@require_safe
@for_staff
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one case on one page."""
    d = find(request, number)
    full = reads_in_full(request.actor, d)
    context = {
        "d": d,
        "case": d.case,
        "full": full,
        "pretty": pretty(d.case.number),
        "matter": d.content.name,
        **_clocks(d),
        **_people(request, d, full),
        **_work(request, d, full),
        **_papers(d, full),
        **_around(request, d, full),
    }
    return render(request, "cases/detail.html", context)


def _clocks(d: Dossier) -> dict[str, Any]:
    books = shelf()
    return {
        "clock": clocks.of_case(d.case, now(), books),
        "statutory_basis": shown.basis(d, d.content.terms.statutory_basis),
        "terms": shown.terms(d, books),
        "holds": shown.holds(d),
    }


def _people(request: HttpRequest, d: Dossier, full: bool) -> dict[str, Any]:
    case = d.case
    presenter = case.presenter if case.presenter_id not in (None, case.applicant_id) else None
    reveals = request.actor.can(Can.UNMASK) and request.actor.street == case.street
    return {
        "applicant": shown.party(case.applicant, full=full),
        "presenter": shown.party(presenter, full=full) if presenter else None,
        "reveals": full and reveals,
        "care": d.kind.before_contact(case.facts) if full else "",
    }


def _work(request: HttpRequest, d: Dossier, full: bool) -> dict[str, Any]:
    actor, because = request.actor, d.case.routing.get("because", [])
    acts = acting.possible(actor, d)
    steps = acting.steps(actor, d, acts)
    others = [n for n in acts if n not in {s.name for s in steps if s.task is None}]
    return {
        "stages": shown.stages(d, actor, shelf(), full=full),
        "steps": steps,
        "useful_acts": [_act(n) for n in others if acting.useful(n, d)],
        "further_acts": [_act(n) for n in others if not acting.useful(n, d)],
        "spot": _on_the_spot(d, acts),
        "answer_url": _answer_url(d, actor),
        "origin_url": reverse(d.kind.origin_page, args=[d.case.number])
        if d.kind.origin_page
        else "",
        "dispatch_url": _dispatch_url(d, actor),
        "postings": shown.postings(d),
        "because": shown.Reasons(because).sentences(because),
    }


def _act(name: str) -> dict[str, Any]:
    return {"name": name, "words": ACTS[name]}


def _on_the_spot(d: Dossier, acts: list[str]) -> bool:
    """Can this actor do the next act of a matter that is done on the spot?"""
    if not d.content.on_the_spot or d.case.stage not in STEPS:
        return False
    return STEPS[d.case.stage][0] in acts


def _answer_url(d: Dossier, actor: Actor) -> str:
    """The short way of the kind, for whoever has its work, or only the answer, before them."""
    sorts = ("review", "decide")
    mine = any(t.sort in sorts and t.body_id in actor.bodies() for t in d.open_tasks)
    return reverse(d.kind.answer_page, args=[d.case.number]) if d.kind.answer_page and mine else ""


def _dispatch_url(d: Dossier, actor: Actor) -> str:
    """Where the counter chooses who does it, for the kinds that it chooses for."""
    if not d.kind.dispatch_page or d.case.stage != Stage.HANDLING or not perms.counter(actor, d).ok:
        return ""
    return reverse(d.kind.dispatch_page, args=[d.case.number])


def _papers(d: Dossier, full: bool) -> dict[str, Any]:
    papers = list(custody.of_case(d.case.number, d.case.street))
    where = custody.body_names([one for p in papers for one in (p.holder_id, p.to_id)])
    return {
        "materials": shown.materials(d, full=full),
        "answers": shown.answers(d) if full else [],
        "obligations": shown.obligations(d),
        "papers": [
            {
                "paper": p,
                # What was given back or delivered is in nobody's hands here any more.
                "holder": ""
                if p.state in ("returned", "delivered")
                else where.get(p.holder_id, ""),
                "to": where.get(p.to_id or p.pk, ""),
            }
            for p in papers
        ],
        "parcels": list(custody.parcels_of(d.case.number, d.case.street)),
        "results": [{"result": r, "code": pretty_code(r.code)} for r in d.results],
        "prints": printing.offered(d, staff=True) if full else [],
    }


def _around(request: HttpRequest, d: Dossier, full: bool) -> dict[str, Any]:
    record = Record(d)
    return {
        "relatives": shown.relatives(d, request.actor),
        "seconds": seconds(request.actor, [d.case.pk]).get(d.case.pk, []),
        "told": shown.messages(d),
        "timeline": [_line(act, full) for act in record.acts()],
        "lead": pick({"zh": d.case.lead.name, "en": d.case.lead.name_en}),
        "centre": pick({"zh": d.case.centre.name, "en": d.case.centre.name_en}),
        "accepting": pick({"zh": d.case.accepting.name, "en": d.case.accepting.name_en}),
        "solved": SOLVED.get(d.case.solved, ""),
    }


def _line(act: Any, full: bool) -> dict[str, Any]:
    """One act for the timeline."""
    words = (
        [_("%(label)s：%(text)s") % {"label": a, "text": b} for a, b in act.texts] if full else []
    )
    return {
        "title": act.label,
        "at": act.at,
        "by": " · ".join(part for part in (act.who, act.power) if part),
        "text": "\n".join([*act.moved, *words]),
        "state": "warning" if act.act in WATCHING else "done",
    }


@require_POST
@for_staff
def reveal(request: HttpRequest, number: str) -> HttpResponse:
    """A number in full, with a reason, on record. Shown once, on a page of its own."""
    d = find(request, number)
    if not reads_in_full(request.actor, d):
        raise Forbidden("unmask", _("您的岗位不能查看完整号码。"))
    party = d.case.presenter if request.POST.get("who") == "presenter" else d.case.applicant
    field = request.POST.get("field", "id_number")
    if party is None:
        raise Unseen("party")
    if may_disclose(request.actor, party):
        step_up(request)
    context: dict[str, Any] = {"d": d, "label": _label(d, field)}
    reason, by, at = request.POST.get("reason", ""), request.actor, now()
    try:
        if field.startswith(FACT):
            key = field.removeprefix(FACT)
            context["value"] = reveal_answer(d, key, reason=reason, by=by, at=at)
        else:
            about = d.case.number
            context["value"] = disclose(party, field, reason=reason, about=about, by=by, at=at)
    except Invalid as problem:
        error = problem.errors[0]
        context |= {"error": f"{error.message}{error.remedy}", "who": request.POST.get("who", "")}
        context["field"] = field
        return render(request, "cases/revealed.html", context, status=422)
    return render(request, "cases/revealed.html", context)


FACT = "fact:"


def _label(d: Dossier, field: str) -> str:
    if field.startswith(FACT):
        asked = {f.key: f.label.text(get_language() or "") for f in d.content.fields}
        return asked.get(field.removeprefix(FACT), "")
    return _("电话") if field == "phone" else _("证件号码")


@require_safe
@for_staff
def file(request: HttpRequest, number: str, file: UUID) -> HttpResponse:
    """The scan of a material, or the mandate of who handed in."""
    d = find(request, number)
    if not reads_in_full(request.actor, d):
        raise Forbidden("file", _("您的岗位只能查看脱敏的办件，不能打开扫描件。"))
    return own_file(d, file)


def own_file(d: Dossier, file: UUID) -> HttpResponse:
    """A file that belongs to this case; to the caller it must be clear that the case may be seen."""
    mine = {m.file_id for m in d.materials if m.file_id}
    if d.case.mandate is not None and d.case.mandate.file:
        mine.add(d.case.mandate.file)
    found = File.objects.filter(pk=file).first() if file in mine else None
    if found is None:
        raise Unseen("file")
    return download(found, inline=True)
