"""What the documents of one case have in common: numbers, people, offices, the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from yimen.cases.models import Note, Term
from yimen.clock.wording import span_words
from yimen.ledger.models import Entry
from yimen.lib.crypto import unseal
from yimen.lib.spans import Span
from yimen.lib.time import local
from yimen.matters.phrases import law as law_words
from yimen.people.models import Party
from yimen.places.queries import names as place_names
from yimen.printing import documents as papers
from yimen.printing.documents import Barcode, Office, Qr, Remedy

LICENCE_LAW = {
    "zh": "《中华人民共和国行政许可法》第%s条",
    "en": "Administrative Licence Law, article %s",
}


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
            Entry.objects.filter(street=d.case.street, stream=f"case:{d.case.number}").order_by(
                "seq"
            )
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
    def rate(self) -> Qr:
        """Where it can be rated once it has ended; the code stands on the paper here too."""
        return Qr(f"{settings.SITE_URL}/rate/?number={self.case.enquiry_no}")

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
        return [labels(partial(law_words, law)) for law in self.d.content.legal_basis]

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
                to={
                    "zh": f"{name['zh']}人民政府",
                    "en": f"the People's Government of {name['en']}",
                },
                within=both(_("自知道本决定之日起六十日内")),
            ),
            Remedy(
                kind=both(_("行政诉讼")),
                to=both(_("有管辖权的人民法院")),
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
        id_sort=labels(party.get_id_type_display),
        id_masked=party.id_mask,
        phone_masked=party.phone_mask,
        capacity=labels(case.get_capacity_display) if case is not None else "",
    )


def labels(display: Callable[[], Any]) -> dict[str, str]:
    said = {}
    for lang, key in (("zh-hans", "zh"), ("en", "en")):
        with override(lang):
            said[key] = str(display())
    return said


def day_of(text: str | None) -> Any:
    return datetime.fromisoformat(text).date() if text else None


def labels_of(body: Any) -> dict[str, str]:
    return {"zh": body.name, "en": body.name_en or body.name}


def licence(zh: str, en: str) -> dict[str, str]:
    return {"zh": LICENCE_LAW["zh"] % zh, "en": LICENCE_LAW["en"] % en}
