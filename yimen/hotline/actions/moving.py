"""A request of another system moves in, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.cases.actions import Past
from yimen.cases.actions import move_in as case_moves_in
from yimen.hotline.models import Channel, HelpRequest, Moved
from yimen.hotline.needs import Need
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.masking import MOVED
from yimen.matters.models import MatterVersion
from yimen.people.actions import register
from yimen.people.models import Party
from yimen.places.models import ServicePoint

WAYS = {"online": Channel.WEB, "kiosk": Channel.KIOSK}


@dataclass(frozen=True)
class Known:
    """What the other system knows of one request, in our words."""

    key: str
    need: Need
    line: str
    channel: str
    place: str
    lead: UUID
    received_at: datetime
    closed_at: datetime | None
    in_time: bool | None
    facts: Mapping[str, Any]
    answer: str = ""


@dataclass(frozen=True)
class Destination:
    """Where the requests of one system go."""

    source: str
    centre: ServicePoint
    applicant: Party
    matters: Mapping[str, MatterVersion]


def stand_in(street: str, source: str, *, by: Actor, at: datetime) -> Party:
    """The record that stands for everybody who asked there: persons do not move in."""
    before = Moved.objects.filter(street=street, source=source).order_by("at").first()
    if before is not None:
        return before.request.case.applicant
    return register(street, name=MOVED, id_type=Party.IdType.OTHER, by=by, at=at)


@together()
def move_in(known: Known, to: Destination, *, by: Actor, at: datetime) -> bool:
    """The case and what the line knows of it, or nothing; False when it was here before."""
    street = to.centre.street
    if Moved.objects.filter(street=street, source=to.source, key=known.key).exists():
        return False
    d = case_moves_in(
        Past(
            matter=to.matters[known.need.matter], centre=to.centre, channel=known.channel,
            applicant=to.applicant, place=known.place, lead=known.lead, facts=dict(known.facts),
            source=to.source, external_number=known.key, received_at=known.received_at,
            closed_at=known.closed_at, answer=known.answer,
        ),
        by=by, at=at,
    )  # fmt: skip
    made = HelpRequest.objects.create(
        street=street, case=d.case, need=known.need.code, sort=known.need.sort, line=known.line,
        place=known.place, taken_at=known.received_at, contacted_in_time=known.in_time,
        channel=WAYS.get(known.channel, Channel.PHONE),
    )  # fmt: skip
    Moved.objects.create(street=street, source=to.source, key=known.key, request=made, at=at)
    return True
