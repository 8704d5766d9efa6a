"""Custody for machines: a scanner's gun, a carrier's system."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from yimen.custody import actions, perms, queries
from yimen.custody.models import Hop, Paper
from yimen.lib.errors import Unseen
from yimen.lib.time import local, now
from yimen.look.paging import page

router = Router(tags=["custody"])


class HopOut(Schema):
    """One movement. `flag` says what was out of order."""

    from_body: str
    to_body: str
    found_body: str
    flag: str
    sent_at: datetime
    scanned_at: datetime | None


class PaperOut(Schema):
    """A paper; `hops` only where one paper is asked for."""

    code: str
    case_number: str
    name: str
    sort: str
    copies: int
    must_return: bool
    state: str
    holder_body: str
    to_body: str
    expected_by: datetime | None
    hops: list[HopOut] = []


class PaperList(Schema):
    items: list[PaperOut]
    next: str | None


class ScanIn(Schema):
    code: str
    body: UUID | None = None


class ScanOut(Schema):
    """`found`: received, already, back, elsewhere, unannounced, found, by_parcel."""

    found: str
    flagged: bool
    paper: PaperOut


class EventIn(Schema):
    """A carrier's report. `state`: ordered, picked_up, in_transit, failed, returned, delivered."""

    state: str
    at: datetime | None = None
    place: str = ""


class ParcelOut(Schema):
    tracking: str
    carrier: str
    case_number: str
    state: str


@router.post("custody/scans", response=ScanOut, summary="A paper is here")
def scan(request: HttpRequest, said: ScanIn) -> dict[str, Any]:
    """Record that a paper is here. Twice is once."""
    done = actions.scan(said.code, by=request.actor, at=now(), body=said.body)  # type: ignore[attr-defined]
    return {"found": done.found.value, "flagged": done.flagged, "paper": _paper(done.paper)}


@router.get("custody/papers", response=PaperList, summary="Papers, the newest first")
def papers(
    request: HttpRequest, case: str = "", overdue: bool = False, cursor: str = ""
) -> dict[str, Any]:
    """Papers that the asker may see, of one case or with a missing scan."""
    actor = request.actor  # type: ignore[attr-defined]
    found = queries.overdue(actor, now()) if overdue else queries.visible_to(actor)
    if case:
        found = found.filter(case_number=case)
    got = page(found, keys=("-created_at", "id"), cursor=cursor or None, size=50, count=False)
    return {"items": [_paper(one) for one in got], "next": got.next}


@router.get("custody/papers/{code}", response=PaperOut, summary="One paper and its chain")
def paper(request: HttpRequest, code: str) -> dict[str, Any]:
    """Where a paper is and has been."""
    found = queries.paper(request.actor, code)  # type: ignore[attr-defined]
    return _paper(found, queries.chain(found))


@router.post("custody/parcels/{tracking}/events", response=ParcelOut, summary="A carrier's report")
def report(request: HttpRequest, tracking: str, said: EventIn) -> dict[str, Any]:
    """Take in what the carrier says about a parcel; the same report twice is once."""
    actor = request.actor  # type: ignore[attr-defined]
    if not (perms.may_see(actor) or perms.carries(actor, actor.street)):
        raise Unseen("parcel")
    found = get_object_or_404(queries.parcels(actor), tracking=tracking)
    at = said.at or now()
    done = actions.parcel_event(found, said.state, by=actor, at=at, place=said.place)
    return {name: getattr(done, name) for name in ParcelOut.model_fields}


def _paper(found: Paper, hops: list[Hop] | None = None) -> dict[str, Any]:
    made = {n: getattr(found, n) for n in PaperOut.model_fields if n not in ("hops", "expected_by")}
    due = found.expected_by
    return {
        **made,
        "expected_by": local(due) if due else None,
        "hops": [_hop(one) for one in hops or []],
    }


def _hop(one: Hop) -> dict[str, Any]:
    """Codes and moments only: names of receivers are for the page."""
    return {
        **{name: getattr(one, name) for name in ("from_body", "to_body", "found_body", "flag")},
        "sent_at": local(one.sent_at),
        "scanned_at": local(one.scanned_at) if one.scanned_at else None,
    }
