"""Documents from receipt to the last notice before the decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _

from yimen.cases.printing.facts import (
    Facts,
    both,
    day_of,
    labels,
    labels_of,
    licence,
    spans,
    words,
)
from yimen.clock.profiles import profile
from yimen.custody import queries as custody
from yimen.lib.spans import Span, Unit
from yimen.lib.time import local
from yimen.matters.content import OwnHold
from yimen.printing import documents as papers
from yimen.printing.documents import Sheet


def receipt(f: Facts) -> Sheet:
    """收件凭证: what came in and when an answer comes; as it was promised on that day."""
    case, content = f.case, f.d.content
    promised = orjson.loads(f.entries[0].data).get("case", {})
    mandate = case.mandate
    until = mandate.valid_until if mandate else None
    papers_here = custody.of_case(case.number, case.street)
    kept = dict(papers_here.values_list("name", "must_return"))
    return papers.Receipt(
        **f.sheet("", case.received_at),
        copy=both(_("申请人联")),
        case_number=f.barcode,
        track_url=f.track,
        rate_url=f.rate,
        received_at=local(case.received_at),
        matters=[
            papers.Matter(
                name=f.matter,
                department=words(content.department),
                mode=labels(case.get_mode_display),
            )
        ],
        applicant=f.applicant,
        handed_in_by=f.presenter,
        mandate=both(_("有效至 %(day)s"), day=until.isoformat()) if until else "",
        materials=[_material(f, m, kept) for m in f.d.materials],
        accept_by=day_of(promised.get("accept_by")),
        promised_on=day_of(promised.get("promised_due_on")),
        statutory_on=day_of(promised.get("statutory_due_on")) if content.terms.statutory else None,
        provisional=bool(promised.get("due_provisional")),
        on_the_spot=content.on_the_spot,
        enquiry_no=case.enquiry_no,
        enquiry_code=f.code,
        channel=labels(case.get_channel_display),
    )


def _material(f: Facts, row: Any, kept: Mapping[str, bool]) -> papers.Material:
    """One line. Whether an original stayed here, custody knows; one only shown went back."""
    known = f.d.content.material(row.code)
    owed = next((o for o in f.d.obligations if o.what == row.code), None)
    given = row.given if row.status == "given" and row.given else row.status
    name = f.name(row.code)["zh"][:120]
    return papers.Material(
        name=f.name(row.code),
        given=given,
        originals=1 if given == "original" else 0,
        copies=max(1, known.copies if known else 1) if given == "copy" else 0,
        must_return=kept.get(name, False),
        note=both(_("原件已当场核对退回")) if given == "original" and name not in kept else "",
        due_on=owed.due_on if owed else None,
    )


def acceptance(f: Facts) -> Sheet:
    case, terms = f.case, f.d.content.terms
    decided = f.entry("accept", "deem")
    said = orjson.loads(decided.data).get("case", {}) if decided else {}
    fee = f.d.content.fee
    return papers.Acceptance(
        **f.sheet("S1", f.moment("accept", "deem")), **f.common(), track_url=f.track,
        received_at=local(case.received_at), accepted_at=local(case.accepted_at or f.moment("accept", "deem")),
        mode=case.accept_mode, lead=labels_of(f.authority),
        statutory_on=day_of(said.get("statutory_due_on")) or case.statutory_due_on
        if terms.statutory else None,
        statutory_basis=terms.statutory_basis,
        promised_on=day_of(said.get("promised_due_on")) or case.promised_due_on,
        provisional=bool(said.get("due_provisional", case.due_provisional)),
        fee=words(fee.text) if fee.text else both(_("不收费")) if fee.free else "",
        legal_basis=f.basis, enquiry_no=case.enquiry_no, enquiry_code=f.code,
    )  # fmt: skip


def not_accepted(f: Facts) -> Sheet:
    entry = f.entry("not_accept")
    return papers.NotAccepted(
        **f.sheet("N1", f.moment("not_accept")), **f.common(),
        received_at=local(f.case.received_at), reason=f.text(entry, "reason"),
        direction=f.text(entry, "direction"), legal_basis=[licence("三十二", "32")],
        remedies=f.remedies(),
    )  # fmt: skip


def supplement(f: Facts) -> Sheet:
    """Everything that was asked for at once, at the counter or later."""
    entry = f.entry("supplement") or f.entry("receive")
    asked = orjson.loads(entry.data).get("asked", []) if entry else []
    term = next(t for t in f.d.terms if t.name == "supplement")
    reason = f.text(entry, "reason")
    return papers.Supplement(
        **f.sheet("B1", entry.at if entry else f.case.received_at), **f.common(),
        received_at=local(f.case.received_at),
        faults=[_fault(f, code, reason) for code in asked],
        by=local(term.due_at).date(),
        how=both(_("本市任一社区事务受理服务中心窗口、网上或邮寄")),
        legal_basis=[licence("三十二", "32")],
    )  # fmt: skip


def _fault(f: Facts, code: str, reason: str) -> papers.Fault:
    known = f.d.content.material(code)
    note = words(known.note) if known and known.note else both(_("按事项的材料要求提交"))
    return papers.Fault(material=f.name(code), wrong=reason or both(_("提交时缺少")), bring=note)


def late_promise(f: Facts) -> Sheet:
    owed = [o for o in f.d.obligations if o.sort == "late_material"]
    return papers.LatePromise(
        **f.sheet("C1", f.case.received_at), **f.common(), handed_in_by=f.presenter,
        items=[
            papers.LateItem(
                name=f.name(o.what), due_on=o.due_on or local(f.case.received_at).date(),
                how=both(_("本市任一社区事务受理服务中心窗口、网上或邮寄")),
            )
            for o in owed
        ],
    )  # fmt: skip


def hold(f: Facts) -> Sheet:
    """The hold that was made last."""
    row = f.d.holds[-1]
    entry = f.entry("hold")
    rule = profile(local(row.since).date()).holds.get(row.sort)
    return papers.Hold(
        **f.sheet(f"T{len(f.d.holds)}", row.since, lead=True), **f.common(),
        sort={"zh": rule.name.zh, "en": rule.name.en} if rule else row.sort,
        article=_article(rule, f.d.content.own_hold(row.sort)) if rule else row.article, starts_on=local(row.since).date(),
        at_most=spans(rule.maximum) if rule and rule.maximum else both(_("以程序结束为止")),
        expected_until=local(row.max_until).date() if row.max_until else None,
        reason=f.text(entry, "hold"),
    )  # fmt: skip


def _article(rule: Any, own: OwnHold | None) -> dict[str, str]:
    if own is not None:
        return both(f"{own.law}{own.article}")
    if not rule.article.law:  # of a matter that was published before it had to name its own
        return both(_("本事项的法律依据"))
    return both(_("%(law)s第 %(article)s 条"), law=rule.article.law, article=rule.article.number)


def extension(f: Facts) -> Sheet:
    entry = f.entry("extend")
    term = next(t for t in f.d.terms if t.extra and t.name == "decide_promised")
    said = orjson.loads(entry.data).get("terms", {}).get(str(term.pk), {}) if entry else {}
    old = f.before(entry, term) if entry else ""
    approver = f.d.content.terms.extension_approver
    return papers.Extension(
        **f.sheet("Y1", f.moment("extend"), lead=True), **f.common(),
        old_due_on=local(datetime.fromisoformat(old)).date(),
        new_due_on=local(datetime.fromisoformat(said.get("due_at") or term.due_at.isoformat())).date(),
        provisional=bool(said.get("provisional", term.provisional)),
        length=spans(Span(term.extra, Unit(term.unit))), reason=f.text(entry, "reason"),
        approved_by=both(_("本级人民政府负责人")) if approver == "government" else both(_("本机关负责人")),
        legal_basis=[licence("四十二", "42")],
    )  # fmt: skip
