"""What came of a visit: numbers, codes, deadlines, prints; and a bundle handed over as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yimen.cases import perms as case_perms
from yimen.cases.actions.spot import complete
from yimen.cases.dossier import content_of, load
from yimen.cases.models import Case, Stage
from yimen.cases.views.access import for_staff, reads_in_full
from yimen.custody.models import Paper
from yimen.files.views import answer
from yimen.intake import actions, prints, queries
from yimen.intake.models import Draft
from yimen.intake.views.counter import for_counter
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Problem, Unseen
from yimen.lib.masking import mask_name
from yimen.lib.numbering import pretty
from yimen.lib.time import now
from yimen.matters.models import LifeEvent


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]


def _sent(request: HttpRequest, pk: UUID, door: str) -> tuple[Draft, list[Case]]:
    draft = queries.draft(_actor(request), pk, door)
    if draft.sent_at is None:
        raise Unseen("draft")
    return draft, queries.cases_of(draft.numbers)


def described(cases: Sequence[Case], *, codes: bool) -> list[dict[str, Any]]:
    """Cases as a page shows them right after they came in."""
    return [
        {
            "case": case,
            "content": content_of(case.matter_id),
            "number": pretty(case.number),
            "code": prints.code_of(case) if codes else "",
            "missing": [m for m in _named(case, "missing") if m["essential"]],
            "later": _named(case, "later"),
            "spot": content_of(case.matter_id).on_the_spot and case.stage == Stage.RECEIVED,
        }
        for case in cases
    ]


def _named(case: Case, status: str) -> list[dict[str, Any]]:
    content = content_of(case.matter_id)
    owed = {o.what: o.due_on for o in case.obligations.all()}
    rows = [(content.material(row.code), row) for row in case.materials.all()]
    return [
        {"name": known.name, "essential": row.essential, "due_on": owed.get(row.code)}
        for known, row in rows
        if known is not None and row.status == status
    ]


@require_safe
@for_counter
def done(request: HttpRequest, points: list[Any], pk: UUID) -> HttpResponse:
    """Receipts to print, papers to send on, what can be finished at once; then the next person."""
    draft, cases = _sent(request, pk, Draft.Door.COUNTER)
    papers = Paper.objects.filter(case_number__in=draft.numbers).order_by("case_number", "code")
    context = {
        "draft": draft, "cases": described(cases, codes=True), "papers": list(papers),
        "bundle": cases[0].bundle_id,
        "labelled": {p.case_number for p in papers},
        "sendable": [p for p in papers if p.state == Paper.State.HELD],
    }  # fmt: skip
    return render(request, "intake/done.html", context)


@require_safe
@for_counter
def receipt(request: HttpRequest, points: list[Any], pk: UUID) -> HttpResponse:
    """The receipt of the whole visit as one PDF."""
    _draft, cases = _sent(request, pk, Draft.Door.COUNTER)
    content = prints.visit_receipt(cases, get_language() or "zh-hans", codes=True)
    return answer(content, "application/pdf", prints.file_name(cases), inline=True)


@require_POST
@for_counter
def finish(request: HttpRequest, points: list[Any], pk: UUID) -> HttpResponse:
    """Finish on-the-spot matters with one key: one of them, or all of the visit."""
    _draft, cases = _sent(request, pk, Draft.Door.COUNTER)
    one = request.POST.get("number", "")
    for row in described(cases, codes=False):
        if row["spot"] and one in ("", row["case"].number):
            _finish(request, row["case"].number)
    return redirect("intake:done", pk)


def _finish(request: HttpRequest, number: str) -> None:
    try:
        complete(number, by=_actor(request))
    except Forbidden:
        raise
    except Problem as problem:
        messages.error(request, f"{pretty(number)}: {problem.detail}")
    else:
        messages.success(request, _("%(number)s 已当场办结。") % {"number": pretty(number)})


@require_POST
@for_counter
def pass_on(request: HttpRequest, points: list[Any], pk: UUID) -> HttpResponse:
    """Send the papers that stay to the bodies that lead, each body its own slip."""
    draft, cases = _sent(request, pk, Draft.Door.COUNTER)
    slips = actions.pass_on(draft, cases, by=_actor(request), at=now())
    if slips:
        messages.success(request, _("材料已登记移交。对方扫码签收以前，仍由您负责。"))
    return redirect("intake:done", pk)


# -- a bundle ------------------------------------------------------------------------------------------

READY = (Stage.DECIDED, Stage.DELIVERING)


@require_safe
@for_staff
def bundle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything of one visit or one life event, with one hand-over."""
    found, cases = queries.bundle(_actor(request), pk)
    numbers = [c.number for c in cases]
    labelled = Paper.objects.filter(case_number__in=numbers).values_list("case_number", flat=True)
    name = cases[0].applicant.name
    full = reads_in_full(_actor(request), load(cases[0].number))
    context = _bundle_context(found, cases) | {
        "who": name if full else mask_name(name), "labelled": set(labelled),
        "may": _may_hand_over(_actor(request), cases),
    }  # fmt: skip
    return render(request, "intake/bundle.html", context)


def _bundle_context(found: Any, cases: list[Case]) -> dict[str, Any]:
    event = LifeEvent.objects.filter(key=found.event).first() if found.event else None
    return {
        "bundle": found,
        "event": event,
        "cases": described(cases, codes=False),
        "ready": [c for c in cases if c.stage in READY],
        "open": [c for c in cases if c.stage != Stage.CLOSED and c.stage not in READY],
    }


def _may_hand_over(actor: Actor, cases: list[Case]) -> bool:
    ready = next((c for c in cases if c.stage in READY), None)
    return ready is not None and case_perms.counter(actor, load(ready.number)).ok


@require_POST
@for_staff
def hand_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hand over every result of the bundle that is decided, in one act, or none."""
    _found, cases = queries.bundle(_actor(request), pk)
    if not case_perms.counter(_actor(request), load(cases[0].number)).ok:
        raise Forbidden("hand_over", _("您的岗位没有这项权限。请交给有权办理的人员。"))
    ready = [c for c in cases if c.stage in READY]
    try:
        actions.hand_over(ready, by=_actor(request), at=now())
    except Forbidden:
        raise
    except Problem as problem:
        messages.error(request, str(problem.detail))
    else:
        text = _("已把 %(n)d 件的结果交给办事人。") % {"n": len(ready)}
        messages.success(request, text)
    return redirect("intake:bundle", pk)


def _is_own(actor: Actor, case: Case) -> bool:
    return actor.party is not None and actor.party in (case.applicant_id, case.presenter_id)


@require_safe
def own_bundle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The applicant's view: one life event, one page."""
    found, cases = queries.bundle(_actor(request), pk)
    own = [c for c in cases if _is_own(_actor(request), c)]
    if not own:
        raise Unseen("bundle")
    return render(request, "intake/own_bundle.html", _bundle_context(found, own))


@require_safe
def bundle_receipt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The bundle's one receipt; the codes stand on it for a counter and for the applicant."""
    _found, cases = queries.bundle(_actor(request), pk)
    d = load(cases[0].number)
    if not reads_in_full(_actor(request), d):
        raise Forbidden("print", _("您的岗位只能查看脱敏的办件，不能打印文书。"))
    codes = (
        case_perms.counter(_actor(request), d).ok or case_perms.is_applicant(_actor(request), d).ok
    )
    content = prints.visit_receipt(cases, get_language() or "zh-hans", codes=codes)
    return answer(content, "application/pdf", prints.file_name(cases), inline=True)
