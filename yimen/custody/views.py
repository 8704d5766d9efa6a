"""Pages of custody: scan, send, what is missing, a paper's chain, parcels. Scanner first."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yimen.custody import actions, forms, perms, prints, queries, rules
from yimen.custody.models import Paper, Parcel
from yimen.custody.wording import SCANNED
from yimen.files.views import answer
from yimen.lib import numbering
from yimen.lib.errors import Forbidden, Unseen
from yimen.lib.time import now
from yimen.look.paging import page

View = Callable[..., HttpResponse]


def for_staff(view: View) -> View:
    """Whoever has nothing to do with papers is not told that the page exists."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not perms.may_see(request.actor):  # type: ignore[attr-defined]
            raise Unseen("custody")
        return view(request, *args, **kwargs)

    return seen


def _check(request: HttpRequest, may: bool | None = None) -> None:
    """Who only watches may look at everything and send nothing."""
    allowed = perms.may_move(request.actor) if may is None else may  # type: ignore[attr-defined]
    if request.method == "POST" and not allowed:
        raise Forbidden("custody", _("您可以查看这些材料，但不能办理移交和收取。"))


@for_staff
def scan(request: HttpRequest) -> HttpResponse:
    """The scan box with what came last, what is coming, what is here."""
    actor = request.actor  # type: ignore[attr-defined]
    _check(request)
    form = forms.ScanForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        if away := _another_page(code):
            return redirect(away)
        with form.refusals():
            try:
                body = form.cleaned_data.get("body") or None
                done = actions.scan(code, by=actor, at=now(), body=body)
            except Unseen as unknown:
                form.add_error("code", str(unknown.detail))
            else:
                say = messages.warning if done.flagged else messages.success
                say(request, str(SCANNED[done.found]) % {"name": done.paper.name})
                return redirect("custody:scan")
    return render(request, "custody/scan.html", _scan_page(request, form), status=form.http_status)


def _another_page(code: str) -> str:
    """A slip's or a case's barcode opens its page."""
    if rules.sort_of_code(code) == rules.TRANSFER:
        return reverse("custody:transfer", args=[code])
    if numbering.check(code):
        return reverse("custody:case", args=[code])
    return ""


def _scan_page(request: HttpRequest, form: forms.ScanForm) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    coming = list(queries.coming_to(actor)[:20])
    last = queries.last_scans(actor)
    held = page(
        queries.held_by(actor),
        keys=("-changed_at", "id"),
        cursor=request.GET.get("cursor"),
        size=50,
    )
    names = queries.body_names(
        [*(p.holder_id for p in coming), *(p.holder_id for p in held), *(h.from_id for h in last)]
    )
    return {
        "form": form,
        "coming": coming,
        "last": last,
        "held": held,
        "names": names,
        "now": now(),
        "coming_total": queries.unscanned_count(actor) if len(coming) == 20 else len(coming),
        "overdue_count": queries.overdue(actor, now()).count(),
        "may_move": perms.may_move(actor),
    }


@for_staff
def send(request: HttpRequest) -> HttpResponse:
    """Several papers to one body, then the slip."""
    actor = request.actor  # type: ignore[attr-defined]
    _check(request)
    bound = request.POST if request.method == "POST" else None
    chosen = {"codes": "\n".join(request.GET.getlist("paper"))}
    form = forms.SendForm(bound, actor=actor, initial=chosen)
    if bound is not None and form.is_valid():
        with form.refusals():
            made = actions.send(
                form.cleaned_data["papers"],
                form.cleaned_data["to_body"],
                by=actor,
                at=now(),
                note=form.cleaned_data["note"],
            )
            messages.success(request, _("已登记移交。请打印交接单，随材料一起送出。"))
            return redirect("custody:transfer", code=made.code)
    held = page(
        queries.held_by(actor),
        keys=("-changed_at", "id"),
        cursor=request.GET.get("cursor"),
        size=50,
    )
    facts = {
        "form": form,
        "held": held,
        "ticked": request.POST.getlist("paper") or request.GET.getlist("paper"),
    }
    return render(request, "custody/send.html", facts, status=form.http_status)


@require_safe
@for_staff
def overdue(request: HttpRequest) -> HttpResponse:
    """Papers without their receiving scan, each with the person who answers for it."""
    actor = request.actor  # type: ignore[attr-defined]
    found = page(
        queries.overdue(actor, now()),
        keys=("expected_by", "id"),
        cursor=request.GET.get("cursor"),
        size=50,
    )
    facts = {
        "page": found,
        "names": queries.body_names(x for p in found for x in (p.holder_id, p.to_id)),
        "people": queries.people_names(p.holder_account for p in found),
    }
    return render(request, "custody/overdue.html", facts)


@require_safe
@for_staff
def of_case(request: HttpRequest, number: str) -> HttpResponse:
    """The papers of one case, as far as the actor may see them."""
    actor = request.actor  # type: ignore[attr-defined]
    found = list(queries.visible_to(actor).filter(case_number=number).order_by("created_at", "id"))
    if not found:
        raise Unseen("papers_of_case", _("这个办件没有您可以查看的材料。"))
    names = queries.body_names(x for p in found for x in (p.holder_id, p.to_id))
    return render(request, "custody/case.html", {"number": number, "papers": found, "names": names})


@for_staff
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """The chain of one paper, and what can be done with it now."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.paper(actor, code)
    _check(request)
    acts = forms.offered(found) if perms.may_move(actor, found.holder_id) else []
    bound = request.POST if request.method == "POST" else None
    form = forms.EndForm(bound, paper=found)
    if bound is not None and form.is_valid():
        with form.refusals():
            _end(found, form.cleaned_data, actor)
            messages.success(request, _("已登记。"))
            return redirect("custody:paper", code=found.code)
    hops = queries.chain(found)
    facts = {
        "paper": found,
        "hops": hops,
        "form": form,
        "acts": acts,
        "names": queries.body_names(
            [
                found.holder_id,
                found.to_id,
                *(x for h in hops for x in (h.from_id, h.to_id, h.found_id)),
            ]
        ),
        "people": queries.people_names(
            [found.holder_account, *(x for h in hops for x in (h.from_account, h.to_account))]
        ),
        "late": bool(found.expected_by and found.expected_by < now()),
    }
    return render(request, "custody/paper.html", facts, status=form.http_status)


def _end(found: Paper, said: dict[str, Any], actor: Any) -> None:
    match said["act"]:
        case "return":
            actions.return_original(found, to=said["to"], by=actor, at=now(), note=said["reason"])
        case "deliver":
            actions.hand_over_result(found, to=said["to"], by=actor, at=now(), note=said["reason"])
        case "archive":
            actions.archive(found, by=actor, at=now())
        case "lost":
            actions.report_lost(found, reason=said["reason"], by=actor, at=now())


@require_safe
@for_staff
def transfer(request: HttpRequest, code: str) -> HttpResponse:
    """One slip: what was sent, what has arrived."""
    found = queries.transfer(request.actor, code)  # type: ignore[attr-defined]
    hops = list(
        found.hops.select_related("paper").order_by("paper__case_number", "paper__created_at")
    )
    facts = {
        "transfer": found,
        "hops": hops,
        "missing": sum(h.scanned_at is None for h in hops),
        "names": queries.body_names([found.from_id, found.to_id, *(h.found_id for h in hops)]),
        "people": queries.people_names([found.by, *(h.to_account for h in hops)]),
        "late": bool(found.expected_by and found.expected_by < now()),
    }
    return render(request, "custody/transfer.html", facts)


@require_safe
@for_staff
def slip(request: HttpRequest, code: str) -> HttpResponse:
    """The slip as PDF."""
    found = queries.transfer(request.actor, code)  # type: ignore[attr-defined]
    made = prints.transfer_slip(found, lang=request.LANGUAGE_CODE)  # type: ignore[attr-defined]
    return answer(made, "application/pdf", f"transfer-{found.code}.pdf", inline=True)


@require_safe
@for_staff
def labels(request: HttpRequest, number: str) -> HttpResponse:
    """Barcode labels for the papers of a case."""
    actor = request.actor  # type: ignore[attr-defined]
    found = list(queries.visible_to(actor).filter(case_number=number).order_by("created_at", "id"))
    if not found:
        raise Unseen("papers_of_case", _("这个办件没有您可以查看的材料。"))
    made = prints.labels(found, lang=request.LANGUAGE_CODE)  # type: ignore[attr-defined]
    return answer(made, "application/pdf", f"labels-{number}.pdf", inline=True)


@require_safe
@for_staff
def parcels(request: HttpRequest) -> HttpResponse:
    """Parcels, the last changed first."""
    found = page(
        queries.parcels(request.actor),
        keys=("-changed_at", "id"),  # type: ignore[attr-defined]
        cursor=request.GET.get("cursor"),
        size=50,
    )
    return render(request, "custody/parcels.html", {"page": found})


@for_staff
def parcel(request: HttpRequest, pk: Any) -> HttpResponse:
    """One parcel; its number and state can be typed in where no carrier's system reports."""
    actor = request.actor  # type: ignore[attr-defined]
    found: Parcel = get_object_or_404(queries.parcels(actor), pk=pk)
    _check(request, perms.may_report(actor, found))
    bound = request.POST if request.method == "POST" else None
    form = forms.ParcelForm(bound, initial={"tracking": found.tracking})
    if bound is not None and form.is_valid():
        said = form.cleaned_data
        with form.refusals():
            if said["tracking"]:
                actions.set_tracking(found, said["tracking"], by=actor, at=now())
            if said["state"]:
                actions.parcel_event(found, said["state"], by=actor, at=now(), place=said["place"])
            messages.success(request, _("已登记。"))
            return redirect("custody:parcel", pk=found.pk)
    facts = {
        "parcel": found,
        "form": form,
        "events": list(found.events.order_by("at", "id")),
        "papers": list(found.papers.order_by("created_at")),
    }
    return render(request, "custody/parcel.html", facts, status=form.http_status)
