"""Submissions by machine: one case per request, safe to repeat with an Idempotency-Key."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from yimen.bodies.register import counter_body
from yimen.cases.actions import Given
from yimen.cases.actions.receive import accepting_centre
from yimen.cases.api import answer, as_json, router
from yimen.cases.dossier import Dossier, content_of, load
from yimen.intake import perms
from yimen.intake.actions import (
    Visit,
    Wanted,
    claim_key,
    settle_key,
    standing_mandate,
    submit,
    tell_turn,
)
from yimen.ledger.rows import Sheet
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Unseen
from yimen.lib.hashing import digest_bytes
from yimen.lib.time import local, now
from yimen.matters.content import Content
from yimen.matters.models import MatterVersion
from yimen.matters.queries import current
from yimen.people.actions import create_mandate, find_or_register
from yimen.people.api import PersonIn
from yimen.people.models import Mandate, Party
from yimen.people.queries import by_document
from yimen.people.rules import ALL
from yimen.places.models import ServicePoint
from yimen.places.queries import points

IdType = Literal[
    "resident_id", "passport", "hk_macao", "taiwan", "foreign_permanent", "uscc", "other"
]


class MandateIn(Schema):
    """By what right somebody acts: which matters, until when."""

    capacity: Literal["guardian", "agent", "handler"] = "agent"
    scope: list[str] = [ALL]
    valid_from: date | None = None
    valid_until: date | None = None


class AgentIn(PersonIn):
    mandate: MandateIn | str | None = None


class MaterialIn(Schema):
    code: str
    given: Literal["original", "copy", "electronic", "held", "later"]
    promised_on: date | None = None


class CaseIn(Schema):
    matter: str
    centre: str
    channel: Literal["counter", "online", "kiosk", "phone", "post", "home"] = "counter"
    applicant: PersonIn
    agent: AgentIn | None = None
    materials: list[MaterialIn] = []
    facts: dict[str, Any] = {}
    place: str = Field("", max_length=12)
    ticket: UUID | None = None  # in whose turn it is handed in, at a counter


@router.post("/cases", summary="Hand in one submission", response={201: dict})
def create_case(request: HttpRequest, body: CaseIn) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > 128:
        text = _("Idempotency-Key 太长，最多 128 个字符。")
        raise Invalid("key", text, (FieldError("Idempotency-Key", text),))
    sheet = Sheet()
    with together():
        if key and actor.account:
            number = claim_key(actor.account, key, digest_bytes(request.body))
            if number:
                return answer(as_json(load(number), code=True), 201)
        d = _submit(body, actor, now(), sheet)
        if key and actor.account:
            settle_key(actor.account, key, d.case.number, into=sheet)
        sheet.write()
        if body.ticket:
            tell_turn(body.ticket, [d.case.number], [d.case.matter_code], by=actor, at=now())
    return answer(as_json(d, code=True), 201)


def _submit(body: CaseIn, actor: Actor, at: datetime, sheet: Sheet) -> Dossier:
    centre = _centre(body.centre)
    _may(actor, centre, body)
    matter = _matter(body.matter)
    content = content_of(matter.pk)
    place = body.place or body.applicant.division
    street = accepting_centre(centre, content.mode, place or centre.street).street
    # an agent may turn out to be the applicant, whose record must then be whole before
    own = sheet if body.agent is None else None
    applicant = _party(body.applicant, "applicant", street, actor, at, own)
    presenter, capacity, mandate = _agent(body, applicant, content, street, actor, at)
    materials = tuple(Given(m.code, m.given, promised_on=m.promised_on) for m in body.materials)
    visit = Visit(
        centre=centre,
        channel=body.channel,
        applicant=applicant,
        wanted=(Wanted(matter, body.facts, materials),),
        presenter=presenter,
        capacity=capacity,
        mandate=mandate,
        place=place,
    )
    return submit(standing_mandate(visit, at), by=actor, at=at, into=sheet)[0]


def _may(actor: Actor, centre: ServicePoint, body: CaseIn) -> None:
    """Asked before anything is looked up or registered."""
    own = actor.party is not None and body.channel == "online" and body.agent is None
    if not own and not perms.may_take(actor, counter_body(centre).pk):
        raise Forbidden("intake", _("您今天不在这个中心的受理岗位上，不能在这里收件。"))


def _centre(code: str) -> ServicePoint:
    found = points().get(code)
    if found is None:
        text = _("没有代码为“%(code)s”的服务中心。") % {"code": code}
        raise Invalid("centre", text, (FieldError("centre", text, "GET /api/v1/centres"),))
    return found


def _matter(code: str) -> MatterVersion:
    try:
        return current(code)
    except Unseen:
        text = _("没有代码为“%(code)s”的事项。") % {"code": code}
        error = FieldError("matter", text, "GET /api/v1/matters?q=")
        raise Invalid("matter", text, (error,)) from None


def _party(
    given: PersonIn, path: str, street: str, actor: Actor, at: datetime, sheet: Sheet | None
) -> Party:
    """Found or registered; for a resident only their own record will do."""
    if actor.party is not None and not actor.powers:
        return _own(given, path, actor)
    try:
        return find_or_register(
            street,
            name=given.name,
            id_type=given.id_type,
            id_number=given.id_number,
            phone=given.phone,
            division=given.division,
            by=actor,
            at=at,
            into=sheet,
        )
    except Invalid as error:
        errors = tuple(FieldError(f"{path}.{e.field}", e.message, e.remedy) for e in error.errors)
        raise Invalid(error.code, error.detail, errors) from error


def _own(given: PersonIn, path: str, actor: Actor) -> Party:
    assert actor.party is not None  # asked by the caller
    party = Party.objects.get(pk=actor.party)
    same = given.name == party.name
    if given.id_number:
        found = by_document(party.street, given.id_type, given.id_number)
        same = found is not None and found.pk == party.pk
    if not same:
        text = _("网上只能为本人申请。代别人申请，请带委托书到窗口。")
        raise Invalid(path, text, (FieldError(f"{path}.id_number", text),))
    return party


def _agent(
    body: CaseIn,
    applicant: Party,
    content: Content,
    street: str,
    actor: Actor,
    at: datetime,
) -> tuple[Party | None, str, Mandate | None]:
    """Who stands at the counter for the applicant, in what capacity, with which mandate."""
    if body.agent is None:
        return None, "self", None
    agent = _party(body.agent, "agent", street, actor, at, None)
    told = body.agent.mandate
    given = told if isinstance(told, MandateIn) else None
    if told is None and applicant.sort == "organisation":
        return agent, "handler", None
    if told is None:
        return agent, "agent", None
    if given is None:
        given = MandateIn()  # a plain text names the paper; it covers this matter, today
        given.scope, given.valid_until = [content.code], local(at).date()
    mandate = create_mandate(
        applicant,
        agent,
        capacity=given.capacity,
        scope=tuple(given.scope),
        valid_from=given.valid_from or local(at).date(),
        valid_until=given.valid_until,
        by=actor,
        at=at,
    )
    return agent, given.capacity, mandate
