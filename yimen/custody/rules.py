"""Judgements: codes of papers, what may be done with a paper, what a scan means, where a parcel is.
Pure functions of values."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from yimen.clock.rules import OFFICE_HOURS, due
from yimen.lib.spans import Span, Unit
from yimen.lib.text import code as plain
from yimen.lib.time import ZONE, local
from yimen.lib.workdays import Calendar

PAPER, TRANSFER = "9", "8"
SERIAL = 9
_CODE = re.compile(r"[89][0-9]{15}", re.ASCII)


# -- codes -------------------------------------------------------------------------------------


def check_digit(body: str) -> str:
    """ISO 7064 MOD 11,10: finds every wrong digit and nearly every swap."""
    left = 10
    for sign in body:
        left = (left + int(sign)) % 10 or 10
        left = left * 2 % 11
    return str((11 - left) % 10)


def new_code(sort: str, street: str) -> str:
    """A fresh code of 16 digits, which Code 128 packs in pairs: sort, district and street (so that no
    two streets of a city can give the same), random, check. Nobody queues for a counter."""
    area = street[4:9] if len(street) == 9 else "0" * 5
    body = f"{sort}{area}{secrets.randbelow(10**SERIAL):0{SERIAL}d}"
    return body + check_digit(body)


def sort_of_code(text: str) -> str:
    """PAPER, TRANSFER, or "" for anything else."""
    code = plain(text)
    if not _CODE.fullmatch(code) or check_digit(code[:-1]) != code[-1]:
        return ""
    return code[0]


# -- terms -------------------------------------------------------------------------------------


def scan_due(sent: datetime, hours: int, calendar: Calendar) -> datetime:
    """The moment after which a paper's scan is missing: so many working hours after it left."""
    return due(sent, Span(hours, Unit.HOURS), calendar, business_hours=OFFICE_HOURS).at


# -- scans -------------------------------------------------------------------------------------


class Found(StrEnum):
    """What a scan means."""

    RECEIVED = "received"  # sent here, now here
    ALREADY = "already"  # was here, is here: nothing new
    BACK = "back"  # on its way elsewhere, scanned by whoever sent it: it never left or came back
    ELSEWHERE = "elsewhere"  # on its way to another body: recorded as found here
    UNANNOUNCED = "unannounced"  # nobody said that it would move
    LOST_FOUND = "found"  # had been reported lost
    BY_PARCEL = "by_parcel"  # came back from a courier


FLAGGED = {Found.ELSEWHERE, Found.UNANNOUNCED, Found.LOST_FOUND}


def meaning(*, state: str, holder: object, heading: object, parcel: bool, here: object) -> Found:
    """What it means that the body `here` scans a paper. `heading` is where it was sent to."""
    if state == "lost":
        return Found.LOST_FOUND
    if state == "in_transit":
        if parcel:
            return Found.BY_PARCEL
        if heading == here:
            return Found.RECEIVED
        return Found.BACK if holder == here else Found.ELSEWHERE
    return Found.ALREADY if holder == here else Found.UNANNOUNCED


# -- parcels -----------------------------------------------------------------------------------

ORDER = ("ordered", "picked_up", "in_transit", "failed", "returned", "delivered")
FINAL = {"delivered", "returned"}


@dataclass(frozen=True, order=True)
class Event:
    """Something that a courier reports. Later moments win; at the same moment the further state."""

    at: datetime
    rank: int
    state: str
    place: str = ""


def event(state: str, at: datetime, place: str = "") -> Event:
    return Event(at, ORDER.index(state), state, place)


def parcel_state(events: Iterable[Event]) -> str:
    """Where a parcel is, whatever order the reports came in. The first final report stands."""
    ordered = sorted(events)
    final = next((e for e in ordered if e.state in FINAL), None)
    if final is not None:
        return final.state
    return ordered[-1].state if ordered else "ordered"


STEPS = (
    ("picked_up", timedelta(hours=1)),
    ("in_transit", timedelta(hours=4)),
    ("delivered", timedelta(hours=26)),
)


def demonstration_events(ordered: datetime, now: datetime) -> list[Event]:
    """What the invented courier has done by `now`."""
    begun = local(ordered).astimezone(ZONE)
    return [event(state, begun + after) for state, after in STEPS if begun + after <= now]
