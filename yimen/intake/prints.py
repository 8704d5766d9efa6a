"""One receipt for everything of a visit or of a life event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yimen.cases.dossier import content_of
from yimen.cases.models import Case
from yimen.cases.printing import both, office, person, words
from yimen.custody.models import Paper
from yimen.intake.words import STATES, state_of
from yimen.lib.crypto import unseal
from yimen.lib.numbering import pretty
from yimen.lib.time import local
from yimen.matters.models import LifeEvent
from yimen.printing import render
from yimen.printing.documents import Barcode, Bundle, BundleCase, Material, Qr


def code_of(case: Case) -> str:
    """The six digits that go with the enquiry number."""
    return unseal(case.enquiry_code, about=f"case:{case.number}")


def visit_receipt(cases: Sequence[Case], lang: str, *, codes: bool) -> bytes:
    """一次来访的收件凭证: every case with its number, the shared papers once."""
    first = cases[0]
    point = first.centre
    facts = Bundle(
        number=first.number,
        issuer={"zh": point.name, "en": point.name_en or point.name},
        issued_at=local(first.received_at),
        office=office(point),
        demo=settings.YIMEN_DEMO,
        copy=both(_("申请人联")),
        bundle_number=Barcode(first.number),
        track_url=Qr(f"{settings.SITE_URL}/track/?number={first.enquiry_no}"),
        rate_url=Qr(f"{settings.SITE_URL}/rate/?number={first.enquiry_no}"),
        occasion=_occasion(first),
        received_at=local(first.received_at),
        applicant=person(first.applicant, None if first.presenter_id else first),
        handed_in_by=person(first.presenter, first) if first.presenter else None,
        mandate=_until(first),
        cases=[_line(case, codes) for case in cases],
        materials=_materials(cases),
    )
    return render("bundle_receipt", facts, lang)


def _occasion(case: Case) -> Any:
    event = case.bundle and case.bundle.event
    found = LifeEvent.objects.filter(key=event).first() if event else None
    if found is None:
        return both(_("一次来访，一并收件"))
    name = found.content["name"]
    return {"zh": f"“{name['zh']}”一件事", "en": f"life event: {name['en']}"}


def _until(case: Case) -> Any:
    until = case.mandate.valid_until if case.mandate else None
    return both(_("有效至 %(day)s"), day=until.isoformat()) if until else ""


def _line(case: Case, codes: bool) -> BundleCase:
    content = content_of(case.matter_id)
    return BundleCase(
        number=Barcode(case.number),
        matter=words(content.name),
        department=words(content.department),
        enquiry_no=case.enquiry_no,
        enquiry_code=code_of(case) if codes else "",
        accept_by=case.accept_by,
        promised_on=case.promised_due_on,
        provisional=case.due_provisional,
        state=both(STATES[state_of(case)]),
    )


def _materials(cases: Sequence[Case]) -> list[Material]:
    """Each paper once, with in how many further cases it is used; one that is neither there nor
    needed is no line. Whether an original stayed here, custody knows."""
    rows: dict[str, list[Any]] = {}
    for case in cases:
        for row in case.materials.all():
            if row.essential or row.status != "missing":
                rows.setdefault(row.code, []).append((case, row))
    numbers = [case.number for case in cases]
    kept = dict(Paper.objects.filter(case_number__in=numbers).values_list("name", "must_return"))
    return [_material(found, kept) for found in rows.values()]


def _material(found: list[Any], kept: Mapping[str, bool]) -> Material:
    case, row = found[0]
    known = content_of(case.matter_id).material(row.code)
    name = known.name.zh[:120] if known else row.code
    owed = next((o for o in case.obligations.all() if o.what == row.code), None)
    given = row.given if row.status == "given" and row.given else row.status
    shown = given == "original" and name not in kept
    return Material(
        name=words(known.name) if known else row.code,
        given=given,
        originals=1 if given == "original" else 0,
        copies=max(1, known.copies if known else 1) if given == "copy" else 0,
        must_return=kept.get(name, False),
        note=both(_("原件已当场核对退回")) if shown else "",
        due_on=owed.due_on if owed else None,
        shared_with=len(found) - 1,
    )


def file_name(cases: Sequence[Case]) -> str:
    return f"{pretty(cases[0].number).replace(' ', '-')}-visit.pdf"
