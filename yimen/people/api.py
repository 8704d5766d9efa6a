"""The desk's work with people for machines: the same queries and actions, the same masks."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from yimen.lib.actor import Actor
from yimen.lib.errors import FieldError, Forbidden, Invalid, Unseen
from yimen.lib.time import now
from yimen.look.sessions import step_up
from yimen.people import actions, perms, queries
from yimen.people.models import Mandate, Merge, Party
from yimen.people.queries import party_for

router = Router(tags=["people"])
IdType = Literal[
    "resident_id", "passport", "hk_macao", "taiwan", "foreign_permanent", "uscc", "other"
]


class PersonIn(Schema):
    """A person or organisation as it is handed in: found by the document, else registered."""

    name: str = Field(min_length=1, max_length=120)
    id_type: IdType
    id_number: str = Field("", max_length=40)
    phone: str = Field("", max_length=30)
    division: str = Field("", max_length=12)

    def party(self, street: str, *, path: str, by: Actor, at: datetime) -> Party:
        """Who it is; what is wrong is said under `path`.name, `path`.id_number ..."""
        try:
            return actions.find_or_register(street, **self.model_dump(), by=by, at=at)
        except Invalid as error:
            errors = tuple(
                FieldError(f"{path}.{e.field}", e.message, e.remedy) for e in error.errors
            )
            raise Invalid(error.code, error.detail, errors) from error


class Card(Schema):
    """A person or organisation with masked numbers."""

    id: UUID
    street: str
    sort: str
    name: str
    id_type: str
    id_mask: str
    phone_mask: str
    birth_date: date | None
    division: str
    version: int


class CardList(Schema):
    items: list[Card]
    next: str | None = None


class Search(Schema):
    q: str


class Home(Schema):
    road: str = ""
    lane: str = ""
    number: str = ""
    room: str = ""
    text: str = ""


class NewParty(Schema):
    name: str
    id_type: IdType
    id_number: str = ""
    sort: Literal["person", "organisation", ""] = ""
    phone: str = ""
    birth_date: date | None = None
    division: str = ""
    address: Home | None = None
    on_name_differs: Literal["refuse", "keep", "correct"] = "refuse"


class Change(Schema):
    """Fields left out stay as they are."""

    version: int
    phone: str | None = None
    division: str | None = None
    birth_date: date | None = None
    sex: Literal["0", "1", "2", "9"] | None = None
    address: Home | None = None


class Look(Schema):
    field: Literal["id_number", "phone"]
    reason: str
    about: str = ""


class Shown(Schema):
    value: str


class Disclosed(Schema):
    at: datetime
    account: str
    field: str
    reason: str
    about: str


class DisclosedList(Schema):
    items: list[Disclosed]
    next: str | None = None


class Erasure(Schema):
    reason: str


class Erased(Schema):
    """How many things of the person went in other houses."""

    things: int


class NewMerge(Schema):
    drop: UUID
    reason: str
    take: list[str] = []
    number_decided: bool = False


class Done(Schema):
    id: UUID


class NewMandate(Schema):
    agent: UUID
    capacity: Literal["guardian", "agent", "handler"]
    scope: list[str] = ["all"]
    valid_from: date
    valid_until: date | None = None


def _desk(request: HttpRequest) -> None:
    if not perms.works_with_people(request.actor):
        raise Forbidden("people")


@router.post("people/search", response=CardList, summary="Find people by name or whole number")
def search(request: HttpRequest, body: Search) -> dict[str, Any]:
    """Posted, because what identifies a person does not belong in an address."""
    _desk(request)
    found = queries.search(request.actor.street, body.q, request.actor)
    return {"items": [queries.card(party) for party in found], "next": None}


@router.post("people", response={201: Card}, summary="Find or register a person or organisation")
def register(request: HttpRequest, body: NewParty) -> Status[dict[str, Any]]:
    _desk(request)
    facts = body.dict()
    made = actions.find_or_register(request.actor.street, by=request.actor, at=now(), **facts)
    return Status(201, queries.card(made))


@router.get("people/{id}", response=Card, summary="One record, masked")
def party(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """A record that was merged away answers with the one that was kept."""
    return queries.card(party_for(request.actor, id))


@router.patch("people/{id}", response=Card, summary="Change contact details")
def change(request: HttpRequest, id: UUID, body: Change) -> dict[str, Any]:
    facts = body.dict()
    record = party_for(request.actor, id)
    return queries.card(actions.update_details(record, by=request.actor, at=now(), **facts))


@router.post("people/{id}/disclosures", response=Shown, summary="See a number in full, on record")
def disclose(request: HttpRequest, id: UUID, body: Look) -> dict[str, str]:
    record = party_for(request.actor, id)
    if perms.may_disclose(request.actor, record):
        step_up(request)
    value = actions.disclose(
        record, body.field, reason=body.reason, about=body.about, by=request.actor, at=now()
    )
    return {"value": value}


@router.post("people/{id}/erasure", response=Erased, summary="Erase a person at their own request")
def erase(request: HttpRequest, id: UUID, body: Erasure) -> dict[str, int]:
    """What stays for now refuses with 409 and says why and until when."""
    record = party_for(request.actor, id)
    if perms.may_erase(request.actor, record):
        step_up(request)
    return {"things": actions.erase(record, reason=body.reason, by=request.actor, at=now())}


@router.get("people/{id}/disclosures", response=DisclosedList, summary="Who saw the numbers")
def disclosures(request: HttpRequest, id: UUID) -> dict[str, Any]:
    """The newest hundred."""
    record = party_for(request.actor, id)
    rows = queries.disclosures_seen(request.actor, record)[:100]
    items = [
        {
            "at": row.at,
            "account": row.account.username if row.account else "",
            "field": row.field,
            "reason": row.reason,
            "about": row.about,
        }
        for row in rows
    ]
    return {"items": items, "next": None}


@router.post("people/{id}/merges", response={201: Done}, summary="Merge another record into this")
def merge(request: HttpRequest, id: UUID, body: NewMerge) -> Status[dict[str, Any]]:
    facts = body.dict()
    drop = party_for(request.actor, facts.pop("drop"))
    keep = party_for(request.actor, id)
    done = actions.merge(keep, drop, by=request.actor, at=now(), **facts)
    return Status(201, {"id": done.pk})


@router.post("people/merges/{id}/undo", response=Card, summary="Undo the newest merge")
def unmerge(request: HttpRequest, id: UUID) -> dict[str, Any]:
    _desk(request)
    done = Merge.objects.select_related("keep", "drop").filter(pk=id).first()
    if done is None:
        raise Unseen("merge")
    keep, _drop = actions.unmerge(done, by=request.actor, at=now())
    return queries.card(keep)


@router.post("people/{id}/mandates", response={201: Done}, summary="Register a mandate")
def give_mandate(request: HttpRequest, id: UUID, body: NewMandate) -> Status[dict[str, Any]]:
    facts = body.dict()
    agent = party_for(request.actor, facts.pop("agent"))
    principal = party_for(request.actor, id)
    made = actions.create_mandate(principal, agent, by=request.actor, at=now(), **facts)
    return Status(201, {"id": made.pk})


@router.post("people/mandates/{id}/end", response=Done, summary="End a mandate")
def end_mandate(request: HttpRequest, id: UUID) -> dict[str, Any]:
    held = Mandate.objects.select_related("principal").filter(pk=id).first()
    if held is None:
        raise Unseen("mandate")
    actions.revoke_mandate(held, by=request.actor, at=now())
    return {"id": held.pk}
