"""Pages about people at the desk. What identifies somebody never stands in an address: searches
are posted, records are addressed by their random ids."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yimen.files.views import download
from yimen.lib.errors import Forbidden, Invalid, Unseen
from yimen.lib.masking import mask_name
from yimen.lib.time import now, today
from yimen.look.language import pick
from yimen.look.sessions import step_up
from yimen.people import actions, perms, queries, rules
from yimen.people.forms import (
    DetailsForm,
    MandateForm,
    MergeForm,
    NameForm,
    NumberForm,
    RegisterForm,
    SearchForm,
)
from yimen.people.models import Mandate, Merge, Party
from yimen.people.queries import party_for
from yimen.places.queries import names as place_names


def _must(allowed: bool, what: Any) -> None:
    """Sees the record, but has no part in changing it."""
    if not allowed:
        raise Forbidden("people", what)


def people(request: HttpRequest) -> HttpResponse:
    """Find somebody: the search is posted, so that no name or number ends up in a log."""
    actor = request.actor
    if not perms.works_with_people(actor):
        raise Unseen("people")
    form = SearchForm(request.POST or None)
    found: list[Party] | None = None
    if form.is_valid():
        found = queries.search(actor.street, form.cleaned_data["q"], actor)
        if len(found) == 1 and rules.looks_like_number(form.cleaned_data["q"]):
            return redirect("people:party", found[0].pk)
    context = {"form": form, "found": found, "may_register": perms.may_register(actor)}
    return render(request, "people/people.html", context, status=form.http_status)


def register(request: HttpRequest) -> HttpResponse:
    """Register a person or an organisation; a known number leads to the known record."""
    actor = request.actor
    if not perms.works_with_people(actor):
        raise Unseen("people")
    _must(perms.may_register(actor), _("您的岗位不能登记人员。"))
    form = RegisterForm(request.POST or None, street=actor.street)
    if form.is_valid():
        with form.refusals():
            try:
                party = actions.find_or_register(actor.street, by=actor, at=now(), **form.facts())
            except Invalid as error:
                form.ask_about_name = error.code == "name_differs"
                raise
            _tell_warnings(request, form)
            return redirect("people:party", party.pk)
    return render(request, "people/register.html", {"form": form}, status=form.http_status)


def _tell_warnings(request: HttpRequest, form: RegisterForm) -> None:
    """A warning blocks nothing: it asks for a second look at the card."""
    clean = form.cleaned_data
    verdict = rules.check_document(clean["sort"], clean["id_type"], clean["id_number"], today())
    for warning in verdict.warnings:
        messages.warning(request, f"{warning.message} {warning.remedy}")
    messages.success(request, _("已登记。同一号码原有资料的，用的就是原有资料。"))


@require_safe
def party(request: HttpRequest, id: UUID) -> HttpResponse:
    """One record, masked."""
    return _party_page(request, party_for(request.actor, id))


def _party_page(
    request: HttpRequest, record: Party, shown: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    actor = request.actor
    disclosures = list(queries.disclosures_seen(actor, record)[:10])
    queries.name_seats(disclosures)
    context = {
        "party": record,
        "shown": shown or {},
        "twins": queries.possible_twins(record),
        "mandates": list(queries.mandates_of(record)[:20]),
        "disclosures": disclosures,
        "merges": list(queries.merges_of(record)),
        "may_edit": perms.may_edit(actor, record),
        "may_hand_out": record.sort == "person" and perms.may_hand_out_binding(actor, record),
        "may_correct": perms.may_correct(actor, record),
        "may_merge": perms.may_merge(actor, record),
        "may_disclose": perms.may_disclose(actor, record),
        "may_erase": perms.may_erase(actor, record),
        "place": place_names([record.division]).get(record.division, record.division),
        "today": today(),
    }
    return render(request, "people/party.html", context, status=status)


@require_POST
def reveal(request: HttpRequest, id: UUID, field: str) -> HttpResponse:
    """Show one number in full, this once; the page itself is the only place where it stands."""
    record = party_for(request.actor, id)
    if perms.may_disclose(request.actor, record):
        step_up(request)
    reason = request.POST.get("reason", "")
    try:
        value = actions.disclose(record, field, reason=reason, by=request.actor, at=now())
    except Invalid as error:
        messages.error(request, " ".join(str(e.message) + str(e.remedy) for e in error.errors))
        return _party_page(request, record, status=error.status)
    return _party_page(request, record, {field: value})


@require_POST
def hand_out_binding(request: HttpRequest, id: UUID) -> HttpResponse:
    """The paper with the one-time code: shown and printed this once, kept only as a digest."""
    record, at = party_for(request.actor, id), now()
    code = actions.hand_out_binding(record, by=request.actor, at=at)
    context = {
        "party": record,
        "masked_name": mask_name(record.name),
        "code": rules.spaced(code),
        "until": at + rules.CODE_LIVES,
        "link": f"{settings.SITE_URL}{reverse('people:me_bind')}",
    }
    response = render(request, "people/binding.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def edit(request: HttpRequest, id: UUID) -> HttpResponse:
    """Telephone, address, neighbourhood."""
    record = party_for(request.actor, id)
    _must(perms.may_edit(request.actor, record), _("您的岗位不能修改人员资料。"))
    form = DetailsForm(request.POST or None, street=record.street, initial=details_of(record))
    if form.is_valid():
        with form.refusals():
            actions.update_details(record, by=request.actor, at=now(), **form.changes())
            messages.success(request, _("已保存。"))
            return redirect("people:party", record.pk)
    context = {"form": form, "party": record}
    return render(request, "people/edit.html", context, status=form.http_status)


def details_of(record: Party) -> dict[str, Any]:
    """What the form of details begins with."""
    home = record.address
    parts = {n: getattr(home, n) for n in ("road", "lane", "number", "room")} if home else {}
    plain = ("version", "birth_date", "sex", "division")
    return {**parts, **{name: getattr(record, name) for name in plain}}


def correct(request: HttpRequest, id: UUID) -> HttpResponse:
    """A wrong name or number, corrected against the paper."""
    record = party_for(request.actor, id)
    _must(perms.may_correct(request.actor, record), _("姓名和证件号码要带证件到窗口更正。"))
    which = request.POST.get("which", "")
    begin = {"version": record.version, "name": record.name, "id_type": record.id_type}
    name = NameForm(request.POST if which == "name" else None, prefix="n", initial=begin)
    number = NumberForm(request.POST if which == "number" else None, prefix="d", initial=begin)
    by, at = request.actor, now()
    if name.is_valid():
        with name.refusals():
            actions.correct_name(record, by=by, at=at, **name.cleaned_data)
            messages.success(request, _("姓名已更正，改动记录在案。"))
            return redirect("people:party", record.pk)
    if number.is_valid():
        with number.refusals():
            actions.correct_document(record, by=by, at=at, **number.cleaned_data)
            messages.success(request, _("证件已更正，改动记录在案。"))
            return redirect("people:party", record.pk)
    context = {"name_form": name, "number_form": number, "party": record}
    status = max(name.http_status, number.http_status)
    return render(request, "people/correct.html", context, status=status)


# -- merging ------------------------------------------------------------------------------


def choose_twin(request: HttpRequest, id: UUID) -> HttpResponse:
    """Find the other record of the same person."""
    record = party_for(request.actor, id)
    _must(perms.may_merge(request.actor, record), _("您的岗位不能合并资料。"))
    form = SearchForm(request.POST or None)
    found = queries.possible_twins(record)
    if form.is_valid():
        hits = queries.search(record.street, form.cleaned_data["q"], request.actor)
        found = [hit for hit in hits if hit.pk != record.pk]
    context = {"form": form, "party": record, "found": found}
    return render(request, "people/choose_twin.html", context, status=form.http_status)


def merge(request: HttpRequest, keep: UUID, drop: UUID) -> HttpResponse:
    """Both records side by side; confirm to make the second point to the first."""
    kept, dropped = party_for(request.actor, keep), party_for(request.actor, drop)
    _must(perms.may_merge(request.actor, kept), _("您的岗位不能合并资料。"))
    form = MergeForm(request.POST or None, initial={"take": _gaps(kept, dropped)})
    if form.is_valid():
        clean = form.cleaned_data
        with form.refusals():
            actions.merge(
                kept,
                dropped,
                reason=clean["reason"],
                take=clean["take"],
                number_decided=clean["number_decided"],
                by=request.actor,
                at=now(),
            )
            messages.success(request, _("已合并。发现弄错时可以在这一页撤销。"))
            return redirect("people:party", kept.pk)
    context = {"form": form, "keep": kept, "drop": dropped, "rows": _compared(kept, dropped)}
    return render(request, "people/merge.html", context, status=form.http_status)


def _gaps(keep: Party, drop: Party) -> list[str]:
    """What only the record to be dropped knows: proposed to be taken over."""
    columns = {
        "document": "id_mask",
        "phone": "phone_mask",
        "birth_date": "birth_date",
        "division": "division",
        "address": "address_id",
    }
    return [n for n, c in columns.items() if getattr(drop, c) and not getattr(keep, c)]


def _compared(one: Party, other: Party) -> list[dict[str, Any]]:
    """Line by line, with what differs marked."""
    places = place_names([one.division, other.division])

    def lines(p: Party) -> list[tuple[Any, Any]]:
        return [
            (_("姓名"), p.name),
            (_("证件"), f"{p.get_id_type_display()} {p.id_mask}".strip()),
            (_("电话"), p.phone_mask),
            (_("出生日期"), p.birth_date),
            (_("性别"), p.get_sex_display()),
            (_("居村委"), pick(places.get(p.division, p.division))),
            (_("地址"), p.address.text if p.address else ""),
            (_("登记时间"), p.created_at),
        ]

    pairs = zip(lines(one), lines(other), strict=True)
    return [
        {"label": label, "keep": a, "drop": b, "differs": a != b} for (label, a), (_l, b) in pairs
    ]


@require_POST
def unmerge(request: HttpRequest, id: UUID) -> HttpResponse:
    """Undo a merge."""
    done = Merge.objects.select_related("keep", "drop").filter(pk=id).first()
    if done is None or not perms.works_with_people(request.actor):
        raise Unseen("merge")
    keep, _drop = actions.unmerge(done, by=request.actor, at=now())
    messages.success(request, _("合并已撤销，两份资料都恢复了。"))
    return redirect("people:party", keep.pk)


# -- mandates -----------------------------------------------------------------------------


def give_mandate(request: HttpRequest, id: UUID) -> HttpResponse:
    """Write down who may act for this party, from the paper that was shown."""
    record = party_for(request.actor, id)
    _must(
        perms.may_correct(request.actor, record),
        _("委托由本人在网上办理，或带委托书到窗口登记。"),
    )
    form = MandateForm(request.POST or None, request.FILES or None, initial={"valid_from": today()})
    if form.is_valid():
        by, at = request.actor, now()
        with form.refusals():
            agent = actions.find_or_register(record.street, by=by, at=at, **form.agent())
            actions.create_mandate(record, agent, by=by, at=at, **form.terms())
            messages.success(request, _("委托已登记。"))
            return redirect("people:party", record.pk)
    context = {"form": form, "party": record}
    return render(request, "people/mandate.html", context, status=form.http_status)


@require_safe
def mandate_paper(request: HttpRequest, id: UUID) -> HttpResponse:
    """The paper by which somebody acts for somebody."""
    found = queries.mandate_paper(request.actor, id)
    if found is None:
        raise Unseen("mandate")
    return download(found, inline=True)


@require_POST
def end_mandate(request: HttpRequest, id: UUID) -> HttpResponse:
    """End a mandate now."""
    held = Mandate.objects.select_related("principal").filter(pk=id).first()
    if held is None:
        raise Unseen("mandate")
    actions.revoke_mandate(held, by=request.actor, at=now())
    messages.success(request, _("委托已终止。"))
    if request.actor.kind == "resident":
        return redirect("people:me")
    return redirect("people:party", held.principal_id)
