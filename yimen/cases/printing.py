"""Facts of a case for its printed documents. Everything is read from the record: the dates on a
notice are those of the act that it tells of, whenever it is printed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from yimen.bodies.models import Body
from yimen.cases.dossier import Dossier
from yimen.cases.models import Ending, Note, Outcome, Stage, Term
from yimen.cases.words import WAYS
from yimen.clock.profiles import profile
from yimen.clock.wording import span_words
from yimen.custody import queries as custody
from yimen.ledger.models import Entry
from yimen.lib.crypto import unseal
from yimen.lib.errors import Refused, Unseen
from yimen.lib.numbering import pretty_code
from yimen.lib.spans import Span
from yimen.lib.time import local
from yimen.look.dates import cn_date
from yimen.matters.phrases import law as law_words
from yimen.people.models import Party
from yimen.places.queries import names as place_names
from yimen.printing import documents as papers
from yimen.printing.documents import Barcode, Office, Qr, Remedy, Sheet, Verify

LICENCE_LAW = {"zh": "《中华人民共和国行政许可法》第%s条", "en": "Administrative Licence Law, article %s"}


def both(text: Any, **named: Any) -> dict[str, str]:
    """A (lazy) sentence of ours in both languages, for a print in either."""
    said = {}
    for lang, key in (("zh-hans", "zh"), ("en", "en")):
        with override(lang):
            said[key] = str(text) % named if named else str(text)
    return said


def spans(span: Span) -> dict[str, str]:
    said = {}
    for lang, key in (("zh-hans", "zh"), ("en", "en")):
        with override(lang):
            said[key] = span_words(span)
    return said


def words(pair: Any) -> dict[str, str]:
    """A text of the catalogue in both languages."""
    return {"zh": pair.zh or pair.en, "en": pair.en or pair.zh}


class Facts:
    """What the documents of one case have in common, read once."""

    def __init__(self, d: Dossier, *, code: bool = False) -> None:
        self.d, self.with_code = d, code
        self.case = d.case
        self.entries = list(
            Entry.objects.filter(street=d.case.street, stream=f"case:{d.case.number}").order_by("seq")
        )
        self.notes = list(Note.objects.filter(case=d.case).order_by("seq", "id"))

    # the record ---------------------------------------------------------------------------------

    def entry(self, *acts: str) -> Entry | None:
        """The last entry of one of these acts."""
        return next((e for e in reversed(self.entries) if e.act in acts), None)

    def moment(self, *acts: str) -> datetime:
        """When the act happened; for a document without one, when the case came in."""
        entry = self.entry(*acts)
        return local(entry.at if entry else self.case.received_at)

    def text(self, entry: Entry | None, sort: str) -> str:
        """What was written with that act."""
        if entry is None:
            return ""
        return next((n.body for n in self.notes if n.seq == entry.seq and n.sort == sort), "")

    def before(self, entry: Entry, term: Term) -> str:
        """When a term was due before that act, as the record has it."""
        due = ""
        for earlier in self.entries:
            if earlier.seq >= entry.seq:
                break
            values = orjson.loads(earlier.data).get("terms", {}).get(str(term.pk), {})
            due = values.get("due_at") or due
        return due

    # parts --------------------------------------------------------------------------------------

    def sheet(self, suffix: str, at: datetime, *, lead: bool = False) -> dict[str, Any]:
        """The head of a sheet: in whose name, when, where to come."""
        point = self.case.centre
        body = self.authority
        names = (body.name, body.name_en) if lead else (point.name, point.name_en)
        return {
            "number": f"{self.case.number}-{suffix}" if suffix else self.case.number,
            "issuer": {"zh": names[0], "en": names[1] or names[0]},
            "issued_at": local(at),
            "office": office(point),
            "demo": settings.YIMEN_DEMO or self.d.content.sample,
        }

    @cached_property
    def authority(self) -> Body:
        return authority_of(self.case.lead)

    @property
    def barcode(self) -> Barcode:
        return Barcode(self.case.number)

    @property
    def track(self) -> Qr:
        """The number only: the code stands on the paper and in no address."""
        return Qr(f"{settings.SITE_URL}/track/?number={self.case.enquiry_no}")

    @property
    def matter(self) -> dict[str, str]:
        return words(self.d.content.name)

    @property
    def applicant(self) -> papers.Party:
        return person(self.case.applicant, self.case if self.case.presenter_id is None else None)

    @property
    def presenter(self) -> papers.Party | None:
        case = self.case
        if case.presenter is None or case.presenter_id == case.applicant_id:
            return None
        return person(case.presenter, case)

    @property
    def code(self) -> str:
        if not self.with_code:
            return ""
        return unseal(self.case.enquiry_code, about=f"case:{self.case.number}")

    @property
    def basis(self) -> list[Any]:
        return [_labels(partial(law_words, law)) for law in self.d.content.legal_basis]

    def name(self, code: str) -> dict[str, str]:
        known = self.d.content.material(code)
        return words(known.name) if known else {"zh": code, "en": code}

    def common(self) -> dict[str, Any]:
        return {"case_number": self.barcode, "matter": self.matter, "applicant": self.applicant}

    def seal(self) -> str:
        """The image of the lead body's seal; none where the centre has not put one there."""
        path = Path(settings.YIMEN_SEALS) / f"{self.case.lead.code}.svg"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def remedies(self) -> list[Remedy]:
        district = self.case.street[:6]
        name = place_names([district]).get(district, {"zh": "", "en": ""})
        return [
            Remedy(
                kind=both(_("行政复议")),
                to={"zh": f"{name['zh']}人民政府", "en": f"the People's Government of {name['en']}"},
                within=both(_("自知道本决定之日起六十日内")),
            ),
            Remedy(
                kind=both(_("行政诉讼")), to=both(_("有管辖权的人民法院")),
                within=both(_("自知道本决定之日起六个月内")),
            ),
        ]


def authority_of(lead: Body) -> Body:
    """In whose name is decided: a back office works for the department that guides it."""
    return lead.guided_by if lead.sort == Body.Sort.BACK_OFFICE and lead.guided_by else lead


def office(point: Any) -> Office:
    hours = point.hours or {}
    return Office(
        name={"zh": point.name, "en": point.name_en or point.name},
        address={"zh": point.address, "en": point.address_en or point.address},
        hours={
            "zh": _hours(hours, "工作日", "周末和节假日", "；"),
            "en": _hours(hours, "working days", "weekends and holidays", "; "),
        },
        phone=point.phone,
    )


def _hours(hours: Mapping[str, Any], weekday: str, weekend: str, joint: str) -> str:
    parts = [
        f"{label} " + ", ".join(f"{a}–{b}" for a, b in hours[key])
        for key, label in (("weekday", weekday), ("weekend", weekend))
        if hours.get(key)
    ]
    return joint.join(parts)




def person(party: Party, case: Any = None) -> papers.Party:
    """Somebody on paper, numbers masked."""
    return papers.Party(
        name=party.name,
        id_sort=_labels(party.get_id_type_display),
        id_masked=party.id_mask,
        phone_masked=party.phone_mask,
        capacity=_labels(case.get_capacity_display) if case is not None else "",
    )


def _labels(display: Callable[[], Any]) -> dict[str, str]:
    said = {}
    for lang, key in (("zh-hans", "zh"), ("en", "en")):
        with override(lang):
            said[key] = str(display())
    return said


# -- the documents -----------------------------------------------------------------------------


def receipt(f: Facts) -> Sheet:
    """收件凭证: what came in and when an answer comes; as it was promised on that day."""
    case, content = f.case, f.d.content
    promised = orjson.loads(f.entries[0].data).get("case", {})
    mandate = case.mandate
    until = mandate.valid_until if mandate else None
    return papers.Receipt(
        **f.sheet("", case.received_at),
        copy=both(_("申请人联")),
        case_number=f.barcode,
        track_url=f.track,
        received_at=local(case.received_at),
        matters=[papers.Matter(
            name=f.matter, department=words(content.department), mode=_labels(case.get_mode_display)
        )],
        applicant=f.applicant,
        handed_in_by=f.presenter,
        mandate=both(_("有效至 %(day)s"), day=until.isoformat()) if until else "",
        materials=[_material(f, m) for m in f.d.materials],
        accept_by=_day(promised.get("accept_by")),
        promised_on=_day(promised.get("promised_due_on")),
        statutory_on=_day(promised.get("statutory_due_on")) if content.terms.statutory else None,
        provisional=bool(orjson.loads(f.entries[0].data).get("forecast_provisional")),
        on_the_spot=content.on_the_spot,
        enquiry_no=case.enquiry_no,
        enquiry_code=f.code,
        channel=_labels(case.get_channel_display),
    )


def _day(text: str | None) -> Any:
    return datetime.fromisoformat(text).date() if text else None


def _material(f: Facts, row: Any) -> papers.Material:
    known = f.d.content.material(row.code)
    owed = next((o for o in f.d.obligations if o.what == row.code), None)
    returned = bool(known and known.original and row.given == "original")
    return papers.Material(
        name=f.name(row.code),
        given=row.given if row.status == "given" and row.given else row.status,
        originals=1 if returned else 0,
        copies=known.copies if known and row.status == "given" else 0,
        must_return=returned,
        due_on=owed.due_on if owed else None,
    )


def acceptance(f: Facts) -> Sheet:
    case, terms = f.case, f.d.content.terms
    decided = f.entry("accept", "deem")
    said = orjson.loads(decided.data).get("case", {}) if decided else {}
    fee = f.d.content.fee
    return papers.Acceptance(
        **f.sheet("S1", f.moment("accept", "deem")), **f.common(), track_url=f.track,
        received_at=local(case.received_at), accepted_at=local(case.accepted_at),
        mode=case.accept_mode, lead=_labels_of(f.authority),
        statutory_on=_day(said.get("statutory_due_on")) or case.statutory_due_on
        if terms.statutory else None,
        statutory_basis=terms.statutory_basis,
        promised_on=_day(said.get("promised_due_on")) or case.promised_due_on,
        provisional=bool(said.get("due_provisional", case.due_provisional)),
        fee=words(fee.text) if fee.text else both(_("不收费")) if fee.free else "",
        legal_basis=f.basis, enquiry_no=case.enquiry_no, enquiry_code=f.code,
    )  # fmt: skip


def _labels_of(body: Any) -> dict[str, str]:
    return {"zh": body.name, "en": body.name_en or body.name}


def not_accepted(f: Facts) -> Sheet:
    entry = f.entry("not_accept")
    return papers.NotAccepted(
        **f.sheet("N1", f.moment("not_accept")), **f.common(),
        received_at=local(f.case.received_at), reason=f.text(entry, "reason"),
        direction=f.text(entry, "direction"), legal_basis=[_licence("三十二", "32")],
        remedies=f.remedies(),
    )  # fmt: skip


def _licence(zh: str, en: str) -> dict[str, str]:
    return {"zh": LICENCE_LAW["zh"] % zh, "en": LICENCE_LAW["en"] % en}


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
        legal_basis=[_licence("三十二", "32")],
    )  # fmt: skip


def _fault(f: Facts, code: str, reason: str) -> papers.Fault:
    known = f.d.content.material(code)
    note = words(known.note) if known and known.note else both(_("按事项的材料要求提交"))
    return papers.Fault(material=f.name(code), wrong=reason or both(_("提交时缺少")), bring=note)


def late_promise(f: Facts) -> Sheet:
    owed = [o for o in f.d.obligations if o.sort == "late_material"]
    return papers.LatePromise(
        **f.sheet("C1", f.case.received_at), **f.common(), handed_in_by=f.presenter,
        items=[papers.LateItem(name=f.name(o.what), due_on=o.due_on) for o in owed],
    )  # fmt: skip


def hold(f: Facts) -> Sheet:
    """The hold that was made last."""
    row = f.d.holds[-1]
    entry = f.entry("hold")
    rule = profile(local(row.since).date()).holds.get(row.sort)
    return papers.Hold(
        **f.sheet(f"T{len(f.d.holds)}", row.since, lead=True), **f.common(),
        sort={"zh": rule.name.zh, "en": rule.name.en} if rule else row.sort,
        article=_article(rule) if rule else row.article, starts_on=local(row.since).date(),
        at_most=spans(rule.maximum) if rule and rule.maximum else both(_("以程序结束为止")),
        expected_until=local(row.max_until).date() if row.max_until else None,
        reason=f.text(entry, "hold"),
    )  # fmt: skip


def _article(rule: Any) -> dict[str, str]:
    if not rule.article.law:
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
        length=spans(Span(term.extra, term.unit)), reason=f.text(entry, "reason"),
        approved_by=both(_("本级人民政府负责人")) if approver == "government" else both(_("本机关负责人")),
        legal_basis=[_licence("四十二", "42")],
    )  # fmt: skip


def decision(f: Facts) -> Sheet:
    """决定书. A refusal names its reasons and remedies; where the matter's law has words of its own
    about them, they stand with the legal basis."""
    case, granted = f.case, f.case.outcome == Outcome.GRANTED
    own = f.d.content.decision_remedies
    return papers.Decision(
        **f.sheet("J1", case.decided_at, lead=True), **f.common(),
        accepted_at=local(case.accepted_at), outcome=case.outcome,
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
                 papers.Entry(label=both(_("决定日期")), value=_labels(partial(cn_date, f.case.decided_at)))],
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
        things.append(papers.DeliveredThing(
            name=words(f.d.content.result.name), number=pretty_code(row.code)
        ))
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


# -- which apply -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """One document: its name in addresses, its template, when it applies, who may have it."""

    template: str
    label: Any
    facts: Callable[[Facts], Sheet]
    applies: Callable[[Dossier], bool]
    staff_only: bool = False


def _originals_there(d: Dossier) -> bool:
    return custody.of_case(d.case.number, d.case.street).filter(must_return=True).exists()


PAPERS: dict[str, Paper] = {
    "receipt": Paper("receipt", _("收件凭证"), receipt, lambda d: True),
    "acceptance": Paper(
        "acceptance", _("受理通知书"), acceptance, lambda d: d.case.accepted_at is not None
    ),
    "not-accepted": Paper(
        "not_accepted", _("不予受理通知书"), not_accepted,
        lambda d: d.case.ending == Ending.NOT_ACCEPTED,
    ),
    "supplement": Paper(
        "supplement", _("补正告知书"), supplement,
        lambda d: any(t.name == "supplement" for t in d.terms),
    ),
    "late-promise": Paper(
        "late_promise", _("容缺承诺书"), late_promise,
        lambda d: any(o.sort == "late_material" for o in d.obligations),
    ),
    "hold": Paper("hold", _("特别程序告知书"), hold, lambda d: bool(d.holds)),
    "extension": Paper(
        "extension", _("延期告知书"), extension,
        lambda d: any(t.extra and t.name == "decide_promised" for t in d.terms),
    ),
    "decision": Paper(
        "decision", _("决定书"), decision, lambda d: d.case.decided_at is not None
    ),
    "result": Paper(
        "result", _("结果文书"), result, lambda d: d.valid_result is not None
    ),
    "delivery": Paper(
        "delivery", _("送达回证"), delivery,
        lambda d: d.case.stage == Stage.DELIVERING or d.case.delivered_at is not None,
    ),
    "originals": Paper(
        "originals_return", _("原件退还单"), originals, _originals_there
    ),
    "label": Paper("label", _("条码标签"), label, lambda d: True, staff_only=True),
    "case-sheet": Paper(
        "case_sheet", _("转录单"), case_sheet,
        lambda d: d.case.accepted_at is not None and d.open, staff_only=True,
    ),
}  # fmt: skip


def offered(d: Dossier, *, staff: bool) -> list[dict[str, Any]]:
    """The documents that apply now."""
    return [
        {"name": name, "label": paper.label}
        for name, paper in PAPERS.items()
        if (staff or not paper.staff_only) and paper.applies(d)
    ]


def sheet(d: Dossier, name: str, *, staff: bool, code: bool) -> tuple[str, Sheet]:
    """Template and facts of a document; Unseen when there is no such one, Refused when it does
    not apply to this case now."""
    paper = PAPERS.get(name)
    if paper is None or (paper.staff_only and not staff):
        raise Unseen("print")
    if not paper.applies(d):
        text = _("这个办件现在没有“%(name)s”。") % {"name": paper.label}
        raise Refused("print", text)
    return paper.template, paper.facts(Facts(d, code=code))
