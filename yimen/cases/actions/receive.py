"""Receive a submission. It can never be refused: not accepting is a decision that comes later."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from yimen.bodies.queries import route
from yimen.bodies.register import counter_body, register
from yimen.bodies.rules import unsure
from yimen.cases import reckoning, secrets
from yimen.cases.actions.procedure import open_acceptance, owed, start_term
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier, content_of
from yimen.cases.kind import kind
from yimen.cases.models import Bundle, Case, Link, Material, Stage
from yimen.ledger.rows import Sheet
from yimen.ledger.together import together
from yimen.lib.actor import Actor, Power
from yimen.lib.crypto import keyring, seal
from yimen.lib.errors import FieldError, Invalid
from yimen.lib.ids import new_id
from yimen.lib.numbering import case_number, enquiry_number, new_enquiry_code
from yimen.lib.time import local
from yimen.matters.content import Content
from yimen.matters.models import MatterVersion
from yimen.people.models import Mandate, Party
from yimen.places.models import ServicePoint
from yimen.places.queries import points

GIVEN = {"original", "copy", "electronic"}


@dataclass(frozen=True)
class Given:
    """What was handed in for one material: how, the scan, and for `later` the promised day."""

    code: str
    given: str  # original | copy | electronic | held | later | ""
    file: UUID | None = None
    promised_on: date | None = None


@dataclass(frozen=True)
class Submission:
    """Everything that is handed in for one matter. All of it was looked up by the caller."""

    matter: MatterVersion
    centre: ServicePoint
    channel: str
    applicant: Party
    place: str = ""  # where the applicant's affairs belong; default: the applicant's division
    presenter: Party | None = None
    capacity: str = "self"
    mandate: Mandate | None = None
    materials: tuple[Given, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    bundle: Bundle | None = None
    excluded: tuple[UUID, ...] = ()  # bodies and accounts complained of
    unsure: bool = False  # nobody said whom: these are whom it could be
    links: tuple[tuple[str, UUID], ...] = ()  # (renews | continues | about, the other case)
    kind: str = ""  # key of the kind, where it is not the matter's own
    delivery: str = ""  # how the applicant wishes to get the result; one of the matter's ways


def receive(
    sub: Submission,
    *,
    by: Actor,
    at: datetime,
    power: Power | None = None,
    into: Sheet | None = None,
) -> Dossier:
    """Take in one submission and give it its number. `at` is when it was handed in.

    Runs inside the caller's transaction when there is one (several matters of one visit stand or
    fall together), and writes on the caller's sheet `into` when that is given. Raises Invalid
    when an answer is wrong or a material is not on the list; a missing material never stops it.
    """
    content = content_of(sub.matter.pk)
    facts = kind(content.kind).clean_facts(content, dict(sub.facts))
    lines = _lines(content, sub.materials, local(at).date())
    with together():
        d, routing = _open(sub, content, facts, at)
        ch = Changes(d, at=at)
        ch.add(d.case)
        for line in lines:
            line.street, line.case_id = d.case.street, d.case.pk
            line.given_at = at if line.status == Material.Status.GIVEN else None
            ch.add(line)
        _owe(ch, sub.materials)
        _link(ch, sub.links)
        _wish(ch, sub.delivery)
        open_acceptance(ch, routing)
        _first_term(ch)
        number_of(d, at)
        ch.reckon()
        ch.tell(
            "case.received",
            facts={"accept_by": d.case.accept_by or local(at).date()},
            to_party=sub.applicant.pk,
        )
        if d.case.stage == Stage.SUPPLEMENTING:
            due = d.term("supplement")
            ch.tell(
                "case.supplement_asked",
                facts={"count": len(d.missing()), "due": local(due.due_at).date() if due else None},
                to_party=sub.applicant.pk,
            )
        ch.commit("receive", by=by, power=power, into=into)
    return d


def _wish(ch: Changes, way: str) -> None:
    """What the applicant wishes is kept with the receipt; who delivers finds it proposed."""
    if not way:
        return
    if way not in ch.d.content.delivery:
        text = _("这个事项不能这样领取结果。")
        raise Invalid("delivery", text, (FieldError("delivery", text),))
    ch.data["wish"] = way


def _lines(content: Content, given: Iterable[Given], on: date) -> list[Material]:
    """One line for each material of the matter; what is not named is missing."""
    by_code = {g.code: g for g in given}
    errors = [
        FieldError(
            f"materials.{code}",
            _("本事项的材料清单里没有“%(code)s”。") % {"code": code},
            _("请对照办事指南的材料清单。"),
        )
        for code in by_code
        if content.material(code) is None
    ]
    lines = []
    for material in content.materials:
        got = by_code.get(material.code, Given(material.code, ""))
        status = _status(material, got, content, errors)
        lines.append(
            Material(
                code=material.code,
                essential=material.essential,
                status=status,
                given=got.given if got.given in GIVEN | {"held"} else "",
                file_id=got.file,
            )
        )
    if errors:
        raise Invalid("materials", _("材料有误，请改正。"), tuple(errors))
    return lines


def _status(material: Any, got: Given, content: Content, errors: list[FieldError]) -> str:
    where = f"materials.{material.code}"
    if got.given in GIVEN:
        return Material.Status.GIVEN
    if got.given == "held":
        return Material.Status.HELD
    if got.given == "later":
        if material.essential and not material.may_follow:
            # an essential paper cannot be promised; it counts as missing and is asked for
            return Material.Status.MISSING
        return Material.Status.LATER
    if got.given:
        errors.append(
            FieldError(
                where, _("材料的提交方式不对。"), "original / copy / electronic / held / later"
            )
        )
    if not material.essential and material.may_follow:
        return Material.Status.LATER
    return Material.Status.MISSING


def _open(
    sub: Submission, content: Content, facts: dict[str, Any], at: datetime
) -> tuple[Dossier, Any]:
    """The case row, routed: who leads, which centre accepts."""
    place = sub.place or sub.applicant.division or sub.centre.street
    accepting = accepting_centre(sub.centre, content.mode, place)
    street = accepting.street
    routing = route(
        street,
        field=content.lead.field or content.field,
        matter_code=content.code,
        place=place,
        on=local(at).date(),
        excluded=sub.excluded,
    )
    counter = counter_body(accepting)
    if content.on_the_spot:
        lead = counter.pk
    else:
        lead = _named_lead(content, street, sub.excluded) or routing.lead or counter.pk
    id = new_id()
    facts, values = secrets.split(content.fields, facts)
    case = Case(
        id=id,
        street=street,
        kind=sub.kind or content.kind,
        matter_id=sub.matter.pk,
        matter_code=content.code,
        centre=sub.centre,
        accepting=accepting,
        place=place,
        mode=content.mode,
        channel=sub.channel,
        applicant=sub.applicant,
        presenter=sub.presenter,
        capacity=sub.capacity,
        mandate=sub.mandate,
        bundle=sub.bundle,
        lead_id=lead,
        excluded_bodies=list(sub.excluded),
        routing={
            "because": [b.as_data() for b in (unsure(routing) if sub.unsure else routing).because]
        },
        facts=facts,
        secrets=secrets.sealed(id, values),
        received_at=at,
        stage=Stage.RECEIVED,
        version=1,
        seq=0,
        hash=bytes(32),
    )
    known = Dossier(case=case, content=content, language=sub.applicant.account_language)
    return known, routing


def _named_lead(content: Content, street: str, excluded: Collection[UUID]) -> UUID | None:
    """The body that the matter itself names to decide, where the street or the city has it and it is
    not complained of."""
    found = register(street).codes.get(content.lead.body)
    return found.pk if found and found.pk not in excluded else None


def accepting_centre(centre: ServicePoint, mode: str, place: str) -> ServicePoint:
    """Directly accepted: here. Collected or local: the centre that serves the place."""
    if mode == "direct" or _serves(centre, place):
        return centre
    there = (point for point in points().values() if point.street == place[:9])
    return next((point for point in there if _serves(point, place)), centre)


def _serves(point: ServicePoint, place: str) -> bool:
    return any(place.startswith(code) for code in point.serves)


def _owe(ch: Changes, given: tuple[Given, ...]) -> None:
    """What may follow is promised for a day, and blocks the decision until it came."""
    promised = {g.code: g.promised_on for g in given}
    for line in ch.d.materials:
        if line.status != Material.Status.LATER:
            continue
        day = promised.get(line.code) or _promise_day(ch)
        ch.add(owed(ch.d, "late_material", line.code, blocks="decide", due_on=day))


def _link(ch: Changes, links: tuple[tuple[str, UUID], ...]) -> None:
    """Point to the case that this one renews, continues or is about."""
    for sort, other in links:
        case = ch.d.case
        ch.add(Link(street=case.street, from_case_id=case.pk, to_case_id=other, sort=sort))
    if links:
        ch.data["links"] = [[sort, str(other)] for sort, other in links]


def _promise_day(ch: Changes) -> date:
    """By default as long as the promised handling time, the most that practice allows."""
    span = ch.d.content.terms.promised
    return reckoning.clock.due(ch.at, span, ch.calendar).on


def _first_term(ch: Changes) -> None:
    """Complete: the term to accept runs. Incomplete: one notice of everything, on the spot, and
    the resident's own time to bring it (Licence Law art. 32(4))."""
    d = ch.d
    if d.missing():
        ch.case(stage=Stage.SUPPLEMENTING)
        ch.data["asked"] = sorted(m.code for m in d.missing())
        start_term(ch, "supplement", settings.YIMEN_SUPPLEMENT_TERM, bearer="resident")
        accept = reckoning.clock.due(ch.at, d.content.terms.accept, ch.calendar)
        ch.case(accept_by=accept.on)
    else:
        start_term(ch, "accept", d.content.terms.accept, basis=_("行政许可法第三十二条"))


def number_of(d: Dossier, at: datetime) -> None:
    """Take the serial as late as possible: its counter row is locked until the commit."""
    centre, day = d.case.centre.code, local(at).date()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_counter (centre, day, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (centre, day) DO UPDATE SET last = cases_counter.last + 1 "
            "RETURNING last, nextval('cases_enquiry_seq')",
            [centre, day],
        )
        serial, turn = cursor.fetchone()
    d.case.number = case_number(centre, day, serial)
    d.case.enquiry_no = enquiry_number(turn, keyring().blind)
    d.case.enquiry_code = seal(new_enquiry_code(), about=f"case:{d.case.number}")
