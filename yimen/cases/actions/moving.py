"""A case that lived elsewhere moves in. Its course lies in the old system; here it gets one entry
that says so, the days that are known, and, while it is open, its work and terms from today on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from yimen.cases.actions.procedure import open_stage, start_term
from yimen.cases.actions.receive import number_of
from yimen.cases.changes import Changes
from yimen.cases.dossier import Dossier, content_of
from yimen.cases.kind import kind
from yimen.cases.models import Case, Ending, Outcome, Stage
from yimen.ledger.together import together
from yimen.lib.actor import Actor
from yimen.lib.errors import Forbidden, Invalid
from yimen.lib.ids import new_id
from yimen.matters.models import MatterVersion
from yimen.people.models import Party
from yimen.places.models import ServicePoint


@dataclass(frozen=True)
class Past:
    """What is known of it. `closed_at` None: it is still open. `source` names the old system, in
    which it has the number `external_number`."""

    matter: MatterVersion
    centre: ServicePoint
    channel: str
    applicant: Party
    place: str
    lead: UUID
    facts: dict[str, Any]
    source: str
    external_number: str
    received_at: datetime
    closed_at: datetime | None = None
    answer: str = ""


@together()
def move_in(past: Past, *, by: Actor, at: datetime) -> Dossier:
    """One case, all or nothing. Nobody is told: what was to be told was told by the old system."""
    if by.kind != "system":
        raise Forbidden("move_in")
    last = past.closed_at or past.received_at
    if not past.received_at <= last <= at:
        raise Invalid("received_at", "received, closed, now: in this order")
    content = content_of(past.matter.pk)
    facts = kind(content.kind).clean_facts(content, dict(past.facts))
    case = _case(past, content, facts)
    ch = Changes(Dossier(case=case, content=content), at=at)
    ch.add(case)
    ch.data["moved_from"] = past.source
    if past.closed_at is None:
        ch.case(stage=Stage.HANDLING, accepted_at=at, accept_mode="expressed")
        start_term(ch, "decide_promised", content.terms.promised)
        open_stage(ch, 1)
    else:
        _close(ch, past.closed_at, past.answer)
    number_of(ch.d, past.received_at)
    ch.reckon()
    ch.messages.clear()
    ch.commit("move_in", by=by, power=None)
    return ch.d


def _close(ch: Changes, closed_at: datetime, answer: str) -> None:
    """Its end, on the day on which it ended there."""
    ch.note("decision", answer, public=True)
    ch.case(
        stage=Stage.CLOSED, ending=Ending.COMPLETED, outcome=Outcome.GRANTED,
        accepted_at=ch.d.case.received_at, accept_mode="expressed", decided_at=closed_at,
        delivered_at=closed_at, closed_at=closed_at,
    )  # fmt: skip


def _case(past: Past, content: Any, facts: dict[str, Any]) -> Case:
    return Case(
        id=new_id(), street=past.centre.street, kind=content.kind, matter_id=past.matter.pk,
        matter_code=content.code, centre=past.centre, accepting=past.centre, place=past.place,
        mode=content.mode, channel=past.channel, applicant=past.applicant, lead_id=past.lead,
        routing={"because": []}, facts=facts, received_at=past.received_at,
        external_number=past.external_number, stage=Stage.RECEIVED, version=1, seq=0,
        hash=bytes(32),
    )  # fmt: skip
