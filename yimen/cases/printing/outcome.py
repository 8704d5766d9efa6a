"""Documents of the end, and papers for the desk."""

from __future__ import annotations

from functools import partial
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from yimen.cases.models import Outcome
from yimen.cases.printing.facts import (
    Facts,
    both,
    labels,
    person,
    words,
)
from yimen.cases.words import WAYS
from yimen.custody import queries as custody
from yimen.lib.numbering import pretty_code
from yimen.lib.time import local
from yimen.look.dates import cn_date
from yimen.printing import documents as papers
from yimen.printing.documents import Qr, Sheet, Verify


def decision(f: Facts) -> Sheet:
    """决定书. A refusal names its reasons and remedies; where the matter's law has words of its own
    about them, they stand with the legal basis."""
    case, granted = f.case, f.case.outcome == Outcome.GRANTED
    when = case.decided_at or f.moment("decide")
    own = f.d.content.decision_remedies
    return papers.Decision(
        **f.sheet("J1", when, lead=True), **f.common(),
        accepted_at=local(case.accepted_at) if case.accepted_at else None, outcome=case.outcome,
        found=both(_("已审查申请人提交的全部材料和各承办单位的意见。")),
        reasons=f.text(f.entry("decide"), "decision") or both(_("申请符合法定条件、标准。")),
        decided=both(_("准予申请。")) if granted else both(_("不予批准。")),
        legal_basis=[*f.basis, words(own)] if own and not granted else f.basis,
        remedies=[] if granted else f.remedies(), seal_svg=f.seal(),
    )  # fmt: skip


def result(f: Facts) -> Sheet:
    row = f.d.valid_result
    assert row is not None
    code = pretty_code(row.code)
    certificate = row.sort == "certificate"
    verify = Verify(url=Qr(f"{settings.SITE_URL}/verify/?code={code}"), code=code)
    return papers.Result(
        **f.sheet("G1", row.issued_at, lead=True), verify=verify,
        title=words(f.d.content.result.name), sort="certificate" if certificate else "document",
        holder=person(row.holder),
        statement=both(_("经审核，符合规定条件，准予所申请的事项，特发此件。")),
        entries=[papers.Entry(label=both(_("事项")), value=f.matter),
                 papers.Entry(label=both(_("决定日期")), value=labels(partial(cn_date, f.case.decided_at)))],
        valid_from=row.valid_from, valid_until=row.valid_until, seal_svg=f.seal(),
        case_number=f.barcode,
    )  # fmt: skip


def delivery(f: Facts) -> Sheet:
    entry = f.entry("deliver")
    said = orjson.loads(entry.data) if entry else {}
    way = said.get("way", "counter")
    case, row = f.case, f.d.valid_result
    things = [papers.DeliveredThing(name=both(_("决定书")), number=f"{case.number}-J1")]
    if row is not None:
        things.append(
            papers.DeliveredThing(name=words(f.d.content.result.name), number=pretty_code(row.code))
        )
    return papers.Delivery(
        **f.sheet("D1", f.moment("deliver")), case_number=f.barcode, matter=f.matter,
        recipient=f.applicant, things=things, way=WAYS.get(way, way),
        place={"zh": case.centre.name, "en": case.centre.name_en or case.centre.name}
        if way in ("counter", "on_the_spot") else "",
        parcel=said.get("parcel", ""),
        delivered_at=local(case.delivered_at) if case.delivered_at else None,
    )  # fmt: skip


def originals(f: Facts) -> Sheet:
    back = {"returned", "delivered"}
    rows = custody.of_case(f.case.number, f.case.street).filter(must_return=True)
    return papers.OriginalsReturn(
        **f.sheet("R1", f.case.closed_at or f.case.received_at), case_number=f.barcode,
        matter=f.matter, recipient=f.presenter or f.applicant,
        originals=[
            papers.Original(
                code=p.code, name=p.name, copies=p.copies,
                returned_at=local(p.changed_at) if p.state in back else None,
            )
            for p in rows
        ],
    )  # fmt: skip


def label(f: Facts) -> Sheet:
    """A label for the case's folder."""
    return papers.Label(
        **f.sheet("", f.case.received_at), code=f.barcode, name=f.matter, case_number=f.case.number
    )


def case_sheet(f: Facts) -> Sheet:
    """What has to be typed into a department's closed system, and a place for its number."""
    return papers.CaseSheet(
        **f.sheet("Z1", f.case.received_at), **f.common(),
        system=words(f.d.content.department), received_at=local(f.case.received_at),
        entries=_entries(f), materials=[f.name(m.code) for m in f.d.materials if m.status == "given"],
    )  # fmt: skip


def _entries(f: Facts) -> list[Any]:
    zh = f.d.kind.summary(f.d.content, f.case.facts, "zh-hans")
    en = f.d.kind.summary(f.d.content, f.case.facts, "en")
    return [
        papers.Entry(label={"zh": a, "en": b}, value={"zh": _flat(x), "en": _flat(y)})
        for (a, x), (b, y) in zip(zh, en, strict=True)
    ]


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(_flat(one) for one in value)
    if isinstance(value, dict):
        return " · ".join(str(v) for v in value.values())
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return str(value)
